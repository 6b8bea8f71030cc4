"""The playbook: what a brand decides, read from `playbook.toml` and checked before anything runs.

Every mistake is reported with the line it stands on and what to write instead.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from chalicelib.errors import PlaybookError
from chalicelib.times import Hour, QuietHours, Span, WorkingHours, working_week

PATH = Path(__file__).with_name("playbook.toml")

Locale = Literal["tr", "en"]
LOCALES: tuple[Locale, ...] = ("tr", "en")


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
    time_zone: str
    mail_from: str
    postal_address: str
    mail_reply_to: str | None = None
    locale_by_country: dict[str, Locale] = {}

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(
                f'time_zone {self.time_zone!r} does not exist: write e.g. "Europe/Istanbul"'
            ) from None
        if "@" not in self.mail_from:
            raise ValueError('mail_from needs an address: write "Shop <hello@shop.example>"')

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Greeting(Section, frozen=True, kw_only=True):
    max_lateness: Span
    open: Words
    closed: Words


class Review(Section, frozen=True, kw_only=True):
    delay: Span
    max_lateness: Span
    url: str

    def __post_init__(self) -> None:
        if not self.url.startswith("https://"):
            raise ValueError('review url must begin with "https://"')


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

    def __post_init__(self) -> None:
        names = [rule.name for rule in self.rules]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two device rules are called {twice[0]!r}: rename one")


class Playbook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """All a brand decides. Fields are the tables of `playbook.toml`, documented there."""

    brand: Brand
    working_hours: dict[str, tuple[str, ...]]
    greeting: Greeting
    review: Review
    satisfaction: Satisfaction
    alerts: Alerts
    quiet_hours: Quiet
    purposes: Purposes
    devices: Devices = Devices()

    def __post_init__(self) -> None:
        working_week(self.working_hours)

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
    return parse(path.read_text(encoding="utf-8"), stage)


def parse(text: str, stage: str) -> Playbook:
    """The same from the file's text."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlaybookError(f"playbook.toml is not valid TOML: {error}") from error
    stages = document.pop("stages", {})
    merged = _overlaid(document, stages.get(stage, {}))
    try:
        return msgspec.convert(merged, Playbook, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise PlaybookError(_explain(text, str(error), stage)) from error


def _decode(kind: type, value: Any) -> Any:
    if kind in (Span, Hour):
        return kind.parse(value)
    raise NotImplementedError(kind)


def _overlaid(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in over.items():
        present = merged.get(name)
        if isinstance(present, dict) and isinstance(value, dict):
            merged[name] = _overlaid(present, value)
        else:
            merged[name] = value
    return merged


def _explain(text: str, problem: str, stage: str) -> str:
    what, _, where = problem.partition(" - at `$")
    path = [part for part in re.split(r"[.\[\]`]+", where) if part]
    line = _line(text, ["stages", stage, *path]) or _line(text, path)
    place = f"line {line}, {'.'.join(path)}" if line else ".".join(path) or "top level"
    return f"playbook.toml, {place}: {what}"


def _line(text: str, path: list[str]) -> int | None:
    """The line where `path` (or as much of it as exists) is written; None if nothing of it is."""
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    counts: dict[str, int] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*(\[\[?)\s*([\w.-]+)\s*\]", raw):
            table = tuple(header[2].split("."))
            if header[1] == "[[":
                counts[header[2]] = counts.get(header[2], -1) + 1
                table += (str(counts[header[2]]),)
            lines.setdefault(table, number)
        elif key := re.match(r"\s*([\w-]+(?:\.[\w-]+)*)\s*=", raw):
            lines.setdefault(table + tuple(key[1].split(".")), number)
    at_least = 3 if path[:1] == ["stages"] else 1
    for length in range(len(path), at_least - 1, -1):
        if found := lines.get(tuple(path[:length])):
            return found
    return None
