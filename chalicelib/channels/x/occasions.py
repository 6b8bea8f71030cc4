"""What surrounds an event: whose it is, who is who, when it came."""

from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from chalicelib.channels.base import Ignored
from chalicelib.channels.wire import counter
from chalicelib.channels.x.people import CHANNEL, People


@dataclass(frozen=True, kw_only=True, slots=True)
class Occasion:
    """`account` is the brand's user, "" if X does not say; `path` where the event was found."""

    account: str
    received_at: datetime
    path: str = "$"
    people: People = field(default_factory=dict)

    def at(self, path: str) -> "Occasion":
        return replace(self, path=path)

    def ignored(self, what: str) -> Ignored:
        return Ignored(channel=CHANNEL, account=self.account, what=counter(what))


def is_object(raw: msgspec.Raw) -> bool:
    """Whether something is there, also if it is too large to be read."""
    return bytes(raw)[:1] == b"{"
