"""What the tests of all channels share: the recorded events, and deliveries made of them."""

from datetime import UTC, datetime
from pathlib import Path

from chalicelib.channels.base import ChannelEvent, Delivery, InboundMessage
from chalicelib.channels.registry import CHANNELS

EVENTS = Path(__file__).parents[3] / "events"
RECEIVED = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)


def delivery(source: str, body: bytes) -> Delivery:
    return Delivery(delivery_id="dlv_1", source=source, received_at=RECEIVED, headers={}, body=body)


def parse(source: str, body: bytes) -> list[ChannelEvent]:
    return CHANNELS[source].parse(delivery(source, body))


def recorded(name: str) -> bytes:
    """The bytes of `events/{source}/{kind}.json`."""
    return (EVENTS / f"{name}.json").read_bytes()


def parse_recorded(name: str) -> list[ChannelEvent]:
    return parse(name.partition("/")[0], recorded(name))


def only_message(events: list[ChannelEvent]) -> InboundMessage:
    (event,) = events
    assert isinstance(event, InboundMessage)
    return event
