"""Whatever a shop posts, its parser tells facts or raises the one parse error; and whichever way
what it posts arrives, the orders are the same."""

import copy
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.base import Ignored
from chalicelib.commerce import checkouts
from chalicelib.commerce.facts import CheckoutSeen, OrderFact
from chalicelib.commerce.records import from_record, to_record
from chalicelib.commerce.registry import SHOPS
from chalicelib.errors import ParseError
from tests.unit.commerce.shop_payloads import (
    EVENTS,
    FILES,
    add_up,
    deliver,
    deliver_file,
    headers_of,
)

ODD = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    st.sampled_from(
        [
            *("", "\x00", "İ", "9" * 400, "1e400", "NaN", "-0", "2026-02-30", "0001-01-01T00:00"),
            *(2**53 + 1, -(2**70), 10**400, 1e308, [], {}, [[]], [None], {"id": {}}, {"0": None}),
        ]
    ),
)


def check(source: str, body: bytes, headers: dict[str, str]) -> None:
    try:
        events = deliver(source, body, headers)
    except ParseError:
        return
    for event in events:
        assert isinstance(event, OrderFact | Ignored)
        if isinstance(event, CheckoutSeen):
            basket = checkouts.apply(None, event)
            record = json.loads(json.dumps(checkouts.to_record(basket)))
            assert checkouts.from_record(record) == basket
            assert len(basket.key) < 400
    for key, order in add_up(*events).items():
        assert key.startswith(f"{source}:")
        assert len(key) < 400
        assert from_record(json.loads(json.dumps(to_record(order)))) == order


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    return [at] + [path for key, child in children for path in paths(child, (*at, key))]


def mutated(root: Any, path: tuple[Any, ...], how: str, odd: Any) -> Any:
    if not path:
        return odd
    root = copy.deepcopy(root)
    parent = root
    for key in path[:-1]:
        parent = parent[key]
    if how == "delete":
        del parent[path[-1]]
    elif isinstance(parent, list) and how == "insert":
        parent.insert(path[-1], odd)
    else:
        parent[path[-1]] = odd
    return root


@settings(max_examples=250, deadline=None)
@given(data=st.data(), file=st.sampled_from(FILES))
def test_payloads_with_fields_lost_changed_or_added(data: Any, file: Path) -> None:
    root = json.loads(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths(root)))
        how = data.draw(st.sampled_from(["delete", "replace", "insert"]))
        root = mutated(root, path, how, data.draw(ODD))
    check(file.parent.name, json.dumps(root).encode(), headers_of(file))


@settings(max_examples=150, deadline=None)
@given(data=st.data(), file=st.sampled_from(FILES))
def test_payloads_cut_short_or_with_foreign_bytes(data: Any, file: Path) -> None:
    body = file.read_bytes()
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, len(body)))
    foreign = data.draw(st.binary(max_size=8))
    check(file.parent.name, body[:start] + foreign + body[end:], headers_of(file))


@pytest.mark.parametrize(
    "file", ["shopify/orders.updated.tr", "woocommerce/order.created.processing", "orders/placed"]
)
@pytest.mark.parametrize(
    "body",
    [
        *(b"", b" ", b"[]", b"null", b"7", b'"x"', b"{", b"\xff\xfe", b'{"a":NaN}', b"<xml/>"),
        *(b"[" * 500_000, b'{"a":' * 100_000, b'{"id":' + b"9" * 100_000 + b"}"),
        *(b'{"id":"\\ud800"}', b"{}", b'{"type":"order.placed","data":7}'),
    ],
)
def test_what_is_no_payload_at_all_is_a_parse_error(file: str, body: bytes) -> None:
    path = EVENTS / f"{file}.json"
    with pytest.raises(ParseError):
        deliver(path.parent.name, body, headers_of(path))


@settings(deadline=None)
@given(data=st.data(), shop=st.sampled_from(sorted(SHOPS)))
def test_any_order_and_repetition_of_deliveries_is_one_order(data: Any, shop: str) -> None:
    files = [file for file in FILES if file.parent.name == shop]
    once = add_up(*(event for file in files for event in deliver_file(file)))
    repeated = files + data.draw(st.lists(st.sampled_from(files), max_size=5))
    shuffled = data.draw(st.permutations(repeated))
    assert add_up(*(event for file in shuffled for event in deliver_file(file))) == once


def grown(name: str) -> bytes:
    """The payload with as many parts as fit into a megabyte."""
    root = json.loads((EVENTS / f"{name}.json").read_bytes())
    if "data" in root:
        order = root["data"].pop("order")
        order["items"] = [{"title": "&amp;" * 12}] * 8
        root["data"]["orders"] = [{**order, "id": n} for n in range(1000)]
        return json.dumps(root).encode()
    root["line_items"] *= 600
    root["refunds"] = [{"id": n, "total": "-1.00"} for n in range(1, 5000)]
    root["meta_data"] = [{"key": "ts_shipment_status", "value": [{"status": "x"}] * 5000}]
    root["billing"] = {"first_name": "&amp;" * 20_000, "phone": " " * 50_000}
    return json.dumps(root).encode()


@pytest.mark.parametrize(
    "name",
    [
        "shopify/orders.updated.tr",
        "woocommerce/order.created.processing",
        "orders/placed",
    ],
)
def test_a_megabyte_is_read_without_a_blow_up(name: str) -> None:
    body = grown(name)
    assert len(body) > 700_000
    path = EVENTS / f"{name}.json"
    deliver(path.parent.name, path.read_bytes(), headers_of(path))  # what is loaded once is loaded
    started = time.process_time()
    assert deliver(path.parent.name, body, headers_of(path))
    assert time.process_time() - started < 3
