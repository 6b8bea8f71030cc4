"""Where an answer goes: a chat, or a topic within one. The text form is an address of Temas."""

import re
from dataclasses import dataclass

import msgspec

from chalicelib.channels.extras import object_of
from chalicelib.channels.telegram.wire import Message, Pressed

_ADDRESS = re.compile(r"(?P<chat>-?[0-9]{1,19})(?::(?P<direct>direct:)?(?P<topic>[0-9]{1,19}))?")
_MESSAGE_ID = re.compile(r"(?P<chat>-?[0-9]{1,19}):(?P<id>[0-9]{1,19})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """`chat` is an id, or the name of a public chat ("@cinarev"). `topic` is that of a forum, or,
    if `direct`, that of a channel's direct messages, where every customer has their own."""

    chat: int | str
    topic: int | None = None
    direct: bool = False

    @classmethod
    def of(cls, message: Message | Pressed) -> "Place":
        """Where an answer to this message belongs. A thread of replies in a group without topics
        is none: Telegram takes no answers there by the thread's id."""
        direct = _number(object_of(message.direct_messages_topic).get("topic_id"))
        if direct is not None:
            return cls(chat=message.chat.id, topic=direct, direct=True)
        topic = message.message_thread_id if message.is_topic_message else None
        return cls(chat=message.chat.id, topic=topic)

    @classmethod
    def read(cls, address: str) -> "Place":
        found = _ADDRESS.fullmatch(address)
        if found is None:
            return cls(chat=address)
        topic = found["topic"]
        return cls(
            chat=int(found["chat"]),
            topic=int(topic) if topic else None,
            direct=found["direct"] is not None,
        )

    @property
    def address(self) -> str:
        if self.topic is None:
            return str(self.chat)
        return f"{self.chat}:{'direct:' if self.direct else ''}{self.topic}"


def message_of(message_id: str | None, place: Place) -> int | None:
    """Telegram's number of a message of ours, if it is one of this place's chat."""
    found = _MESSAGE_ID.fullmatch(message_id or "")
    return int(found["id"]) if found and int(found["chat"]) == place.chat else None


def is_group(chat: int) -> bool:
    """Persons have positive ids, groups and channels negative ones."""
    return chat < 0


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def elsewhere(raw: msgspec.Raw) -> tuple[int, int] | None:
    """Chat and number of a message in another chat, where Telegram tells both."""
    told = object_of(raw)
    chat, number = told.get("chat"), _number(told.get("message_id"))
    home = _number(chat.get("id")) if isinstance(chat, dict) else None
    return None if home is None or number is None else (home, number)
