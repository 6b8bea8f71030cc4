"""Coupons: each step issues one at most, each is redeemed once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.clock import iso
from chalicelib.errors import NotFound
from chalicelib.store import keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import Item
from chalicelib.store.models_outreach import CouponItem, IssuedItem
from chalicelib.store.outreach_records import Coupon
from chalicelib.store.table import Key, Refused, Transaction, get_many, translated, update_if

KEPT = timedelta(days=400)
"""How long a coupon stays on record after its end."""


def item(coupon: Coupon) -> CouponItem:
    pk, sk = keys.coupon(coupon.code)
    return CouponItem(
        pk=pk,
        sk=sk,
        gsi2pk=keys.timeline(coupon.customer_id),
        gsi2sk=f"U#{keys.moment(coupon.issued_at, coupon.code)}",
        ends_at=coupon.expires_at,
        expires_at=_gone_at(coupon),
        **fields(coupon, "code", "expires_at"),
    )


def from_item(found: Item) -> Coupon:
    assert isinstance(found, CouponItem)  # nothing else has such a key
    return record(Coupon, found, code=found.pk.removeprefix("U#"), expires_at=found.ends_at)


def put_once(coupon: Coupon, key: str) -> bool:
    """Keep a new coupon as what the step `key` issued; False if it has issued another one, or
    the code is taken, or another writer was in the way: `issued` tells which."""
    pk, sk = keys.issued(key)
    transaction = Transaction()
    step = IssuedItem(pk=pk, sk=sk, code=coupon.code, expires_at=_gone_at(coupon))
    transaction.put("step", step, IssuedItem.pk.does_not_exist())
    code = item(coupon)
    code.step = key
    transaction.put("coupon", code, CouponItem.pk.does_not_exist())
    try:
        transaction.commit()
    except Refused:
        return False
    return True


def issued(key: str) -> Coupon | None:
    """What the step `key` has issued, if it has."""
    step = get_many([keys.issued(key)]).get(keys.issued(key))
    return find(step.code) if isinstance(step, IssuedItem) else None


def find(code: str) -> Coupon | None:
    found = get_many([keys.coupon(code)])
    return from_item(found[keys.coupon(code)]) if found else None


def get(code: str) -> Coupon:
    """Raises NotFound."""
    coupon = find(code)
    if coupon is None:
        raise NotFound("there is no such code: check how it is written")
    return coupon


def take(code: str, *, by: str, at: datetime) -> bool:
    """Mark a coupon as used by `by`, once; False if it was used before, by whomever, or isn't
    there."""
    return update_if(
        CouponItem(*keys.coupon(code)),
        [CouponItem.redeemed_at.set(at), CouponItem.redeemed_by.set(by)],
        CouponItem.pk.exists() & CouponItem.redeemed_by.does_not_exist(),
    )


def of_customer(family: Sequence[str], *, until: datetime, limit: int = 100) -> list[Coupon]:
    """A customer's coupons that are valid from `until` or before, the latest first."""
    rows: list[Item] = []
    with translated():
        for customer_id in family:
            rows += Item.listing.query(
                keys.timeline(customer_id),
                Item.gsi2sk.between("U#", f"U#{iso(until)}#~"),
                scan_index_forward=False,
                limit=limit,
            )
    newest = sorted(rows, key=lambda row: row.gsi2sk or "", reverse=True)[:limit]
    order: list[Key] = [(row.pk, row.sk) for row in newest]
    loaded = get_many(order, consistent=False)
    return [from_item(loaded[key]) for key in order if key in loaded]


def _gone_at(coupon: Coupon) -> int:
    return int((coupon.expires_at + KEPT).timestamp())
