"""What follows once from an order besides its milestones: the checkout it was is one no more, the
codes it used are used up, and what its buyer said about marketing counts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from chalicelib.commerce.codes import reading
from chalicelib.commerce.consents import Word, word
from chalicelib.commerce.orders import Order


class EndCheckout(Protocol):
    """Notes that a checkout has become an order."""

    def __call__(self, platform: str, shop: str, checkout_id: str, *, at: datetime) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Follower:
    """Tells what follows. `use` marks a code as used by an order at a moment, `consented` takes
    what a customer said about marketing."""

    end_checkout: EndCheckout
    use: Callable[[str, str, datetime], None]
    consented: Callable[[str, Word], None]

    def following(
        self, order: Order, customer_id: str | None
    ) -> Iterator[tuple[str, Callable[[], None]]]:
        """Each under the name by which the order remembers it as done. Nothing follows from a test,
        nor before the order itself is known."""
        at = order.placed_at
        if at is None or order.test:
            return
        for name in order.checkouts:
            end = partial(self.end_checkout, order.platform, order.shop, name, at=at)
            yield f"checkout:{name}", end
        for code in dict.fromkeys(filter(None, map(reading, order.coupons))):
            yield f"coupon:{code}", partial(self.use, code, order.key, at)
        said = word(order.buyer, platform=order.platform, begun=at, seen=order.snapshot_at)
        if said and customer_id:
            yield said.name, partial(self.consented, customer_id, said)
