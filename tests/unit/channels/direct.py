"""Parsing with a source itself, for tests of one platform alone."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.channels.base import Channel, ChannelEvent, Delivery, InboundMessage

EVENTS = Path(__file__).parents[3] / "events"
RECEIVED = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)


def delivery(source: Channel, body: bytes, headers: Mapping[str, str] | None = None) -> Delivery:
    return Delivery(
        delivery_id="dlv_1",
        source=source.name,
        received_at=RECEIVED,
        headers=headers or {},
        body=body,
    )


def parsed(
    source: Channel, body: bytes, headers: Mapping[str, str] | None = None
) -> list[ChannelEvent]:
    return source.parse(delivery(source, body, headers))


def event_bytes(source: Channel, name: str) -> bytes:
    """The bytes of `events/{source}/{name}`; without an ending, a JSON file."""
    file = name if "." in name else f"{name}.json"
    return (EVENTS / source.name / file).read_bytes()


def parsed_event(source: Channel, name: str) -> list[ChannelEvent]:
    return parsed(source, event_bytes(source, name))


def message_in(events: list[ChannelEvent]) -> InboundMessage:
    """The one message among the events."""
    (found,) = (event for event in events if isinstance(event, InboundMessage))
    return found
