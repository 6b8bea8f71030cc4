"""Events: what the world is told, and that a repeat tells the same."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import events
from chalicelib.bus import ATTEMPTS, Bus
from chalicelib.errors import Unavailable
from chalicelib.events import Event, chunks, event

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def received(key: str = "chat::m1") -> Event:
    data = events.MessageReceived(
        message_key=key, customer_id="cus_1", conversation_id="cnv_1", channel="chat", at=AT
    )
    return event(data, key, at=AT, trace="dlv_1")


class FakeBus:
    """Answers each request with the next of its answers: the numbers of the entries it refuses."""

    def __init__(self, *refusals: set[int] | Exception) -> None:
        self.refusals = list(refusals)
        self.requests: list[list[dict[str, Any]]] = []

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        self.requests.append(Entries)
        refused = self.refusals.pop(0) if self.refusals else set()
        if isinstance(refused, Exception):
            raise refused
        taken: dict[str, str] = {"EventId": "1"}
        no = {"ErrorCode": "InternalFailure"}
        return {"Entries": [no if n in refused else taken for n in range(len(Entries))]}

    @property
    def types(self) -> list[int]:
        return [len(entries) for entries in self.requests]


def bus(client: FakeBus) -> Bus:
    return Bus(client=client, name="temas-local", stage="local")


def test_a_repeat_has_the_same_id_and_another_happening_has_not() -> None:
    assert received().id == received().id
    assert received().id != received("chat::m2").id


def test_different_things_that_happened_to_the_same_have_different_ids() -> None:
    about = {"conversation_id": "c", "customer_id": "u", "resolution": 1}
    solved = event(events.ConversationResolved(resolved_by="ada", **about), "c", "1", at=AT)  # type: ignore[arg-type]
    opened = event(events.ConversationReopened(reopened_by="ada", **about), "c", "1", at=AT)  # type: ignore[arg-type]
    assert solved.id != opened.id


def test_the_detail_is_metadata_and_data() -> None:
    detail = json.loads(received().detail("local"))
    assert detail == {
        "metadata": {
            "id": received().id,
            "occurred_at": "2026-11-22T10:00:00.000Z",
            "stage": "local",
            "trace": "dlv_1",
        },
        "data": {
            "message_key": "chat::m1",
            "customer_id": "cus_1",
            "conversation_id": "cnv_1",
            "channel": "chat",
            "at": "2026-11-22T10:00:00Z",
            "media": 0,
        },
    }


def test_every_event_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
    assert [name for name in events.EVENTS if name not in text] == []


@given(st.integers(0, 57), st.integers(1, 12))
def test_chunks_hold_everything_in_order_and_none_is_too_large(count: int, size: int) -> None:
    every = [received(str(number)) for number in range(count)]
    groups = list(chunks(every, size))
    assert [one for group in groups for one in group] == every
    assert all(1 <= len(group) <= size for group in groups)
    assert len(groups) == -(-count // size)


def test_ten_events_a_request() -> None:
    client = FakeBus()
    bus(client).publish(received(str(number)) for number in range(23))
    assert client.types == [10, 10, 3]
    entry = client.requests[0][0]
    assert (entry["EventBusName"], entry["Source"]) == ("temas-local", "temas")
    assert (entry["DetailType"], entry["Time"]) == ("MessageReceived", AT)


def test_no_events_are_no_request() -> None:
    client = FakeBus()
    bus(client).publish([])
    assert client.requests == []


def test_only_the_refused_entries_are_put_again() -> None:
    client = FakeBus({0, 2}, {1})
    bus(client).publish(received(str(number)) for number in range(4))
    assert client.types == [4, 2, 1]
    assert client.requests[2] == [client.requests[0][2]]


def test_what_stays_refused_is_not_passed_over_in_silence() -> None:
    client = FakeBus(*[{0}] * ATTEMPTS)
    with pytest.raises(Unavailable, match="keeps refusing 1 events"):
        bus(client).publish([received()])
    assert len(client.requests) == ATTEMPTS


def test_a_bus_that_can_not_be_reached_is_unavailable() -> None:
    client = FakeBus(EndpointConnectionError(endpoint_url="https://events"))
    with pytest.raises(Unavailable, match="not answering"):
        bus(client).publish([received()])
