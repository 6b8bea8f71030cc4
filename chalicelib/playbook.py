"""The playbook: what a brand decides, read from `playbook.toml` and checked before anything runs.

Every mistake is reported with the line it stands on and what to write instead.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.errors import PlaybookError
from chalicelib.playbook_values import MailAddress, WebAddress, Zone, placeholder_problem
from chalicelib.times import Hour, QuietHours, Span, WorkingHours, working_week

PATH = Path(__file__).with_name("playbook.toml")

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


class Review(Section, frozen=True, kw_only=True):
    delay: Span
    max_lateness: Span
    url: WebAddress


class Satisfaction(Section, frozen=True, kw_only=True):
    delay: Span
    max_lateness: Span
    question: Words


class Alerts(Section, frozen=True, kw_only=True):
    max_lateness: Span
    notice: Words


class Quiet(Section, frozen=True, kw_only=True):
    start: Hour
    end: Hour


class Purpose(Section, frozen=True, kw_only=True):
    consent: Literal["none", "opt_out", "opt_in"]
    quiet_hours: Literal["respect", "exempt"]
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


class Playbook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """All a brand decides. Fields are the tables of `playbook.toml`, documented there."""

    brand: Brand
    working_hours: dict[str, tuple[str, ...]]
    conversations: Conversations
    greeting: Greeting
    review: Review
    satisfaction: Satisfaction
    alerts: Alerts
    quiet_hours: Quiet
    purposes: Purposes
    devices: Devices = Devices()

    @cached_property
    def hours(self) -> WorkingHours:
        return WorkingHours(zone=self.brand.zone, week=working_week(self.working_hours))

    @cached_property
    def quiet(self) -> QuietHours:
        return QuietHours(start=self.quiet_hours.start.time, end=self.quiet_hours.end.time)

    def locale(self, locale: str | None, country: str | None) -> Locale:
        """The language to use: what the customer's own says, else their country's, else ours."""
        primary = (locale or "").replace("_", "-").split("-")[0].lower()
        spoken = next((known for known in LOCALES if known == primary), None)
        if spoken or primary:
            return spoken or "en"
        return self.brand.locale_by_country.get(country or "", self.brand.default_locale)


def load(stage: str, path: Path = PATH) -> Playbook:
    """The playbook of a stage: the file, with `[stages.<stage>]` laid over it.

    Raises PlaybookError with the line and the fix.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise PlaybookError(
            f"playbook.toml, line {line}: a character is not UTF-8: save the file as UTF-8"
        ) from error
    return parse(text, stage)


def parse(text: str, stage: str) -> Playbook:
    """The same from the file's text."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlaybookError(f"playbook.toml is not valid TOML: {error}") from error
    stages = document.pop("stages", {})
    over = stages.get(stage, {}) if isinstance(stages, dict) else None
    if not isinstance(over, dict):
        raise _mistake(text, ("stages", stage), stage, f"write a table: [stages.{stage}.brand]")
    try:
        playbook = msgspec.convert(_overlaid(document, over), Playbook, dec_hook=_decode)
    except msgspec.ValidationError as error:
        from chalicelib.playbook_report import explain

        raise PlaybookError(explain(text, error, stage, Playbook)) from error
    for path, problem in _mistakes(playbook):
        raise _mistake(text, path, stage, problem)
    return playbook


def _decode(kind: type, value: Any) -> Any:
    if kind in (Span, Hour, Zone, MailAddress, WebAddress):
        return kind.parse(value)
    raise NotImplementedError(kind)


def _mistake(text: str, path: tuple[str, ...], stage: str, problem: str) -> PlaybookError:
    from chalicelib.playbook_report import place

    return PlaybookError(place(text, path, stage, problem))


def _mistakes(playbook: Playbook) -> Iterator[tuple[tuple[str, ...], str]]:
    """What the types alone can't see, as (path, problem with its fix)."""
    for day, spells in playbook.working_hours.items():
        try:
            working_week({day: spells})
        except ValueError as error:
            yield ("working_hours", day), str(error)
    for number, channel in enumerate(playbook.greeting.channels):
        if channel not in GREETED:
            write = ", ".join(GREETED)
            yield (
                ("greeting", "channels", str(number)),
                f"nobody can be greeted on {channel!r}: write some of {write}",
            )
    names = [rule.name for rule in playbook.devices.rules]
    for number, name in enumerate(names):
        if name in names[:number]:
            yield (
                ("devices", "rules", str(number), "name"),
                f"two device rules are called {name!r}: rename one",
            )
    for path, words, known in _texts(playbook):
        for locale in LOCALES:
            if problem := placeholder_problem(words.in_(locale), known):
                yield (*path, locale), problem


def _texts(playbook: Playbook) -> Iterator[tuple[tuple[str, ...], Words, set[str]]]:
    """Every text a customer reads, where it stands, and what may be filled in there."""
    greeting = {"name", "brand", "opens"}
    yield ("greeting", "open"), playbook.greeting.open, greeting
    yield ("greeting", "closed"), playbook.greeting.closed, greeting
    yield ("satisfaction", "question"), playbook.satisfaction.question, {"name", "brand"}
    notice = {"name", "brand", "device", "message"}
    yield ("alerts", "notice"), playbook.alerts.notice, notice
    for number, rule in enumerate(playbook.devices.rules):
        yield ("devices", "rules", str(number), "message"), rule.message, set()


def _overlaid(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in over.items():
        present = merged.get(name)
        if isinstance(present, dict) and isinstance(value, dict):
            merged[name] = _overlaid(present, value)
        else:
            merged[name] = value
    return merged
