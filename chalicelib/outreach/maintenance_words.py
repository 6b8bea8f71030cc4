"""What the owner of a device reads about its maintenance, in their language and zone. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.maintenance_sections import Maintenance, MaintenancePlan
from chalicelib.outreach import date_words
from chalicelib.outreach.compose import said_to
from chalicelib.outreach.decide import zone_of
from chalicelib.playbook import Playbook
from chalicelib.playbook_values import Locale, Words
from chalicelib.store.records import Customer


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The brand's words, filled in for one owner and the name of one device."""

    section: Maintenance
    playbook: Playbook
    owner: Customer
    device: str

    def of_plan(self, words: Words, plan: MaintenancePlan, when: str = "") -> str:
        """The words about a plan, with the sentence about booking, if it can be booked."""
        link = ""
        if plan.booking_url:
            booking = self.section.booking.in_(self._locale)
            link = f" {booking.format(url=plan.booking_url)}"
        message = plan.message.in_(self._locale)
        return self._said(words, device=self.device, message=message, when=when, link=link)

    def of_done(self, when: str | None) -> str:
        """The words after a maintenance, with the sentence about the next one, if one is
        expected."""
        words = self.section.next.in_(self._locale)
        coming = f" {words.format(when=when)}" if when else ""
        return self._said(self.section.done, device=self.device, next=coming)

    def when(self, at: datetime, earliest: datetime, latest: datetime | None, now: datetime) -> str:
        """An expected date, or the dates it lies between, none of them gone by already, by the
        owner's calendar."""
        zone = zone_of(self.owner, self.playbook.brand.zone)

        def day(moment: datetime) -> date:
            return max(moment, now).astimezone(zone).date()

        last = day(latest) if latest else None
        return date_words.likely(day(at), day(earliest), last, self._locale)

    def _said(self, words: Words, **fill: str) -> str:
        return said_to(words, self.owner, self.playbook, **fill)

    @property
    def _locale(self) -> Locale:
        return self.playbook.locale(self.owner.locale, self.owner.country)
