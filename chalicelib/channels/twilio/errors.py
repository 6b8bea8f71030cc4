"""Twilio's error codes in words that say what to do; the same for refused and for failed ones."""

EXPLANATIONS = {
    "20003": "Twilio does not accept the account SID and token: check the secret.",
    "20404": "Twilio knows no such account or message: check account_sid.",
    "20429": "Too many requests at once: Twilio asks to wait.",
    "21211": "The recipient's number is not valid.",
    "21212": "The number or name to send from is not valid.",
    "21408": "The account may not send to this country: allow it under Geo permissions.",
    "21606": "The number to send from can't send messages, or is not this account's.",
    "21608": "A trial account sends to verified numbers only.",
    "21610": "The recipient has opted out with STOP: only their START opens the line again.",
    "21611": "Too many messages wait to leave this number.",
    "21612": "This number can't reach the recipient's.",
    "21614": "The recipient's number is no mobile number: it can't get text messages.",
    "21617": "The text is longer than 1600 characters.",
    "21620": "A file's address is not valid, or Twilio can't reach it.",
    "21654": "The approved template (content SID) was not found.",
    "21656": "The template's variables do not fit it.",
    "30001": "Too many messages waited to leave this number, so this one was dropped.",
    "30002": "The Twilio account is suspended.",
    "30003": "The phone is switched off or out of reach.",
    "30004": "The recipient blocks messages, or can't get them.",
    "30005": "The number does not exist, or is in service no more.",
    "30006": "It is a landline, or a network that takes no text messages.",
    "30007": "The network took it for spam and stopped it.",
    "30008": "The network did not deliver it and does not say why.",
    "30034": "The number is not registered for sending to the USA (A10DLC).",
    "30410": "The network did not answer in time.",
    "30450": "The sender must be registered in the recipient's country first.",
    "63001": "The channel does not accept the sender's credentials.",
    "63003": "The recipient is not on WhatsApp, or WhatsApp did not find them.",
    "63007": "This sender is not set up for WhatsApp at Twilio.",
    "63016": "24 hours have passed since the customer's last message: only a template may go out.",
    "63018": "WhatsApp's limit of messages for this sender is reached for now.",
    "63024": "The recipient can't get this message on WhatsApp.",
    "63032": "WhatsApp does not deliver to this person at present.",
    "63049": "Meta chose not to deliver this marketing message.",
    "63051": "The WhatsApp business account is locked.",
}


def explained(code: str, words: str) -> str | None:
    """The plain explanation with Twilio's own words; None if neither says anything."""
    return " ".join(text for text in (EXPLANATIONS.get(code, ""), words) if text) or None
