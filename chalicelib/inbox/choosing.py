"""What a customer says about what they get, on one of our pages: kept once, then told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chalicelib.bus import Bus
from chalicelib.clock import Clock, to_millis
from chalicelib.errors import Contention
from chalicelib.inbox.consents import consent_event, record_consent
from chalicelib.store import customers
from chalicelib.store.records import Customer

MAX_ATTEMPTS = 5


@dataclass(frozen=True, kw_only=True)
class Word:
    """A grant or withdrawal of a purpose, on one channel or (None) on all."""

    purpose: str
    granted: bool
    channel: str | None = None

    @property
    def about(self) -> str:
        return f"{self.purpose}/{self.channel}" if self.channel else self.purpose


@dataclass(frozen=True, kw_only=True)
class Choosing:
    """Records words and preferences. `pause` waits before attempt n + 1."""

    bus: Callable[[], Bus]
    clock: Clock
    pause: Callable[[int], None]

    def say(
        self, customer: Customer, words: Iterable[Word], *, source: str, wording: str = ""
    ) -> tuple[Customer, int]:
        """Record each word that says something new; returns the customer as they are then, and how
        many were new. What is so already is told to the bus again, under the same id: the call that
        recorded it may have ended before telling."""
        new, told = 0, []
        for word in words:
            if not _holds(customer, word):
                at = to_millis(self.clock())
                customer = record_consent(
                    customer.id,
                    word.purpose,
                    granted=word.granted,
                    source=source,
                    at=at,
                    pause=self.pause,
                    wording=wording,
                    channel=word.channel,
                )
                new += 1
            known = customer.consents.get(word.about)
            if known is not None and known.granted == word.granted:
                told.append(
                    consent_event(customer.id, word.purpose, word.granted, known.at, word.channel)
                )
        self.bus().publish(told)
        return customer, new

    def prefer(self, customer: Customer, **values: object) -> Customer:
        """Set these fields of the customer, whoever else is changing others. Raises Contention if
        they keep on."""
        for attempt in range(MAX_ATTEMPTS):
            try:
                return customers.change(customer, **values)
            except Contention:
                self.pause(attempt)
                customer = customers.get(customer.id)
        raise Contention(f"customer {customer.id} kept changing: repeat the call")


def _holds(customer: Customer, word: Word) -> bool:
    """Whether it is so already. A word about all channels holds only if no later one about a single
    channel says otherwise."""
    said = customer.consent(word.purpose, word.channel)
    if said is None or said.granted != word.granted:
        return False
    if word.channel is not None:
        return True
    return not any(
        other.granted != word.granted and other.at > said.at
        for about, other in customer.consents.items()
        if about.startswith(f"{word.purpose}/")
    )
