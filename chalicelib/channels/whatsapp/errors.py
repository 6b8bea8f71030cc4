"""What WhatsApp's error codes mean, in plain English."""

from chalicelib.channels.meta.graph import Explanations

_PERMISSION = "The app lacks a permission for this number: grant it again in Meta's app settings"
_PAYMENT = "Meta's invoice could not be charged: see to the payment method of the business account"
_TEMPLATE = "The template's places and what fills them do not match"
_UNKNOWN = "WhatsApp had an unknown error"

EXPLANATIONS: Explanations = {
    "0": "WhatsApp could not tell who is calling: the access token has expired or was withdrawn",
    "1": "WhatsApp had an unknown error or did not understand the request",
    "2": "WhatsApp is unavailable for a while",
    "3": _PERMISSION,
    "4": "The app made too many calls: WhatsApp takes more later",
    "10": _PERMISSION,
    "33": "The sending number has been deleted",
    "100": "WhatsApp finds a part of the message invalid",
    "190": "The access token is no longer valid: put a new one into the platform secrets",
    "200": _PERMISSION,
    "368": "WhatsApp has blocked the business account for a while for breaking its policy",
    "80007": "The business account made too many calls: WhatsApp takes more later",
    "130429": "Too many messages were sent at once: WhatsApp takes more later",
    "130472": "WhatsApp holds back marketing messages to this customer as part of an experiment",
    "130497": "The business account may not send to customers in this country",
    "131000": _UNKNOWN,
    "131005": _PERMISSION,
    "131008": "A part of the message is missing",
    "131009": "A value in the message is invalid",
    "131016": "WhatsApp is unavailable for a while",
    "131021": "The customer's number is the brand's own",
    "131026": "WhatsApp can't deliver to this customer: no WhatsApp there, or too old an app",
    "131030": "A test number sends only to the numbers listed in Meta's app settings",
    "131031": "The business account is locked for breaking WhatsApp's policy",
    "131037": "The display name of the sending number is not approved yet",
    "131042": _PAYMENT,
    "131044": _PAYMENT,
    "131045": "The sending number is not registered with WhatsApp as it should be",
    "131047": "The customer's last message is older than 24 hours: only a template may be sent",
    "131048": "WhatsApp limits this number because too many customers blocked or reported it",
    "131049": "WhatsApp held this back so that the customer does not get too much marketing",
    "131050": "The customer has stopped marketing messages from the brand",
    "131051": "WhatsApp does not hand over this kind of message",
    "131052": "WhatsApp could not fetch the file that the customer sent",
    "131053": "WhatsApp could not fetch the file, or does not take its type or size",
    "131056": "Too many messages went to this customer in a short time: WhatsApp takes more later",
    "131057": "The business account is being maintained: WhatsApp takes messages again later",
    "131062": "This kind of message needs the customer's phone number, and only an id is known",
    "131063": "Marketing templates are switched off for this account's Cloud API",
    "132000": _TEMPLATE,
    "132001": "There is no approved template of this name in this language",
    "132005": "The template's text is too long once its places are filled",
    "132007": "The template breaks a policy of WhatsApp",
    "132008": _TEMPLATE,
    "132012": _TEMPLATE,
    "132015": "The template is paused because customers rated it low",
    "132016": "The template is switched off for good because customers rated it low",
    "132018": _TEMPLATE,
    "132068": "The form in this message is blocked",
    "132069": "The form in this message is limited for a while",
    "133010": "The sending number is not registered with WhatsApp",
    "133016": "The number was registered too often in a short time",
    "134011": "The terms of WhatsApp's payments are not accepted yet",
    "135000": _UNKNOWN,
    "137000": "The customer's identity has changed since it was last confirmed",
}

BUSY = frozenset({"2", "4", "80007", "130429", "131016", "131056", "131057"})
"""Rate limits of app, account, number and pair, and passing troubles: WhatsApp answers some of
them with a plain 400. Nothing was sent, and a later try is worth it."""
