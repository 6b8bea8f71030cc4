"""The open feed: any shop system posts its orders here, signed by Standard Webhooks.

`POST /webhooks/orders` with the headers webhook-id, webhook-timestamp and webhook-signature:

    {"type": "order.placed", "timestamp": "2026-11-22T10:00:00Z", "data": {
        "shop": "kahve.example",
        "order": {"id", "number"?, "placed_at", "updated_at"?, "currency"?, "total"?, "country"?,
                  "test"?, "customer"?: {"id"?, "name"?, "locale"?, "email"?, "email_verified"?,
                  "phone"?, "phone_verified"?, "email_marketing"?, "email_marketing_at"?},
                  "items"?: [{"title", "product_id"?, "quantity"?}],
                  "shipments"?: [{"id", "delivered_at"?}], "delivered_at"?, "cancelled_at"?,
                  "refunds"?: [{"id", "amount", "currency"?, "at"?}], "fully_refunded"?,
                  "coupons"?: ["…"], "checkout_id"?}}}

`data.orders` with up to a thousand may stand for `data.order`. The types are order.placed,
.updated, .delivered, .cancelled and .refunded; checkout.updated and .completed have `data.checkout`
instead; others are accepted and Ignored. All is explained, with examples, in
docs/channels/orders.md.
"""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.channels import signatures
from chalicelib.channels.base import Delivery, Ignored, Secrets
from chalicelib.channels.wire import counter, decode, iso_or
from chalicelib.clock import to_millis
from chalicelib.commerce.base import Shop, ShopEvent
from chalicelib.commerce.feed import checkouts, wire
from chalicelib.commerce.feed.orders import PLATFORM, TYPES, Told, facts_of
from chalicelib.errors import ParseError


class Feed(Shop):
    """The `Source` of any shop that speaks the feed; `secrets` are `whsec_…`."""

    name = PLATFORM

    def verify(
        self,
        *,
        headers: Mapping[str, str],
        body: bytes,
        secrets: Secrets,
        now: datetime,
        url: str = "",
    ) -> None:
        signatures.check_standard_webhook(headers, body, signatures.listed(secrets), now)

    def parse(self, delivery: Delivery) -> list[ShopEvent]:
        """All facts of all orders of a delivery. Raises ParseError, which names the field."""
        event = decode(wire.EVENT, delivery.body)
        if event.type not in TYPES | checkouts.TYPES:
            return [Ignored(channel=self.name, what=counter(event.type))]
        data = decode(wire.DATA, event.data, "$.data")
        at = to_millis(iso_or(event.timestamp, delivery.received_at))
        if event.type in checkouts.TYPES:
            told = Told(what=event.type, shop=data.shop.lower(), at=at, path="$.data.checkout")
            return [checkouts.fact_of(data.checkout, told)]
        facts: list[ShopEvent] = []
        for path, order in _listed(data):
            told = Told(what=event.type, shop=data.shop.lower(), at=at, path=path)
            facts += facts_of(order, told)
        return facts


FEED = Feed()


def _listed(data: wire.Data) -> list[tuple[str, wire.Order]]:
    if data.order is not None:
        return [("$.data.order", data.order)]
    if data.orders is None:
        raise ParseError("Object missing required field `order` - at `$.data`")
    return [(f"$.data.orders[{n}]", order) for n, order in enumerate(data.orders)]
