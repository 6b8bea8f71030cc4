"""Following pointers: where a delivery only says where the content lies, read it and parse that."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.bodies import Bodies
from chalicelib.channels.base import (
    Account,
    Channel,
    ChannelEvent,
    Delivery,
    Fetched,
    Gone,
    Pointer,
    Transport,
)
from chalicelib.errors import ParseError, Unavailable


class Followed(NamedTuple):
    """What a pointer led to: the content, and its events."""

    events: Sequence[ChannelEvent]
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Pointers:
    """Reads what pointers lead to: in S3, or by the platform's API with our account there."""

    channels: Mapping[str, Channel]
    bodies: Callable[[], Bodies]
    account_of: Callable[[str], Account]
    transport: Callable[[], Transport]

    def follow(self, pointer: Pointer, delivery: Delivery) -> Followed:
        """What it leads to.

        Raises Unavailable if that can't be had now, ParseError if it can't be read or is gone.
        """
        source = self.channels[delivery.source]
        if "bucket" in pointer.location:
            place = pointer.location
            content = self.bodies().read(place["key"], place["bucket"])
            return Followed(source.follow(pointer, content, delivery), content)
        found = source.fetch(pointer, self.account_of(pointer.channel), self.transport())
        if isinstance(found, Gone):
            raise ParseError(f"{pointer.key} points at what is gone: {found.reason}")
        if not isinstance(found, Fetched):
            raise Unavailable(f"{pointer.key} can't be read now: {found.detail}")
        return Followed(source.follow(pointer, found.content, delivery), found.content)
