"""WooCommerce: orders with their refunds, from its webhooks.

WooCommerce sends a webhook once and never again, and each order payload is the whole order: the
next one heals what was missed. Its delivery id repeats within a second, so nothing is keyed on it.
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from chalicelib.channels import signatures
from chalicelib.channels.base import Answer, Delivery, Ignored, Secrets
from chalicelib.channels.wire import counter, decode
from chalicelib.clock import to_millis
from chalicelib.commerce.base import Shop, ShopEvent
from chalicelib.commerce.woocommerce import orders, wire
from chalicelib.commerce.woocommerce.arrival import DELIVERED
from chalicelib.errors import ParseError

SIGNATURE = "x-wc-webhook-signature"
TOPIC = "x-wc-webhook-topic"
SOURCE = "x-wc-webhook-source"
_READ = frozenset({"order.created", "order.updated", "order.restored"})
_DRAFTS = frozenset({"checkout-draft", "auto-draft", "draft", "new"})
"""What becomes an order only if the buyer goes on, such as an open checkout."""
_PING = re.compile(rb"\s*webhook_id=[0-9]{0,20}\s*")
_LONGEST_PING = 64
_LONGEST_SHOP = 200


class WooCommerce(Shop):
    """The `Source` of one or many WooCommerce shops; `secrets` are those of its webhooks.

    `delivered` are the statuses of an order which mean that it has reached its buyer.
    """

    name = "woocommerce"
    kept_headers: tuple[str, ...] = (TOPIC, SOURCE, "x-wc-webhook-id", "x-wc-webhook-delivery-id")

    def __init__(self, delivered: Collection[str] = DELIVERED) -> None:
        self._delivered = frozenset(delivered)

    def ping(self, *, headers: Mapping[str, str], body: bytes) -> Answer | None:
        """WooCommerce asks, unsigned, whether anybody is there each time a webhook is saved, and
        keeps the webhook off until it reads 200."""
        if len(body) <= _LONGEST_PING and _PING.fullmatch(body):
            return Answer(text="ok", kept=False)
        return None

    def verify(
        self,
        *,
        headers: Mapping[str, str],
        body: bytes,
        secrets: Secrets,
        now: datetime,
        url: str = "",
    ) -> None:
        """Returns if the shop signed these very bytes; raises SignatureError otherwise."""
        given = signatures.header(headers, SIGNATURE)
        signatures.check_base64(given, body, keys=signatures.listed(secrets))

    def parse(self, delivery: Delivery) -> list[ShopEvent]:
        """All facts of one delivery; Ignored for topics that Temas doesn't read, for drafts, and
        for an order which was gone before WooCommerce could tell of it.

        Raises ParseError, which names the header or field, and nothing else.
        """
        topic = delivery.headers.get(TOPIC, "").strip().lower()
        if topic not in _READ:
            return [self._ignored(topic or "no_topic")]
        order = decode(wire.ORDER, delivery.body)
        if order.id is None:
            return [self._ignored(f"{topic}.{_gone(order)}")]
        status = orders.status_of(order)
        if status in _DRAFTS:
            return [self._ignored(f"{topic}.{status}")]
        origin = orders.Origin(
            shop=_shop(delivery), at=to_millis(delivery.received_at), delivered=self._delivered
        )
        return [*orders.facts_of_order(order, origin)]

    def _ignored(self, what: str) -> Ignored:
        return Ignored(channel=self.name, what=counter(what))


WOOCOMMERCE = WooCommerce()


def _gone(order: wire.Order) -> str:
    """The code of the error "there is no such order"; ParseError for anything else that has no id:
    orders are being lost until somebody corrects the webhook."""
    if isinstance(order.code, str):
        if isinstance(order.data, dict) and order.data.get("status") == 404:
            return order.code
        raise ParseError(
            f"the shop posted its own error {counter(order.code)} in place of an order: save the "
            "webhook as a user who may read orders"
        )
    if order.order is not None:
        raise ParseError(
            "`id` is missing, as in the Legacy API: set the webhook's API version to "
            "WP REST API Integration v3"
        )
    raise ParseError("`id` is missing: it must be the shop's own id")


def _shop(delivery: Delivery) -> str:
    """The shop's address as one name, whichever way it is written: host, port and path."""
    given = delivery.headers.get(SOURCE, "").strip()
    try:
        parts = urlsplit(given if "//" in given else f"//{given}")
    except ValueError:
        parts = urlsplit("")
    shop = f"{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}".lower()
    if not (parts.netloc and shop.isprintable() and len(shop) <= _LONGEST_SHOP):
        raise ParseError(f"header {SOURCE} is missing or no address: WooCommerce always sends it")
    return shop
