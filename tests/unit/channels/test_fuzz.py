"""Whatever arrives, a parser yields events or raises the one parse error."""

import copy
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.base import ChannelEvent, InboundMessage
from chalicelib.channels.registry import CHANNELS
from chalicelib.errors import ParseError
from tests.unit.channels.recorded_events import EVENTS, parse

FILES = sorted(path for source in CHANNELS for path in (EVENTS / source).glob("*.json"))
ODD = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    st.sampled_from(["", "\x00", "İ", "9" * 400, 2**53 + 1, -(2**70), [], {}, [[]], {"id": {}}]),
)


def check(source: str, body: bytes) -> None:
    try:
        events = parse(source, body)
    except ParseError:
        return
    for event in events:
        assert isinstance(event, ChannelEvent)
        if isinstance(event, InboundMessage):
            assert event.message_id
            assert event.address
            assert event.sender.handles
            assert event.at.tzinfo


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    return [at] + [path for key, child in children for path in paths(child, (*at, key))]


def mutate(root: Any, path: tuple[Any, ...], how: str, odd: Any) -> Any:
    if not path:
        return odd
    parent = root
    for key in path[:-1]:
        parent = parent[key]
    key = path[-1]
    if how == "delete":
        del parent[key]
    elif how == "insert" and isinstance(parent, list):
        parent.insert(key, odd)
    elif how == "insert":
        parent["_new"] = odd
    else:
        parent[key] = odd
    return root


@settings(max_examples=200, deadline=None)
@given(data=st.data(), file=st.sampled_from(FILES))
def test_payloads_with_fields_lost_changed_or_added(data: Any, file: Any) -> None:
    root = json.loads(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths(root)))
        how = data.draw(st.sampled_from(["delete", "replace", "insert"]))
        root = mutate(copy.deepcopy(root), path, how, data.draw(ODD))
    check(file.parent.name, json.dumps(root).encode())


@settings(max_examples=200, deadline=None)
@given(data=st.data(), file=st.sampled_from(FILES))
def test_payloads_cut_short_or_with_foreign_bytes(data: Any, file: Any) -> None:
    body = file.read_bytes()
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, len(body)))
    check(file.parent.name, body[:start] + data.draw(st.binary(max_size=8)) + body[end:])


@pytest.mark.parametrize("source", CHANNELS)
@pytest.mark.parametrize(
    "body",
    [
        *(b"", b" ", b"[]", b"null", b"7", b'"x"', b"{", b"\xff\xfe", b'{"a":NaN}', b"<xml/>"),
        b"[" * 500_000,
        b'{"a":' * 100_000,
        b'{"update_id":1,"object":"x","type":"x","entry":[],"deep":' + b"[" * 200_000,
        b'{"update_id":1,"message":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
        b'{"update_id":' + b"9" * 100_000 + b"}",
        b'{"object":"\\ud800"}',
    ],
)
def test_what_is_no_payload_at_all_is_a_parse_error(source: str, body: bytes) -> None:
    with pytest.raises(ParseError):
        parse(source, body)


@pytest.mark.parametrize("name", ["whatsapp/text", "telegram/text", "chat/batch"])
def test_a_megabyte_is_read_without_a_blow_up(name: str) -> None:
    source = name.partition("/")[0]
    root = json.loads((EVENTS / f"{name}.json").read_bytes())
    if source == "whatsapp":
        value = root["entry"][0]["changes"][0]["value"]
        value["messages"] = [{**value["messages"][0], "id": f"wamid.{n}"} for n in range(5000)]
    elif source == "chat":
        root["data"]["messages"] *= 6000
    else:
        root["message"]["entities"] = [{"type": "bold", "offset": n} for n in range(32_000)]
    body = json.dumps(root).encode()
    assert len(body) > 900_000
    started = time.process_time()
    parse(source, body)
    # Far above what it takes: the benchmark measures, this guards against quadratic behaviour.
    assert time.process_time() - started < 3
