"""Decide: may this go out now, by which channel – one pure function, whose answer is recorded.

The order of the questions is the order of the reasons: what the notification is about comes first
(is it still true?), then the customer's will, then the hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib.clock import iso
from chalicelib.outreach.purposes import Manner
from chalicelib.playbook import Purpose
from chalicelib.store.records import Contact, Customer, Notification
from chalicelib.times import QuietHours

OUTSIDE_WINDOW = "outside_window"
"""The reason when every channel there is takes no free text from us now."""


@dataclass(frozen=True, kw_only=True)
class Send:
    """Go, to this contact. `exemptions` are the rules its purpose set aside just now."""

    contact: Contact
    exemptions: tuple[str, ...] = ()
    reason: str = "due"


@dataclass(frozen=True, kw_only=True)
class Postpone:
    """Not now: decide again at `until`."""

    until: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Skip:
    """Not at all, though nothing it is about has changed."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Cancel:
    """What it is about no longer holds."""

    reason: str


Verdict = Send | Postpone | Skip | Cancel


@dataclass(frozen=True, kw_only=True)
class Situation:
    """All that a decision rests on, read just before it.

    `over` is why the matter is closed ("refunded", "reopened" …), None while it stands; `here` is
    where it is being talked about (its conversation's channel), if anywhere;
    `suppressed` maps what nothing proactive may go to, as (channel, address), onto the reason;
    `shut` names the channels that take no free text from us now, because the customer last wrote
    there too long ago; `default_zone` counts where the customer's own zone is unknown.
    """

    notification: Notification
    customer: Customer | None
    over: str | None
    here: Contact | None
    suppressed: Mapping[tuple[str, str], str]
    shut: frozenset[str] = frozenset()
    purpose: Purpose
    manner: Manner
    quiet: QuietHours
    default_zone: ZoneInfo
    now: datetime


def decide(situation: Situation) -> Verdict:
    """The verdict for this situation; the same situation always gets the same one."""
    customer, now = situation.customer, situation.now
    if customer is None:
        return Cancel(reason="customer_gone")
    if situation.over:
        return Cancel(reason=situation.over)
    lateness = situation.manner.lateness
    if lateness is not None and now > situation.notification.planned_for + lateness:
        return Skip(reason="too_late")
    if refusal := _consent(situation, customer):
        return Skip(reason=refusal)
    contact = choose(situation, customer)
    if isinstance(contact, str):
        return Skip(reason=contact)
    quiet_until = situation.quiet.ends_at(now, zone_of(customer, situation.default_zone))
    if quiet_until and situation.purpose.quiet_hours == "respect":
        return Postpone(until=quiet_until, reason="quiet_hours")
    broken = {
        "consent": _withdrawn(situation, customer),
        "suppression": _suppression(situation, contact) is not None,
        "quiet_hours": quiet_until is not None,
    }
    return Send(contact=contact, exemptions=tuple(rule for rule in broken if broken[rule]))


def _consent(situation: Situation, customer: Customer) -> str | None:
    rule = situation.purpose.consent
    if rule == "none":
        return None
    if _withdrawn(situation, customer):
        return "consent_withdrawn"
    if rule == "opt_in" and situation.notification.purpose not in customer.consents:
        return "no_consent"
    return None


def _withdrawn(situation: Situation, customer: Customer) -> bool:
    consent = customer.consents.get(situation.notification.purpose)
    return consent is not None and not consent.granted


def _suppression(situation: Situation, contact: Contact) -> str | None:
    return situation.suppressed.get((contact.channel, contact.address))


def choose(situation: Situation, customer: Customer) -> Contact | str:
    """The contact to use, or why there is none: the address asked for and no other; else the
    channel asked for, where the matter is talked about, preferred, last used, any reachable."""
    note, here, allowed = situation.notification, situation.here, situation.manner.channels
    if note.channel and note.address:
        fixed = Contact(channel=note.channel, account=note.account, address=note.address)
        return _reachable(situation, [fixed])
    order = [
        note.channel,
        here.channel if here else None,
        customer.preferred_channel,
        customer.last_channel,
        *allowed,
    ]
    names = [name for name in dict.fromkeys(order) if name in allowed]
    known = [here, *customer.contacts] if here else customer.contacts
    return _reachable(situation, [c for name in names for c in known if c.channel == name])


def _reachable(situation: Situation, contacts: list[Contact]) -> Contact | str:
    if not contacts:
        return "no_address"
    open_now = [c for c in contacts if not _shut(situation, c)]
    if not open_now:
        return OUTSIDE_WINDOW
    contacts = open_now
    if not situation.manner.proactive:
        return contacts[0]
    free = [c for c in contacts if _suppression(situation, c) is None]
    return free[0] if free else f"suppressed_{_suppression(situation, contacts[0])}"


def _shut(situation: Situation, contact: Contact) -> bool:
    """A template may go at any time: that is what the platform has approved it for."""
    return contact.channel in situation.shut and situation.notification.template is None


def zone_of(customer: Customer, default: ZoneInfo) -> ZoneInfo:
    """The customer's own time zone, or the default if it is unknown or no zone at all."""
    try:
        return ZoneInfo(customer.time_zone) if customer.time_zone else default
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # OSError: a name such as "Europe" is a directory of zones.
        return default


def facts(situation: Situation) -> dict[str, Any]:
    """The facts a verdict rested on, fit for storing and showing (no addresses, no texts)."""
    customer, note = situation.customer, situation.notification
    consent = customer.consents.get(note.purpose) if customer else None
    return {
        "purpose": note.purpose,
        "planned_for": iso(note.planned_for),
        "consent_rule": situation.purpose.consent,
        "consent": "unknown" if consent is None else "granted" if consent.granted else "withdrawn",
        "over": situation.over,
        "suppressed": {channel: reason for (channel, _), reason in situation.suppressed.items()},
        "shut": sorted(situation.shut),
        "preferred_channel": customer.preferred_channel if customer else None,
        "channels": sorted({c.channel for c in customer.contacts}) if customer else [],
        "zone": str(zone_of(customer, situation.default_zone)) if customer else None,
        "quiet_hours": f"{situation.quiet.start:%H:%M}-{situation.quiet.end:%H:%M}",
    }


RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)
"""How long to wait after each attempt that certainly sent nothing; after the last, it failed."""


def retry_at(retries: int, now: datetime, retry_after: float | None) -> datetime | None:
    """When to try again after `retries` earlier ones, or None to give up. A platform's own wish
    is honoured where it is longer, up to a day."""
    if retries >= len(RETRY_AFTER):
        return None
    wish = timedelta(seconds=min(retry_after or 0, 86400))
    return now + max(RETRY_AFTER[retries], wish)
