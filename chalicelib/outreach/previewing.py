"""A campaign's dry run: who would get it, who would not and why, and how it reads. Nothing is kept,
nothing is sent.

It asks what delivery will ask, of every customer of the segment: consent, addresses, suppressions,
caps, quiet hours, the control group. What only the moment of sending can tell is taken as it is
likely: a channel with a window counts as shut, unless the campaign has an approved template for it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.outreach import campaigns as reckoning
from chalicelib.outreach.decide import HOLDOUT, Send, Situation, Verdict, decide
from chalicelib.outreach.plan import new
from chalicelib.outreach.purposes import PURPOSES, manner
from chalicelib.outreach.segments.facts import facts
from chalicelib.outreach.segments.matching import matches
from chalicelib.outreach.segments.parsing import Segment
from chalicelib.playbook import Playbook
from chalicelib.store import audience, suppressions
from chalicelib.store.outreach_records import Campaign, Ledger
from chalicelib.store.records import Contact, Customer

SAMPLES = 3
"""Recipients in each language whose message is shown."""


@dataclass(kw_only=True)
class Tally:
    """What a look at the audience came to, so far. `share` is the part of all customers looked at,
    1 once it is complete."""

    looked_at: int = 0
    matching: int = 0
    share: float = 0.0
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[tuple[Customer, Contact]]] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return self.share >= 1


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Looks at audiences. `monotonic` gives seconds, `budget` is how many a look may take;
    `window` says of a channel how long free text may follow the customer's last message."""

    playbook: Playbook
    window: Callable[[str, str], timedelta | None]
    monotonic: Callable[[], float]
    budget: float

    def anybody(self, segment: Segment, now: datetime) -> bool:
        """Whether somebody matches, as far as the time allows to look: who cannot be found so soon
        may yet be there."""
        for page, people in self._pages(segment, now):
            if people:
                return True
            if page.after is None:
                return False
        return True

    def count(self, segment: Segment, now: datetime) -> Tally:
        """How many match."""
        tally = Tally()
        for page, people in self._pages(segment, now):
            _add(tally, page, people)
        return tally

    def decisions(self, campaign: Campaign, segment: Segment, now: datetime) -> Tally:
        """How many match, and what would be decided about each."""
        tally = Tally()
        for page, people in self._pages(segment, now):
            _add(tally, page, people)
            suppressed, owned = _suppressed(people), audience.ledgers_of(people)
            for customer in people:
                ledger = owned[customer.id]
                verdict = self._verdict(campaign, customer, ledger, suppressed, now)
                self._note(tally, customer, verdict)
        return tally

    def _pages(
        self, segment: Segment, now: datetime
    ) -> Iterator[tuple[audience.Page, list[Customer]]]:
        until = self.monotonic() + self.budget
        cursor: audience.Cursor | None = audience.START
        while cursor is not None and self.monotonic() < until:
            page = audience.page(cursor)
            people = [
                customer
                for customer, members in page.people
                if matches(segment, facts(customer, members, self.playbook), now)
            ]
            yield page, people
            cursor = page.after

    def _verdict(
        self,
        campaign: Campaign,
        customer: Customer,
        ledger: Ledger,
        suppressed: Mapping[tuple[str, str], str],
        now: datetime,
    ) -> Verdict:
        purpose = next(name for name in PURPOSES if name == campaign.purpose)
        return decide(
            Situation(
                notification=new(reckoning.plan(campaign, customer.id, now, purpose), now),
                customer=customer,
                over=None,
                here=None,
                suppressed=suppressed,
                shut=self._shut(campaign, customer),
                control=reckoning.held_out(campaign.id, customer.id, campaign.holdout_percent),
                purpose=self.playbook.purposes.named(campaign.purpose),
                manner=manner("campaign", self.playbook),
                quiet=self.playbook.quiet,
                caps=self.playbook.caps,
                ledger=ledger,
                default_zone=self.playbook.brand.zone,
                now=now,
            )
        )

    def _shut(self, campaign: Campaign, customer: Customer) -> frozenset[str]:
        content = campaign.contents.get(self.playbook.locale(customer.locale, customer.country))
        if content and content.whatsapp:
            return frozenset()
        return frozenset(
            c.channel for c in customer.contacts if self.window(c.channel, c.account) is not None
        )

    def _note(self, tally: Tally, customer: Customer, verdict: Verdict) -> None:
        if isinstance(verdict, Send):
            tally.channels[verdict.contact.channel] += 1
            locale = self.playbook.locale(customer.locale, customer.country)
            samples = tally.samples.setdefault(locale, [])
            if len(samples) < SAMPLES:
                samples.append((customer, verdict.contact))
        name = "holdout" if verdict.reason == HOLDOUT else type(verdict).__name__.lower()
        tally.verdicts[name, verdict.reason] += 1


def _add(tally: Tally, page: audience.Page, people: Sequence[Customer]) -> None:
    tally.looked_at += page.looked_at
    tally.matching += len(people)
    tally.share = audience.share(page.after)


def _suppressed(people: Sequence[Customer]) -> dict[tuple[str, str], str]:
    contacts = [contact for customer in people for contact in customer.contacts]
    found: dict[tuple[str, str], str] = {}
    for first in range(0, len(contacts), audience.LARGEST):
        found |= suppressions.of(contacts[first : first + audience.LARGEST])
    return found
