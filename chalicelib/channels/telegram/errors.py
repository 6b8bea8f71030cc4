"""Why Telegram refuses, in plain English. Its codes are HTTP statuses: the words tell more."""

_WORDS = (
    ("bot was blocked", "The customer has blocked the bot"),
    ("user is deactivated", "The customer's Telegram account no longer exists"),
    ("can't initiate conversation", "The customer has never written to the bot: they must begin"),
    ("can't send messages to bots", "The address is another bot's: bots can't write to each other"),
    ("bot was kicked", "The bot was removed from the group"),
    ("bot is not a member", "The bot is not in this group or channel"),
    ("group chat was deleted", "The group no longer exists"),
    ("chat not found", "No such chat, or nobody there has ever written to this bot"),
    ("upgraded to a supergroup", "The group has become a supergroup with another id"),
    ("thread not found", "The topic of the forum no longer exists"),
    ("TOPIC_CLOSED", "The topic of the forum is closed"),
    ("TOPIC_DELETED", "The topic of the forum no longer exists"),
    ("not enough rights", "The bot may not write in this chat: give it the right to"),
    ("have no rights", "The bot may not write in this chat: give it the right to"),
    ("CHAT_WRITE_FORBIDDEN", "The bot may not write in this chat: give it the right to"),
    ("CHAT_RESTRICTED", "The bot may not write in this chat: give it the right to"),
    ("VOICE_MESSAGES_FORBIDDEN", "The customer takes no voice or video messages"),
    ("BUSINESS_CONNECTION", "The business account has ended its connection to the bot"),
    ("BUSINESS_PEER", "The business account may not write to this customer"),
    ("message is too long", "The text is longer than Telegram takes"),
    ("caption is too long", "The caption is longer than Telegram takes"),
    ("message text is empty", "A message needs words"),
    ("failed to get HTTP URL content", "Telegram could not fetch the file from its URL"),
    ("Wrong type of the web page content", "The file is not of the kind it is sent as"),
    ("wrong file identifier", "Telegram could not read the file at its URL"),
    ("BUTTON_", "Telegram finds one of the buttons invalid"),
    ("PEER_FLOOD", "Telegram has limited the bot because too many people complained"),
    ("Unauthorized", "The bot's token is not valid: put the present one into the platform secrets"),
)


def explained(description: str, moved_to: int | None = None) -> str:
    """Our explanation with Telegram's own words after it; those alone if we have none. `moved_to`
    is the id under which the chat can be reached from now on."""
    words = description.lower()
    plain = next((ours for theirs, ours in _WORDS if theirs.lower() in words), None)
    if plain is None:
        return description
    moved = f" {moved_to}" if moved_to is not None else ""
    return f"{plain}{moved} ({description})"
