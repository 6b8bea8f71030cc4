"""The playbook: what a brand decides, read from `playbook.toml` and checked before anything runs.

Every mistake is reported with the line it stands on and what to write instead.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from chalicelib import (
    nearby_sections,
    routing_checks,
    routing_sections,
    selfservice_sections,
    voice_sections,
)
from chalicelib.device_sections import DeviceRule
from chalicelib.errors import PlaybookError
from chalicelib.maintenance_sections import Maintenance, MaintenancePlan
from chalicelib.nearby_sections import Nearby, Stores
from chalicelib.playbook_sections import (
    GREETED,
    Alerts,
    Brand,
    Campaigns,
    Caps,
    Cart,
    Conversations,
    Devices,
    Greeting,
    Nps,
    OptOut,
    Purposes,
    Quiet,
    Review,
    Satisfaction,
    WinBack,
)
from chalicelib.playbook_values import (
    LOCALES,
    ContactAddress,
    Day,
    Locale,
    MailAddress,
    WebAddress,
    Words,
    Zone,
    placeholder_problem,
)
from chalicelib.routing_sections import Sla, Steps, Teams, Tiers
from chalicelib.selfservice_sections import SelfService
from chalicelib.staff_sections import Audit, Search
from chalicelib.times import DAYS, Hour, QuietHours, Span, WorkingHours, working_week
from chalicelib.triage_sections import Triage
from chalicelib.voice_sections import Voice

PATH = Path(__file__).with_name("playbook.toml")


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
    opt_out: OptOut
    caps: Caps
    campaigns: Campaigns
    nps: Nps | None = None
    cart: Cart | None = None
    win_back: WinBack | None = None
    nearby: Nearby | None = None
    maintenance: Maintenance | None = None
    stores: Stores = ()
    triage: Triage | None = None
    search: Search | None = None
    audit: Audit = Audit()
    tiers: Tiers = ()
    teams: Teams = ()
    sla: Sla | None = None
    steps: Steps | None = None
    self_service: SelfService | None = None
    voice: Voice = Voice()
    devices: Devices = Devices()

    @cached_property
    def hours(self) -> WorkingHours:
        return WorkingHours(zone=self.brand.zone, week=working_week(self.working_hours))

    @cached_property
    def quiet(self) -> QuietHours:
        quiet = self.quiet_hours
        return QuietHours(
            start=quiet.start.time,
            end=quiet.end.time,
            closed=frozenset(quiet.closed_days),
        )

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
    if kind in (Span, Hour, Zone, Day, MailAddress, WebAddress, ContactAddress):
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
    yield from _named_twice(playbook)
    if set(DAYS) <= set(playbook.quiet_hours.closed_days):
        yield ("quiet_hours", "closed_days"), "every day is closed: leave at least one weekday out"
    if playbook.satisfaction.low >= playbook.satisfaction.high:
        yield ("satisfaction", "low"), "low must be less than high"
    yield from nearby_sections.mistakes(playbook.stores, playbook.nearby)
    yield from selfservice_sections.mistakes(playbook.self_service)
    yield from voice_sections.mistakes(
        playbook.voice,
        [one.id for one in playbook.triage.categories] if playbook.triage else None,
    )
    yield from routing_checks.mistakes(
        playbook.teams,
        playbook.tiers,
        playbook.sla,
        categories=[one.id for one in playbook.triage.categories] if playbook.triage else None,
        hours=playbook.working_hours,
    )
    for path, words, known in _texts(playbook):
        for locale in LOCALES:
            if problem := placeholder_problem(words.in_(locale), known):
                yield (*path, locale), problem


def _named_twice(playbook: Playbook) -> Iterator[tuple[tuple[str, ...], str]]:
    """Device rules and maintenance plans share their names: both are alerts."""
    seen: set[str] = set()
    parts: tuple[tuple[str, tuple[DeviceRule | MaintenancePlan, ...]], ...] = (
        ("rules", playbook.devices.rules),
        ("maintenance", playbook.devices.maintenance),
    )
    for table, named in parts:
        for number, part in enumerate(named):
            if part.name in seen:
                place = ("devices", table, str(number), "name")
                yield place, f"two device rules or plans are called {part.name!r}: rename one"
            seen.add(part.name)


def _texts(playbook: Playbook) -> Iterator[tuple[tuple[str, ...], Words, set[str]]]:
    """Every text a customer reads, where it stands, and what may be filled in there."""
    greeting = {"name", "brand", "opens"}
    yield ("greeting", "open"), playbook.greeting.open, greeting
    yield ("greeting", "closed"), playbook.greeting.closed, greeting
    yield ("satisfaction", "question"), playbook.satisfaction.question, {"name", "brand"}
    yield ("satisfaction", "thanks"), playbook.satisfaction.thanks, {"name", "brand"}
    yield ("satisfaction", "sorry"), playbook.satisfaction.sorry, {"name", "brand"}
    if playbook.nps:
        yield ("nps", "question"), playbook.nps.question, {"name", "brand"}
        yield ("nps", "thanks"), playbook.nps.thanks, {"name", "brand"}
    yield ("review", "template"), playbook.review.template, set()
    yield ("opt_out", "stopped"), playbook.opt_out.stopped, {"name", "brand"}
    yield ("opt_out", "started"), playbook.opt_out.started, {"name", "brand"}
    if playbook.nearby:
        yield ("nearby", "offer"), playbook.nearby.offer, playbook.nearby.fills
    if playbook.maintenance:
        yield from playbook.maintenance.texts()
    if playbook.self_service:
        yield from playbook.self_service.texts()
    yield from routing_sections.texts(playbook.sla, playbook.steps)
    notice = {"name", "brand", "device", "message"}
    yield ("alerts", "notice"), playbook.alerts.notice, notice
    yield ("alerts", "well_again"), playbook.alerts.well_again, notice
    for number, rule in enumerate(playbook.devices.rules):
        yield ("devices", "rules", str(number), "message"), rule.message, set()
    for number, plan in enumerate(playbook.devices.maintenance):
        yield ("devices", "maintenance", str(number), "message"), plan.message, set()


def _overlaid(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in over.items():
        present = merged.get(name)
        if isinstance(present, dict) and isinstance(value, dict):
            merged[name] = _overlaid(present, value)
        else:
            merged[name] = value
    return merged
