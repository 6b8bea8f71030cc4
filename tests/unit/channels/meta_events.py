"""Messenger's and Instagram's recorded events, read by their sources."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from chalicelib.channels.base import ChannelEvent, Delivery, InboundMessage
from chalicelib.channels.instagram import INSTAGRAM
from chalicelib.channels.messenger import MESSENGER
from tests.unit.channels.recorded_events import EVENTS, RECEIVED

SOURCES = {"messenger": MESSENGER, "instagram": INSTAGRAM}
PAGE, PSID = "108520033447719", "7346120985511230"
IG, IGSID = "17841405309211844", "1128740055673321"
AT = datetime(2026, 11, 22, 10, 40, tzinfo=UTC)
"""When the first event of each recorded delivery happened."""


def parse(source: str, body: bytes) -> list[ChannelEvent]:
    delivery = Delivery(
        delivery_id="dlv_1", source=source, received_at=RECEIVED, headers={}, body=body
    )
    return SOURCES[source].parse(delivery)


def read(name: str, change: Callable[[Any], Any] | None = None) -> list[ChannelEvent]:
    """The events of `events/{source}/{kind}.json`, after `change` was given its first event (or
    its first change)."""
    payload = json.loads((EVENTS / f"{name}.json").read_bytes())
    entry = payload["entry"][0]
    if change:
        change((entry.get("messaging") or entry.get("standby") or entry.get("changes"))[0])
    return parse(name.partition("/")[0], json.dumps(payload).encode())


def only(name: str, change: Callable[[Any], Any] | None = None) -> ChannelEvent:
    (event,) = read(name, change)
    return event


def message(name: str, change: Callable[[Any], Any] | None = None) -> InboundMessage:
    event = only(name, change)
    assert isinstance(event, InboundMessage)
    return event
