"""Coupons: codes that are worth something once, in the shop and in the store."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock, to_millis
from chalicelib.commerce.codes import new_code, reading
from chalicelib.errors import Conflict, Contention, NotFound
from chalicelib.store import coupons as store
from chalicelib.store.outreach_records import Coupon

MAX_ATTEMPTS = 8

State = Literal["valid", "not_yet_valid", "expired", "redeemed"]


def state(coupon: Coupon, now: datetime) -> State:
    """What the code is worth at a moment: something only while it is valid. Pure."""
    if coupon.redeemed_at is not None:
        return "redeemed"
    if now >= coupon.expires_at:
        return "expired"
    return "valid" if now >= coupon.issued_at else "not_yet_valid"


@dataclass(frozen=True, kw_only=True)
class Coupons:
    """Issues and redeems codes. `make_valid` makes one known to the shops that take them."""

    make_valid: Callable[[Coupon], None]
    bus: Callable[[], Bus]
    clock: Clock
    pause: Callable[[int], None]

    def issue(
        self,
        *,
        key: str,
        customer_id: str,
        reason: str,
        percent: int,
        valid_from: datetime,
        valid: timedelta,
    ) -> Coupon:
        """The code for what `key` names: a new one the first time, the same one ever after. Nobody
        knows it until it is handed over, so it may be issued long before.

        Raises Contention or Unavailable.
        """
        begin = to_millis(valid_from)
        for attempt in range(MAX_ATTEMPTS):
            coupon = Coupon(
                code=new_code(),
                customer_id=customer_id,
                reason=reason,
                percent=percent,
                issued_at=begin,
                expires_at=begin + valid,
            )
            if store.put_once(coupon, key):
                return coupon
            known = store.issued(key)
            if known:
                return known
            self.pause(attempt)
        raise Contention(f"no code could be issued for {key}: repeat the call")

    def hand_over(self, code: str) -> None:
        """The customer has the code: the shops learn of it, and the world. Raises Unavailable to be
        called again; ConfigurationError if a shop lets us make no codes."""
        coupon = store.find(code)
        if coupon is None:
            return
        if state(coupon, self.clock()) in ("valid", "not_yet_valid"):
            self.make_valid(coupon)
        issued = events.CouponIssued(
            code=coupon.code,
            customer_id=coupon.customer_id,
            percent=coupon.percent,
            expires_at=coupon.expires_at,
            reason=coupon.reason,
        )
        self.bus().publish([events.event(issued, coupon.code, at=coupon.issued_at)])

    def find(self, text: str) -> Coupon:
        """The coupon whose code somebody typed. Raises NotFound."""
        return store.get(_code(text))

    def redeem(self, text: str, by: str) -> Coupon:
        """Use the code up for `by` (an order, a receipt), once; the same again changes nothing.

        Raises NotFound; Conflict if it was used by another, or is not valid now.
        """
        coupon, now = self.find(text), to_millis(self.clock())
        if coupon.redeemed_by is None:
            refusal = _REFUSALS.get(state(coupon, now))
            if refusal:
                raise Conflict(refusal.format(coupon=coupon))
            store.take(coupon.code, by=by, at=now)
            coupon = store.get(coupon.code)
        if coupon.redeemed_by != by:
            raise Conflict(
                f"this code was used already, on {coupon.redeemed_at:%Y-%m-%d %H:%M} UTC"
            )
        return coupon

    def used(self, code: str, by: str, at: datetime) -> None:
        """A shop has taken the code for an order, whatever we think of it; one that isn't ours, or
        was used before, stays as it is."""
        store.take(code, by=by, at=to_millis(at))


_REFUSALS: dict[str, str] = {
    "expired": "this code was valid until {coupon.expires_at:%Y-%m-%d %H:%M} UTC",
    "not_yet_valid": "this code is valid from {coupon.issued_at:%Y-%m-%d %H:%M} UTC",
}


def _code(text: str) -> str:
    code = reading(text)
    if code is None:
        raise NotFound("this is not a code of ours: it has ten letters and digits")
    return code
