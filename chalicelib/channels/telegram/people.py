"""Who wrote, and which handles Telegram vouches for."""

import re

import msgspec

from chalicelib.channels.base import Handle, Sender
from chalicelib.channels.extras import object_of
from chalicelib.channels.handles import e164_handle
from chalicelib.channels.telegram.wire import Chat, Message, User
from chalicelib.channels.wire import clean_name

_BETWEEN_DIGITS = re.compile(r"[\s().-]+")


def writer(message: Message) -> Sender | None:
    """A person, or the chat in whose name somebody writes; None for bots and the unnamed.

    With `sender_chat` the user that Telegram names is a stand-in, often marked as a bot.
    """
    if chat := message.sender_chat:
        return of_chat(chat)
    if message.sender is None or message.sender.is_bot:
        return None
    return person(message.sender)


def person(user: User) -> Sender:
    return Sender(
        handles=(_handle(user.id),),
        name=clean_name(user.first_name, user.last_name) or clean_name(user.username),
        locale=user.language_code or None,
    )


def of_chat(chat: Chat) -> Sender:
    """Whoever a chat stands for: a group or channel, or the person of a private chat."""
    name = clean_name(chat.title) or clean_name(chat.first_name, chat.last_name)
    return Sender(handles=(_handle(chat.id),), name=name or clean_name(chat.username))


def with_own_phone(sender: Sender, message: Message) -> Sender:
    """The sender, known by phone as well if they have shared their own contact.

    Telegram itself finds the account that belongs to a contact's number, so the same user id means
    the same person. A forwarded contact may be older than the number's present owner, and what came
    by way of a bot is that bot's word: neither counts.
    """
    author = message.sender
    contact = object_of(message.contact)
    if not contact or author is None or contact.get("user_id") != author.id:
        return sender
    if message.sender_chat or object_of(message.via_bot) or is_forwarded(message):
        return sender
    number = contact.get("phone_number")
    phone = e164_handle(_BETWEEN_DIGITS.sub("", number)) if isinstance(number, str) else None
    return msgspec.structs.replace(sender, handles=(*sender.handles, phone)) if phone else sender


def is_forwarded(message: Message) -> bool:
    return bool(object_of(message.forward_origin)) or message.forward_date is not None


def _handle(number: int) -> Handle:
    return Handle(kind="telegram", value=str(number))
