"""Whatever arrives from Twilio, helpdesks and review sites: events, or the one parse error."""

import copy
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.base import Channel, InboundMessage, Pointer
from chalicelib.channels.freshdesk import FRESHDESK
from chalicelib.channels.google import GOOGLE
from chalicelib.channels.trustpilot import TRUSTPILOT
from chalicelib.channels.twilio import TWILIO
from chalicelib.channels.zendesk import ZENDESK
from chalicelib.errors import ParseError
from tests.unit.channels.direct import EVENTS, delivery, event_bytes, parsed

SOURCES: tuple[Channel, ...] = (TWILIO, ZENDESK, FRESHDESK, TRUSTPILOT, GOOGLE)
BY_NAME = {source.name: source for source in SOURCES}
FILES = sorted(path for source in SOURCES for path in (EVENTS / source.name).iterdir())
FORMS = [path for path in FILES if path.suffix == ".form"]
JSON = [path for path in FILES if path.suffix == ".json"]
ODD = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    st.sampled_from(["", "\x00", "İ", "9" * 400, 2**53 + 1, -(2**70), [], {}, [[]], {"id": {}}]),
)


def check(source: Channel, body: bytes) -> None:
    try:
        events = parsed(source, body)
    except ParseError:
        return
    assert events
    for event in events:
        if isinstance(event, InboundMessage):
            assert 0 < len(event.message_id) <= 600
            assert event.address
            assert event.sender.handles
            assert event.at.tzinfo
            json.dumps(event.details)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_recorded_event_is_read(path: Any) -> None:
    source = BY_NAME[path.parent.name]
    events = parsed(source, path.read_bytes())
    assert events
    for event in events:
        if isinstance(event, Pointer):
            content = event_bytes(source, "review")
            assert source.follow(event, content, delivery(source, path.read_bytes()))


@settings(max_examples=150, deadline=None)
@given(data=st.data(), path=st.sampled_from(FORMS))
def test_forms_cut_short_or_with_foreign_bytes(data: Any, path: Any) -> None:
    body = path.read_bytes()
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, len(body)))
    check(TWILIO, body[:start] + data.draw(st.binary(max_size=8)) + body[end:])


@settings(max_examples=150, deadline=None)
@given(data=st.data(), path=st.sampled_from(FORMS))
def test_forms_with_fields_lost_or_changed(data: Any, path: Any) -> None:
    fields = path.read_bytes().split(b"&")
    place = data.draw(st.integers(0, len(fields) - 1))
    name = fields[place].partition(b"=")[0]
    odd = data.draw(st.sampled_from([b"", b"%00", b"%FF", b"x" * 400, b"9" * 400, b"%2B", b"{}"]))
    changed = [] if data.draw(st.booleans()) else [name + b"=" + odd]
    check(TWILIO, b"&".join([*fields[:place], *changed, *fields[place + 1 :]]))


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    return [at] + [path for key, child in children for path in paths(child, (*at, key))]


@settings(max_examples=200, deadline=None)
@given(data=st.data(), path=st.sampled_from(JSON))
def test_payloads_with_fields_lost_or_changed(data: Any, path: Any) -> None:
    root = json.loads(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        root = copy.deepcopy(root)
        at = data.draw(st.sampled_from(paths(root)))
        if not at:
            root = data.draw(ODD)
            break
        parent = root
        for key in at[:-1]:
            parent = parent[key]
        if data.draw(st.booleans()):
            del parent[at[-1]]
        else:
            parent[at[-1]] = data.draw(ODD)
    check(BY_NAME[path.parent.name], json.dumps(root).encode())


FRESH = {"triggered_event": "{ticket_action:created}", "ticket_id": 1}
WORST: dict[str, tuple[Channel, bytes]] = {
    "fields of a form": (TWILIO, b"a&" * 500_000),
    "escapes of a form": (TWILIO, b"Body=" + b"%41" * 87_000),
    "depth in a form": (TWILIO, b"MessageSid=S&From=%2B905325550147&FlowData=" + b"[" * 200_000),
    "depth of a stream": (TWILIO, b"[" * 1_000_000),
    "dashes": (ZENDESK, json.dumps({"ticket_id": 1, "comment": "-" * 1_000_000}).encode()),
    "lines": (ZENDESK, json.dumps({"ticket_id": 1, "comment": "-" * 20 + "\n" * 65_000}).encode()),
    "commas": (
        ZENDESK,
        json.dumps({"ticket_id": 1, "comment": "-" * 20 + "\na, " * 9999}).encode(),
    ),
    "names": (ZENDESK, json.dumps({f"k{n}": n for n in range(70_000)}).encode()),
    "depth": (ZENDESK, b'{"ticket_id":1,"a":' + b'{"a":' * 100_000),
    "tags": (
        FRESHDESK,
        json.dumps({**FRESH, "ticket_description": "<img src='" * 99_999}).encode(),
    ),
    "braces": (FRESHDESK, json.dumps({**FRESH, "triggered_event": "{" * 1_000_000}).encode()),
    "base64": (GOOGLE, json.dumps({"message": {"data": "WzBb" * 250_000}}).encode()),
    "base64 of nothing": (GOOGLE, json.dumps({"message": {"data": "_" * 1_000_000}}).encode()),
    "list": (TRUSTPILOT, b'{"events":[' + b"{}," * 300_000),
}


@pytest.mark.parametrize("name", WORST)
def test_a_hostile_megabyte_is_read_or_refused_in_time(name: str) -> None:
    source, body = WORST[name]
    started = time.process_time()
    check(source, body)
    # Far above what it takes: this guards against quadratic behaviour.
    assert time.process_time() - started < 3


def test_a_megabyte_of_reviews_is_read_without_a_blow_up() -> None:
    payload = json.loads(event_bytes(TRUSTPILOT, "updated"))
    payload["events"] *= 1500
    body = json.dumps(payload).encode()
    assert len(body) > 900_000
    started = time.process_time()
    parsed(TRUSTPILOT, body)
    assert time.process_time() - started < 3
