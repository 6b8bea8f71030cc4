"""Staff API: codes at the till – what one is worth, and using it up – and those a customer has."""

from datetime import datetime
from typing import Annotated

import msgspec

from chalicelib.commerce.coupons import State, state
from chalicelib.store import coupons, customers
from chalicelib.store.outreach_records import Coupon
from chalicelib.web.endpoints import LONGEST, Call, Endpoint
from chalicelib.web.views import View


class RedeemRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`by` names the sale, such as "store:kadikoy:receipt-123": the same one may ask again."""

    by: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST)]


class CouponView(View, frozen=True, kw_only=True):
    """A code and what it is worth now: `percent` off while `state` is valid, nothing otherwise."""

    code: str
    state: State
    percent: int
    reason: str
    customer_id: str
    valid_from: datetime
    expires_at: datetime
    redeemed_at: datetime | None = None
    redeemed_by: str | None = None

    @classmethod
    def of(cls, coupon: Coupon, now: datetime) -> "CouponView":
        return cls(
            code=coupon.code,
            state=state(coupon, now),
            percent=coupon.percent,
            reason=coupon.reason,
            customer_id=coupon.customer_id,
            valid_from=coupon.issued_at,
            expires_at=coupon.expires_at,
            redeemed_at=coupon.redeemed_at,
            redeemed_by=coupon.redeemed_by,
        )


class CouponList(View, frozen=True, kw_only=True):
    coupons: list[CouponView]


def get_coupon(call: Call) -> CouponView:
    """However the code is typed: case, spaces and dashes do not matter."""
    return CouponView.of(call.wiring.coupons.find(call.path["code"]), call.wiring.clock())


def redeem_coupon(call: Call) -> CouponView:
    """Use the code up for a sale. 409 if another one took it, or it is not valid now."""
    wanted: RedeemRequest = call.body
    taken = call.wiring.coupons.redeem(call.path["code"], wanted.by)
    return CouponView.of(taken, call.wiring.clock())


def list_customer_coupons(call: Call) -> CouponList:
    """Those that are valid or were, the latest first; not those that may be handed over later."""
    now = call.wiring.clock()
    family = customers.get(call.path["customer_id"]).family
    found = coupons.of_customer(family, until=now)
    return CouponList(coupons=[CouponView.of(coupon, now) for coupon in found])


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/coupons/{code}",
        scope="coupons:read",
        summary="What a code is worth",
        handle=get_coupon,
        returns=CouponView,
    ),
    Endpoint(
        method="POST",
        path="/v1/coupons/{code}/redeem",
        scope="coupons:write",
        summary="Use a code up, once",
        handle=redeem_coupon,
        returns=CouponView,
        body=RedeemRequest,
    ),
    Endpoint(
        method="GET",
        path="/v1/customers/{customer_id}/coupons",
        scope="coupons:read",
        summary="The codes of a customer",
        handle=list_customer_coupons,
        returns=CouponList,
    ),
)
