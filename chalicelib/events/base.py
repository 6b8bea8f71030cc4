"""One event: what it is made of, and how it goes onto the bus."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.clock import iso
from chalicelib.ids import stable_id

SOURCE = "temas"


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """The `data` of an event."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened, ready for the bus."""

    id: str
    type: str
    occurred_at: datetime
    data: dict[str, Any]
    trace: str | None = None

    def detail(self, stage: str) -> str:
        """The EventBridge detail: {"metadata": {id, occurred_at, stage, trace}, "data": {…}}."""
        metadata = {
            "id": self.id,
            "occurred_at": iso(self.occurred_at),
            "stage": stage,
            "trace": self.trace,
        }
        return msgspec.json.encode({"metadata": metadata, "data": self.data}).decode()


def event(data: Data, *parts: str, at: datetime, trace: str | None = None) -> Event:
    """The event that `data` happened; `parts` say which happening, so that repeats share its id."""
    kind = type(data).__name__
    return Event(
        id=stable_id("evt", kind, *parts),
        type=kind,
        occurred_at=at,
        data=msgspec.to_builtins(data),
        trace=trace,
    )


def chunks(events: Iterable[Event], size: int = 10) -> Iterable[list[Event]]:
    """Groups no larger than PutEvents takes."""
    group: list[Event] = []
    for one in events:
        group.append(one)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group
