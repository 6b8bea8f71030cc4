"""The playbook's tables, as the values they are read into. Pure.

What each name means is told beside it in `playbook.toml`.
"""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.playbook_values import Day, MailAddress, WebAddress, Zone
from chalicelib.times import Hour, Span

Locale = Literal["tr", "en"]
LOCALES: tuple[Locale, ...] = ("tr", "en")


GREETED = (
    "whatsapp", "messenger", "instagram", "telegram", "sms", "chat", "x", "slack", "email",
)  # fmt: skip
"""Channels on which a brand may greet by itself: where an answer goes to its customer alone, and
not to a public page or into another helpdesk's ticket."""


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the playbook; an unknown name in it is a mistake, not a wish for later."""


class Words(Section, frozen=True, kw_only=True):
    """A text in every language the product speaks. `{name}` and the like are filled in later."""

    tr: str
    en: str

    def in_(self, locale: Locale) -> str:
        return self.tr if locale == "tr" else self.en


class Brand(Section, frozen=True, kw_only=True):
    name: str
    default_locale: Locale
    time_zone: Zone
    currency: str
    mail_from: MailAddress
    postal_address: str
    mail_reply_to: MailAddress | None = None
    locale_by_country: dict[str, Locale] = {}

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


Severity = Literal["info", "warning", "critical"]


class ThresholdRule(Section, frozen=True, kw_only=True, tag_field="kind", tag="threshold"):
    name: str
    metric: str
    severity: Severity
    message: Words
    raise_above: float | None = None
    clear_below: float | None = None
    raise_below: float | None = None
    clear_above: float | None = None

    def __post_init__(self) -> None:
        high = self.raise_above is not None and self.clear_below is not None
        low = self.raise_below is not None and self.clear_above is not None
        if high == low:
            raise ValueError(
                f"rule {self.name!r} needs either raise_above with clear_below, "
                "or raise_below with clear_above"
            )
        if (
            self.raise_above is not None
            and self.clear_below is not None
            and self.clear_below > self.raise_above
        ):
            raise ValueError(f"rule {self.name!r}: clear_below must not exceed raise_above")
        if (
            self.raise_below is not None
            and self.clear_above is not None
            and self.clear_above < self.raise_below
        ):
            raise ValueError(f"rule {self.name!r}: clear_above must not be under raise_below")


class UsageRule(Section, frozen=True, kw_only=True, tag_field="kind", tag="usage"):
    name: str
    counter: str
    every: float
    severity: Severity
    message: Words

    def __post_init__(self) -> None:
        if self.every <= 0:
            raise ValueError(f"rule {self.name!r}: every must be more than 0")


class Devices(Section, frozen=True, kw_only=True):
    rules: tuple[ThresholdRule | UsageRule, ...] = ()
