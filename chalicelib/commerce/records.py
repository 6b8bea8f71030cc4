"""An `Order` as plain JSON values for storage, and back: amounts as text, times as UTC text.

What holds its default is left out. Times keep milliseconds.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from chalicelib.channels.base import Handle
from chalicelib.clock import iso, parse_iso
from chalicelib.commerce.facts import Buyer, Item
from chalicelib.commerce.orders import Order, Refund

Record = dict[str, Any]
_TEXTS = ("platform", "shop", "order_id", "name", "currency", "country", "customer_id")
_TIMES = ("placed_at", "snapshot_at", "cancelled_at", "fully_refunded_at", "reviewed_at")


def to_record(order: Order) -> Record:
    """JSON-able and complete: `from_record` gives an equal Order."""
    record: Record = {name: getattr(order, name) for name in _TEXTS}
    record |= {name: _text(getattr(order, name)) for name in _TIMES}
    record |= {
        "total": str(order.total),
        "test": order.test,
        "buyer": from_buyer(order.buyer) if order.buyer else None,
        "items": from_items(order.items),
        "coupons": list(order.coupons),
        "checkouts": list(order.checkouts),
        "deliveries": {key: iso(at) for key, at in order.deliveries.items()},
        "reviewed_products": list(order.reviewed_products),
        "refunds": {key: _from_refund(refund) for key, refund in order.refunds.items()},
    }
    return {name: value for name, value in record.items() if value not in (None, "", False, [], {})}


def from_record(record: Mapping[str, Any]) -> Order:
    """Undoes `to_record`; KeyError or ParseError for a record that it didn't write."""
    given: Record = {name: record[name] for name in _TEXTS if name in record}
    given |= {name: parse_iso(record[name]) for name in _TIMES if name in record}
    return Order(
        **given,
        total=Decimal(record["total"]),
        test=record.get("test", False),
        buyer=to_buyer(record["buyer"]) if "buyer" in record else None,
        items=to_items(record.get("items", ())),
        coupons=tuple(record.get("coupons", ())),
        checkouts=tuple(record.get("checkouts", ())),
        deliveries={key: parse_iso(at) for key, at in record.get("deliveries", {}).items()},
        reviewed_products=tuple(record.get("reviewed_products", ())),
        refunds={key: _to_refund(*refund) for key, refund in record.get("refunds", {}).items()},
    )


def from_buyer(buyer: Buyer) -> Record:
    return {
        "handles": [[handle.kind, handle.account, handle.value] for handle in buyer.handles],
        "name": buyer.name,
        "locale": buyer.locale,
        "email": buyer.email,
        "phone": buyer.phone,
        "email_marketing": buyer.email_marketing,
        "email_marketing_at": _text(buyer.email_marketing_at),
    }


def to_buyer(record: Record) -> Buyer:
    handles = tuple(
        Handle(kind=kind, account=account, value=value)
        for kind, account, value in record["handles"]
    )
    said_at = record.get("email_marketing_at")
    given = {"handles": handles, "email_marketing_at": parse_iso(said_at) if said_at else None}
    return Buyer(**{**record, **given})


def from_items(items: Sequence[Item]) -> list[list[Any]]:
    return [[item.product_id, item.title, item.quantity] for item in items]


def to_items(items: Iterable[Sequence[Any]]) -> tuple[Item, ...]:
    return tuple(
        Item(product_id=product_id, title=title, quantity=quantity)
        for product_id, title, quantity in items
    )


def _from_refund(refund: Refund) -> list[str | int | None]:
    return [iso(refund.at), str(refund.amount), refund.currency, refund.returned]


def _to_refund(at: str, amount: str, currency: str | None, returned: int = 0) -> Refund:
    return Refund(at=parse_iso(at), amount=Decimal(amount), currency=currency, returned=returned)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
