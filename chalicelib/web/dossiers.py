"""Staff API: everything that is kept about one customer, to hand to them (GDPR art. 15, 20)."""

from typing import Any

from chalicelib.store import customers, suppressions
from chalicelib.store.dossier import Place, page
from chalicelib.store.records import Customer
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint
from chalicelib.web.views import View


class DossierPage(View, frozen=True, kw_only=True):
    """Kept things as they are kept: each with its `type` (customer, consent, identity, order,
    device, notification, survey, coupon, checkout, entry, conversation, review, …), its `key`, and
    all its values. A conversation or review may come on several pages: its key tells."""

    things: list[dict[str, Any]]
    next_cursor: str | None = None


def export_customer(call: Call) -> DossierPage:
    """Everything that is kept about a customer, under all ids merged into one: a page at a time,
    never more than Lambda can answer with. Files that came along are named in the messages; their
    links are at `/v1/messages/{message_key}/files/{number}`."""
    customer = customers.get(call.path["customer_id"])
    start = Place.parse(call.cursor, customer.family) if call.cursor else None
    things, after = page(customer.family, start, limit=call.limit)
    if start is None:
        things += _suppressed(customer)
    return DossierPage(things=things, next_cursor=after.text if after else None)


def _suppressed(customer: Customer) -> list[dict[str, Any]]:
    return [
        {"type": "suppression", "key": f"S#{one.channel}:{one.address}|S", "reason": one.reason}
        | {"channel": one.channel, "address": one.address, "at": one.at}
        for one in suppressions.standing(customer.contacts).values()
    ]


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/customers/{customer_id}/export",
        scope="customers:export",
        summary="Everything that is kept about a customer",
        handle=export_customer,
        returns=DossierPage,
        query=(LIMIT, CURSOR),
    ),
)
