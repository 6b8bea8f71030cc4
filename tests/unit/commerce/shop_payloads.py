"""What the tests of all shops share: the payloads of `events/`, delivered as each shop does it."""

from datetime import UTC, datetime
from pathlib import Path

from chalicelib.channels.base import Delivery, Ignored
from chalicelib.commerce.base import ShopEvent
from chalicelib.commerce.facts import CheckoutSeen
from chalicelib.commerce.orders import Order, apply
from chalicelib.commerce.registry import SHOPS

ROOT = Path(__file__).parents[3]
EVENTS = ROOT / "events"
FILES = sorted(path for shop in SHOPS for path in (EVENTS / shop).glob("*.json"))
RECEIVED = datetime(2026, 11, 22, 21, 0, 0, 123456, tzinfo=UTC)
SHOPIFY_SHOP = "kahve-dukkani.myshopify.com"


def headers_of(path: Path) -> dict[str, str]:
    """What the shop sends along: its files' names start with their topic."""
    resource, action, *_ = path.name.split(".")
    if path.parent.name == "shopify":
        topic = f"{resource}/{action}"
        return {"x-shopify-topic": topic, "x-shopify-shop-domain": SHOPIFY_SHOP}
    if path.parent.name == "woocommerce":
        source = "https://Kahve-Atolyesi.example/"
        return {"x-wc-webhook-topic": f"{resource}.{action}", "x-wc-webhook-source": source}
    return {}


def deliver(source: str, body: bytes, headers: dict[str, str]) -> list[ShopEvent]:
    return SHOPS[source].parse(
        Delivery(
            delivery_id="dlv_1", source=source, received_at=RECEIVED, headers=headers, body=body
        )
    )


def deliver_file(path: Path) -> list[ShopEvent]:
    return deliver(path.parent.name, path.read_bytes(), headers_of(path))


def recorded(name: str) -> list[ShopEvent]:
    """What `events/{name}.json` says."""
    return deliver_file(EVENTS / f"{name}.json")


def add_up(*told: ShopEvent) -> dict[str, Order]:
    """The orders that facts make, by their keys."""
    found: dict[str, Order] = {}
    for fact in told:
        if not isinstance(fact, Ignored | CheckoutSeen):
            found[fact.order_key] = apply(found.get(fact.order_key), fact)
    return found
