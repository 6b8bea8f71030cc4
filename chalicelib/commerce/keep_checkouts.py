"""Keep checkouts: sightings added up under a version, each told of once.

A checkout remembers what of it was told, and about whom. A worker that dies between writing and
telling leaves that to whoever touches it next – at the latest to the redelivery of its message.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock
from chalicelib.commerce import checkouts
from chalicelib.commerce.checkouts import Basket
from chalicelib.commerce.consents import Word, word
from chalicelib.commerce.facts import Buyer, CheckoutSeen, checkout_key
from chalicelib.errors import Contention
from chalicelib.store import checkouts as store
from chalicelib.store.outreach_records import Checkout

MAX_ATTEMPTS = 8
_ANNOUNCED = "announced"
"""Under which its document names, beside what the checkout is, what of it was told."""

Change = Callable[[Basket | None], Basket]


@dataclass(frozen=True, kw_only=True)
class CheckoutBook:
    """Keeps checkouts. `customer_of` finds or creates the customer behind a buyer (None if the
    buyer gave nothing to go by), `consented` is told what a customer said about marketing."""

    customer_of: Callable[[Basket, Buyer], str | None]
    consented: Callable[[str, Word], None]
    bus: Callable[[], Bus]
    clock: Clock
    pause: Callable[[int], None]

    def keep(self, facts: Sequence[CheckoutSeen], trace: str | None = None) -> None:
        """Add sightings of one checkout to it. Repeats and late comers change nothing they
        shouldn't. Raises Contention or Unavailable to be called again with the same."""

        def add(basket: Basket | None) -> Basket:
            for fact in facts:
                basket = checkouts.apply(basket, fact)
            assert basket is not None  # a list of facts is never empty
            return basket

        self._change(facts[0].checkout_key, add, trace)

    def ordered(self, platform: str, shop: str, checkout_id: str, *, at: datetime) -> None:
        """The checkout has become an order, whether it is known yet or not."""
        key = (platform, shop, checkout_id)
        self._change(checkout_key(*key), lambda known: checkouts.ordered(known, key, at), None)

    def _change(self, key: str, change: Change, trace: str | None) -> None:
        for attempt in range(MAX_ATTEMPTS):
            try:
                self._announce(self._save(key, store.find(key), change), trace)
            except Contention:
                self.pause(attempt)
            else:
                return
        raise Contention(f"checkout {key} kept changing")

    def _save(self, key: str, kept: Checkout | None, change: Change) -> Checkout:
        before = checkouts.from_record(kept.document) if kept else None
        basket = change(before)
        if kept and basket == before:
            return kept
        customer_id = kept.customer_id if kept else None
        if before is None or basket.buyer != before.buyer:
            # Whoever goes on with it is whose it is: an address that was mistyped gets no mail.
            customer_id = self.customer_of(basket, basket.buyer) if basket.buyer else None
        told = kept.document.get(_ANNOUNCED, []) if kept else []
        checkout = Checkout(
            key=key,
            document={**checkouts.to_record(basket), _ANNOUNCED: told},
            customer_id=customer_id,
            updated_at=basket.updated_at,
            ordered_at=basket.completed_at,
            version=kept.version if kept else None,
        )
        return store.save(checkout, at=self.clock())

    def _announce(self, kept: Checkout, trace: str | None) -> None:
        basket, who = checkouts.from_record(kept.document), kept.customer_id
        told: list[str] = kept.document.get(_ANNOUNCED, [])
        at = basket.updated_at
        if who is None or basket.buyer is None or at is None:
            return
        news: list[str] = []
        said = word(basket.buyer, platform=basket.platform, begun=basket.started_at, seen=at)
        if said and f"{who}:{said.name}" not in told:
            self.consented(who, said)
            news.append(f"{who}:{said.name}")
        if basket.waits and basket.buyer.email and f"{who}:started" not in told:
            started = events.CheckoutStarted(checkout_key=kept.key, customer_id=who, at=at)
            self.bus().publish([events.event(started, kept.key, who, at=at, trace=trace)])
            news.append(f"{who}:started")
        if news:
            document = {**kept.document, _ANNOUNCED: [*told, *news]}
            store.save(msgspec.structs.replace(kept, document=document), at=self.clock())
