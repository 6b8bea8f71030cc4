"""What Messenger's and Instagram's error codes mean, in plain English."""

from chalicelib.channels.meta.graph import Explanations

_OUTSIDE = "The customer's last message is too old: free text may go out only within 24 hours of it"
_GONE = "The customer can't be reached: they blocked the account, left, or deleted the chat"
_EXPIRED = "The access token is no longer valid: put a new one into the platform secrets"
_PERMISSION = "The app lacks a permission for messaging: grant it again in Meta's app settings"

EXPLANATIONS: Explanations = {
    "1": "Meta had an unknown error; a missing permission of the app can cause it too",
    "2": "Meta's service is unavailable for a while",
    "4": "The app made too many calls: Meta takes more later",
    "10": _PERMISSION,
    "10/2018065": _OUTSIDE,
    "10/2018108": "The app may not message this person: it is in development mode or not approved",
    "10/2018278": _OUTSIDE,
    "10/2534022": _OUTSIDE,
    "32": "The page made too many calls: Meta takes more later",
    "100": "Meta finds a part of the message invalid",
    "100/2018001": "No such customer: the id is not of this page or account",
    "100/2018034": "A message can't hold text and a state at once",
    "100/2534014": "No such customer: the id is not of this Instagram account",
    "190": _EXPIRED,
    "200": _PERMISSION,
    "200/1545041": _GONE,
    "200/2018021": _PERMISSION,
    "230": _PERMISSION,
    "299": "The app is not approved for messaging people who have no role in it",
    "368": "Meta has blocked the account for a while because of its behaviour",
    "551": _GONE,
    "551/1545041": _GONE,
    "613": "Too many messages were sent in a short time: Meta takes more later",
    "1200": "Meta could not take the message for the moment",
    "1893063": "The message is already answered by a private reply",
    "10900": "This comment has already been answered by a private reply",
    "10903": "Meta does not let this comment be answered by a private reply",
    "10904": "The page has messages switched off in its settings",
    "2018278": _OUTSIDE,
}

BUSY = frozenset({"2", "4", "17", "32", "341", "613", "1200", "80001", "80002", "80006"})
"""Rate limits and passing troubles: nothing was sent, and a later try is worth it."""
