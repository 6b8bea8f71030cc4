"""CPU of parsing, platform by platform: every payload of `events/`, as its parser gets it."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chalicelib.channels.base import Delivery, Pointer
from chalicelib.channels.registry import CHANNELS
from chalicelib.commerce.registry import SHOPS
from chalicelib.errors import ParseError

EVENTS = Path(__file__).parents[2] / "events"
ROUNDS = 200
RECEIVED = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SHOP_HEADERS = {
    "x-shopify-shop-domain": "kahve.myshopify.com",
    "x-wc-webhook-source": "https://kahve.example/",
}


@dataclass(frozen=True, kw_only=True)
class Platform:
    """Milliseconds of CPU a message: the median over a platform's payloads, and the slowest."""

    name: str
    median_ms: float
    slowest_ms: float


def measure() -> list[Platform]:
    """Every platform that has payloads, the slowest first."""
    found = [_platform(name, parse) for name, parse in _parsers()]
    return sorted((one for one in found if one), key=lambda one: -one.median_ms)


def _parsers() -> Iterator[tuple[str, Callable[[Delivery], Any]]]:
    for name, channel in CHANNELS.items():
        yield name, channel.parse
    for name, shop in SHOPS.items():
        yield name, shop.parse


def _platform(name: str, parse: Callable[[Delivery], Any]) -> Platform | None:
    spent = []
    for path in sorted((EVENTS / name).glob("*")):
        delivery = _delivery(name, path)
        try:
            told = parse(delivery)
        except ParseError:
            continue
        messages = max(sum(not isinstance(one, Pointer) for one in told), 1)
        spent.append(_ms(lambda d=delivery: parse(d)) / messages)  # type: ignore[misc]
    if not spent:
        return None
    return Platform(name=name, median_ms=statistics.median(spent), slowest_ms=max(spent))


def _delivery(name: str, path: Path) -> Delivery:
    body = path.read_bytes()
    headers = dict(SHOP_HEADERS)
    headers["x-shopify-topic"] = _topic(path, "/")
    headers["x-wc-webhook-topic"] = _topic(path, ".")
    if path.suffix == ".multipart":
        boundary = body[2:].partition(b"\r\n")[0].decode()
        headers["content-type"] = f"multipart/form-data; boundary={boundary}"
    return Delivery(
        delivery_id="dlv_1", source=name, received_at=RECEIVED, headers=headers, body=body
    )


def _topic(path: Path, mark: str) -> str:
    """Shops' payloads are named after their topics: `orders.create.tr.json` is orders/create."""
    return mark.join(path.name.split(".")[:2])


def _ms(work: Callable[[], Any]) -> float:
    work()
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time_ns()
        work()
        taken.append(time.process_time_ns() - start)
    return statistics.median(taken) / 1e6
