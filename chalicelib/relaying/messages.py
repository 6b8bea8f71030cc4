"""What the queue `relay` carries: an event of the bus, a delivery of one event to one endpoint, or
a wish to have deliveries made again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.clock import iso
from chalicelib.errors import ParseError


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An event of the bus, to be handed on to those who want it."""

    id: str
    type: str
    at: datetime
    data: dict[str, Any]

    def body(self) -> str:
        """What endpoints get of it, the same for all of them and at every attempt."""
        said = {"type": self.type, "timestamp": iso(self.at), "data": self.data}
        return msgspec.json.encode(said).decode()


class Sending(msgspec.Struct, frozen=True, kw_only=True, tag="sending", omit_defaults=True):
    """Attempt `attempt` (from 1) to deliver an event. `since` is when it was first to be delivered
    in this `round`. A `test` is made once, whatever state the endpoint is in."""

    endpoint_id: str
    event_id: str
    event_type: str
    body: str
    since: datetime
    attempt: int = 1
    round: int = 1
    test: bool = False


class Replay(msgspec.Struct, frozen=True, kw_only=True, tag="replay", omit_defaults=True):
    """Deliver again: these events, or every dead letter that died since then, from `cursor` on and
    until those that die after `until`."""

    endpoint_id: str
    event_ids: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    cursor: str | None = None


class _Metadata(msgspec.Struct, frozen=True):
    id: str
    occurred_at: datetime


class _Detail(msgspec.Struct, frozen=True):
    metadata: _Metadata
    data: dict[str, Any]


class _Envelope(msgspec.Struct, frozen=True, rename={"type": "detail-type"}):
    type: str
    detail: _Detail


class _Kind(msgspec.Struct, frozen=True):
    type: str | None = None


def parse(body: str) -> Told | Sending | Replay:
    """Raises ParseError."""
    try:
        if msgspec.json.decode(body, type=_Kind).type:
            return msgspec.json.decode(body, type=Sending | Replay)
        envelope = msgspec.json.decode(body, type=_Envelope)
    except msgspec.DecodeError as error:
        raise ParseError(f"not a message of the queue relay: {error}") from error
    metadata = envelope.detail.metadata
    return Told(
        id=metadata.id, type=envelope.type, at=metadata.occurred_at, data=envelope.detail.data
    )


def write(message: Sending | Replay) -> str:
    return msgspec.json.encode(message).decode()
