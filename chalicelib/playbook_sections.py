"""The playbook's tables, as the values they are read into. Pure.

What each name means is told beside it in `playbook.toml`.
"""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.device_limits import SEVERITIES, Severity
from chalicelib.device_sections import MOST_RULES, DeviceRule
from chalicelib.maintenance_sections import MaintenancePlan
from chalicelib.playbook_values import (
    ContactAddress,
    Day,
    Locale,
    MailAddress,
    Section,
    WebAddress,
    Words,
    Zone,
)
from chalicelib.times import Hour, Span

GREETED = (
    "whatsapp", "messenger", "instagram", "telegram", "sms", "chat", "x", "slack", "email",
)  # fmt: skip
"""Channels on which a brand may greet by itself: where an answer goes to its customer alone, and
not to a public page or into another helpdesk's ticket."""


class Contact(Section, frozen=True, kw_only=True):
    """Where a person of the brand's is reached, by channel; its mail address is known anyway."""

    chat: ContactAddress | None = None
    whatsapp: ContactAddress | None = None
    telegram: ContactAddress | None = None
    messenger: ContactAddress | None = None
    instagram: ContactAddress | None = None
    sms: ContactAddress | None = None
    x: ContactAddress | None = None
    slack: ContactAddress | None = None
    phone: ContactAddress | None = None

    def given(self) -> dict[str, str]:
        """The addresses there are, by channel."""
        known = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return {name: address for name, address in known if address}


class Brand(Section, frozen=True, kw_only=True):
    name: str
    default_locale: Locale
    time_zone: Zone
    currency: str
    mail_from: MailAddress
    postal_address: str
    mail_reply_to: MailAddress | None = None
    locale_by_country: dict[str, Locale] = {}
    contact: Contact = Contact()

    @property
    def zone(self) -> ZoneInfo:
        return self.time_zone.zone


class Conversations(Section, frozen=True, kw_only=True):
    carry_on: Span
    reopen: Span


class Greeting(Section, frozen=True, kw_only=True):
    channels: tuple[str, ...]
    max_lateness: Span
    open: Words
    closed: Words


class Offer(Section, frozen=True, kw_only=True):
    """A code that is worth something once, in the shop and in the store."""

    percent: Annotated[int, msgspec.Meta(ge=1, le=100)]
    valid: Span


class Thanks(Offer, frozen=True, kw_only=True):
    delay: Span


class Review(Section, frozen=True, kw_only=True):
    per: Literal["order", "item"]
    delay: Span
    gaps: Annotated[tuple[Span, ...], msgspec.Meta(max_length=2)]
    max_lateness: Span
    publish: Literal["at_once", "after_check"]
    template: Words
    url: WebAddress | None = None
    delay_by_country: dict[str, Span] = {}
    coupon: Thanks | None = None

    def delay_in(self, country: str | None) -> Span:
        """How long after a delivery in this country (ISO 3166 alpha-2) the first reminder comes."""
        return self.delay_by_country.get(country or "", self.delay)


Score = Annotated[int, msgspec.Meta(ge=1, le=5)]


class Satisfaction(Section, frozen=True, kw_only=True):
    delay: Span
    max_lateness: Span
    every: Span
    answer_within: Span
    low: Score
    high: Score
    question: Words
    thanks: Words
    sorry: Words
    team_mail: MailAddress | None = None


class Nps(Section, frozen=True, kw_only=True):
    delay: Span
    max_lateness: Span
    every: Span
    answer_within: Span
    question: Words
    thanks: Words


class Cart(Section, frozen=True, kw_only=True):
    delay: Span
    max_lateness: Span
    coupon: Offer | None = None


class WinBack(Section, frozen=True, kw_only=True):
    after: Span
    max_lateness: Span
    coupon: Offer | None = None


class Campaigns(Section, frozen=True, kw_only=True):
    per_minute: Annotated[int, msgspec.Meta(ge=1, le=60_000)]
    measured_for: Span
    max_lateness: Span


class OptOut(Section, frozen=True, kw_only=True):
    stop: tuple[str, ...]
    start: tuple[str, ...]
    stopped: Words
    started: Words


class Cap(Section, frozen=True, kw_only=True):
    """At most so many in any 24 hours and in any 7 days; None for no limit."""

    day: Annotated[int, msgspec.Meta(ge=1)] | None = None
    week: Annotated[int, msgspec.Meta(ge=1)] | None = None


class Caps(Section, frozen=True, kw_only=True):
    overall: Cap = Cap()
    service: Cap = Cap()
    survey: Cap = Cap()
    review: Cap = Cap()
    marketing: Cap = Cap()

    def of(self, purpose: str) -> Cap:
        found: Cap = getattr(self, purpose, Cap())
        return found


class Alerts(Section, frozen=True, kw_only=True):
    max_lateness: Span
    notice: Words
    well_again: Words


class Quiet(Section, frozen=True, kw_only=True):
    start: Hour
    end: Hour
    closed_days: tuple[Day, ...] = ()


class Purpose(Section, frozen=True, kw_only=True):
    consent: Literal["none", "opt_out", "opt_in"]
    quiet_hours: Literal["respect", "exempt"]
    caps: Literal["respect", "exempt"]
    uncertain: Literal["never_again", "again"]


class Purposes(Section, frozen=True, kw_only=True):
    reply: Purpose
    service: Purpose
    safety: Purpose
    survey: Purpose
    review: Purpose
    marketing: Purpose

    def named(self, purpose: str) -> Purpose:
        found: Purpose = getattr(self, purpose)
        return found


class Incidents(Section, frozen=True, kw_only=True):
    """So many devices of one model with one rule's alert, of `severity` or graver, `within` a span
    are one incident. Whom to `tell` of it are the brand's own people."""

    devices: Annotated[int, msgspec.Meta(ge=2, le=100)] = 10
    within: Span = Span(minutes=15)
    severity: Severity = SEVERITIES[0]
    owners: Literal["critical", "once"] = "critical"
    tell: Annotated[tuple[MailAddress, ...], msgspec.Meta(max_length=10)] = ()


class Devices(Section, frozen=True, kw_only=True):
    rules: Annotated[tuple[DeviceRule, ...], msgspec.Meta(max_length=MOST_RULES)] = ()
    maintenance: Annotated[tuple[MaintenancePlan, ...], msgspec.Meta(max_length=10)] = ()
    incidents: Incidents = Incidents()
