"""Shopify: orders, their shipments and refunds, and checkouts, from its webhooks.

Shopify repeats and reorders deliveries and gives up after a few hours; so each order payload is
also read for the shipments and refunds it embeds, and a webhook that never came heals itself.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from chalicelib.channels import signatures
from chalicelib.channels.base import Delivery, Ignored, Secrets
from chalicelib.channels.wire import counter, decode, iso_or
from chalicelib.clock import to_millis
from chalicelib.commerce.base import Shop, ShopEvent
from chalicelib.commerce.facts import OrderFact
from chalicelib.commerce.shopify import checkouts, orders, wire
from chalicelib.errors import ParseError

SIGNATURE = "x-shopify-hmac-sha256"
TOPIC = "x-shopify-topic"
SHOP = "x-shopify-shop-domain"
TRIGGERED_AT = "x-shopify-triggered-at"
_LONGEST_HEADER = 255


class Shopify(Shop):
    """The `Source` of one or many Shopify shops; `secrets` are the apps' client secrets."""

    name = "shopify"
    kept_headers: tuple[str, ...] = (
        TOPIC,
        SHOP,
        "x-shopify-webhook-id",
        "x-shopify-event-id",
        TRIGGERED_AT,
    )

    def verify(
        self,
        *,
        headers: Mapping[str, str],
        body: bytes,
        secrets: Secrets,
        now: datetime,
        url: str = "",
    ) -> None:
        """Returns if Shopify signed these very bytes; raises SignatureError otherwise."""
        given = signatures.header(headers, SIGNATURE)
        signatures.check_base64(given, body, keys=signatures.listed(secrets))

    def parse(self, delivery: Delivery) -> list[ShopEvent]:
        """All facts of one delivery; Ignored for a topic that Temas doesn't read.

        Raises ParseError, which names the header or field, and nothing else.
        """
        topic = _header(delivery, TOPIC).lower()
        read = _TOPICS.get(topic)
        if read is None:
            return [Ignored(channel=self.name, what=counter(topic))]
        return [*read(delivery.body, _origin(delivery))]


SHOPIFY = Shopify()


def _origin(delivery: Delivery) -> orders.Origin:
    """The shop, and the time for payloads that lack their own: the event's, else the receipt."""
    at = iso_or(delivery.headers.get(TRIGGERED_AT), delivery.received_at)
    return orders.Origin(shop=_shop(delivery), at=to_millis(at))


def _shop(delivery: Delivery) -> str:
    return _header(delivery, SHOP).lower()


def _header(delivery: Delivery, header: str) -> str:
    value = delivery.headers.get(header, "").strip()
    if not 0 < len(value) <= _LONGEST_HEADER:
        raise ParseError(f"header {header} is missing or too long: Shopify sends it every time")
    return value


def _order(body: bytes, origin: orders.Origin) -> Sequence[OrderFact]:
    return orders.facts_of_order(decode(wire.ORDER, body), origin)


def _fulfillment(body: bytes, origin: orders.Origin) -> Sequence[OrderFact]:
    return orders.facts_of_fulfillment(decode(wire.FULFILLMENT, body), origin)


def _fulfillment_event(body: bytes, origin: orders.Origin) -> Sequence[OrderFact]:
    return orders.facts_of_event(decode(wire.FULFILLMENT_EVENT, body), origin)


def _refund(body: bytes, origin: orders.Origin) -> Sequence[OrderFact]:
    return orders.facts_of_refund(decode(wire.REFUND, body), origin)


def _checkout(body: bytes, origin: orders.Origin) -> Sequence[OrderFact]:
    return [checkouts.fact_of_checkout(decode(wire.CHECKOUT, body), origin)]


def _checkout_deleted(body: bytes, origin: orders.Origin) -> Sequence[OrderFact]:
    return [checkouts.fact_of_deletion(decode(wire.CHECKOUT, body), origin)]


_TOPICS: Mapping[str, Callable[[bytes, orders.Origin], Sequence[OrderFact]]] = {
    "orders/create": _order,
    "orders/updated": _order,
    "orders/paid": _order,
    "orders/partially_fulfilled": _order,
    "orders/fulfilled": _order,
    "orders/cancelled": _order,
    "fulfillments/create": _fulfillment,
    "fulfillments/update": _fulfillment,
    "fulfillment_events/create": _fulfillment_event,
    "refunds/create": _refund,
    "checkouts/create": _checkout,
    "checkouts/update": _checkout,
    "checkouts/delete": _checkout_deleted,
}
