"""Why X refuses, in plain English. Its codes are HTTP statuses: the words tell more."""

_WORDS = (
    ("duplicate content", "The account has just posted the same words: X takes them once"),
    ("deleted or not visible", "The post that this answers is gone, or the account may not see it"),
    ("do not have permission to dm", "The customer takes no direct messages from the account"),
    ("cannot send messages", "The customer takes no direct messages from the account"),
    (
        "not verified to send message",
        "The customer takes direct messages of verified accounts",
    ),
    ("could not find user", "No such user"),
    (
        "reply to this conversation is not allowed",
        "The author lets not everybody answer here",
    ),
    ("might be automated", "X takes the account for a spammer: it must prove that it is none"),
    ("temporarily locked", "X has locked the account: log in there to unlock it"),
    ("suspended", "X has suspended the account, or the customer's"),
    ("oauth1-permissions", "The app may only read: allow it to write, and make new tokens"),
    ("oauth2 app only", "This needs the account's own token, not the app's"),
    ("application-only", "This needs the account's own token, not the app's"),
    ("unsupported authentication", "This needs the account's own token, not the app's"),
    ("usage-capped", "The app has used up what it may do this month"),
    ("credits", "The app has used up what it has paid for"),
    (
        "unauthorized",
        "The access token is not valid or has run out: set a new one",
    ),
    ("too many requests", "Too many messages in a short time: X takes more later"),
)


def explained(words: str, kind: str = "") -> str:
    """Our explanation with X's own words after it; those alone if we have none. `kind` is X's name
    of the problem."""
    told = f"{words} {kind}".lower()
    plain = next((ours for theirs, ours in _WORDS if theirs in told), None)
    return f"{plain} ({words})" if plain else words
