"""Decide: may this go out now, by which channel – one pure function, whose answer is recorded.

The order of the questions is the order of the reasons: what the notification is about comes first
(is it still true, is it time?), then the customer's will, then how much they had lately, then the
hour, and at last whether they are one of those who are only compared with.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from chalicelib.clock import iso
from chalicelib.outreach.ledger import asked_recently, full_until, lately
from chalicelib.outreach.purposes import Manner
from chalicelib.playbook_sections import Caps, Purpose
from chalicelib.store.notification_records import OURSELVES, Notification
from chalicelib.store.outreach_records import Ledger
from chalicelib.store.records import Contact, Customer
from chalicelib.times import QuietHours

OUTSIDE_WINDOW = "outside_window"
"""The reason when every channel there is takes no free text from us now."""

HOLDOUT = "holdout"
"""The reason when all that keeps it back is the control group of its campaign."""

SNOOZED = "snoozed"
"""The reason when staff have put off what it is about."""


GONE = "customer_gone"
"""The reason when its customer has been erased."""

EMPTY = Ledger(customer_id="")
"""Of somebody who got nothing lately."""

UNCAPPED = Caps()
"""Of a brand that sets no limits."""


class Send(msgspec.Struct, frozen=True, kw_only=True):
    """Go, to this contact. `exemptions` are the rules its purpose set aside just now."""

    contact: Contact
    exemptions: tuple[str, ...] = ()
    reason: str = "due"


class Postpone(msgspec.Struct, frozen=True, kw_only=True):
    """Not now: decide again at `until`."""

    until: datetime
    reason: str


class Skip(msgspec.Struct, frozen=True, kw_only=True):
    """Not at all, though nothing it is about has changed. `contact` is where it would have gone, if
    all that keeps it back is that the customer is in a campaign's control group."""

    reason: str
    contact: Contact | None = None


class Cancel(msgspec.Struct, frozen=True, kw_only=True):
    """What it is about no longer holds."""

    reason: str


Verdict = Send | Postpone | Skip | Cancel


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """All that a decision rests on, read just before it.

    `over` is why the matter is closed ("refunded", "reopened" …), None while it stands; `here` is
    where it is being talked about (its conversation's channel), if anywhere; before `wait_until` it
    is too early, for `wait_reason`; lateness counts from `late_from`, if that is after the moment
    it was planned for; `control` says that the customer is one of those who get nothing, to compare
    with.
    `suppressed` maps what nothing proactive may go to, as (channel, address), onto the reason;
    `shut` names the channels that take no free text from us now, because the customer last wrote
    there too long ago; `ledger` is what they got lately and `caps` how much that may be;
    `default_zone` counts where the customer's own zone is unknown.
    """

    notification: Notification
    customer: Customer | None
    over: str | None
    here: Contact | None
    suppressed: Mapping[tuple[str, str], str]
    shut: frozenset[str] = frozenset()
    wait_until: datetime | None = None
    wait_reason: str = ""
    late_from: datetime | None = None
    control: bool = False
    purpose: Purpose
    manner: Manner
    quiet: QuietHours
    caps: Caps = UNCAPPED
    ledger: Ledger = EMPTY
    default_zone: ZoneInfo
    now: datetime


def decide(situation: Situation) -> Verdict:
    """The verdict for this situation; the same situation always gets the same one."""
    customer = situation.customer
    if customer is None and situation.notification.customer_id == OURSELVES:
        return _to_ourselves(situation)
    if customer is None:
        return Cancel(reason=GONE)
    if situation.over:
        return Cancel(reason=situation.over)
    if refusal := _untimely(situation):
        return refusal
    contact = choose(situation, customer)
    if isinstance(contact, str):
        return Skip(reason=contact)
    full_until = _full_until(situation)
    if full_until and situation.purpose.caps == "respect":
        return Postpone(until=full_until, reason="frequency_cap")
    quiet_until = _quiet_until(situation, customer)
    if quiet_until and situation.purpose.quiet_hours == "respect":
        return Postpone(until=quiet_until, reason="quiet_hours")
    if situation.control:
        return Skip(reason=HOLDOUT, contact=contact)
    broken = {
        "consent": _withdrawn(situation, customer, contact.channel),
        "suppression": _suppression(situation, contact) is not None,
        "frequency_cap": full_until is not None,
        "quiet_hours": quiet_until is not None,
    }
    return Send(contact=contact, exemptions=tuple(rule for rule in broken if broken[rule]))


def _to_ourselves(situation: Situation) -> Verdict:
    """The brand's own people asked for it in the playbook: no consent, hours or caps. But nothing
    goes to a mailbox that has refused its mail."""
    note = situation.notification
    if situation.over:
        return Cancel(reason=situation.over)
    if not note.channel or not note.address:
        return Skip(reason="no_address")
    contact = Contact(channel=note.channel, account=note.account, address=note.address)
    suppression = _suppression(situation, contact)
    return Skip(reason=f"suppressed_{suppression}") if suppression else Send(contact=contact)


def _untimely(situation: Situation) -> Skip | Postpone | None:
    manner, now, note = situation.manner, situation.now, situation.notification
    meant_for = max(note.planned_for, situation.late_from or note.planned_for)
    if manner.lateness is not None and now > meant_for + manner.lateness:
        return Skip(reason="too_late")
    if situation.wait_until and situation.wait_until > now:
        return Postpone(until=situation.wait_until, reason=situation.wait_reason)
    if asked_recently(situation.ledger, note, manner.gap, now):
        return Skip(reason="asked_recently")
    return None


def _full_until(situation: Situation) -> datetime | None:
    if not situation.manner.proactive:
        return None
    return full_until(situation.ledger, situation.caps, situation.notification, situation.now)


def _quiet_until(situation: Situation, customer: Customer) -> datetime | None:
    zone = zone_of(customer, situation.default_zone)
    return quiet_of(customer, situation.quiet).ends_at(situation.now, zone)


def quiet_of(customer: Customer, brand: QuietHours) -> QuietHours:
    """The quiet hours that hold for this customer: their own, if they chose any, with the brand's
    closed days."""
    if customer.quiet_hours is None:
        return brand
    start, end = (time.fromisoformat(hour) for hour in customer.quiet_hours)
    return replace(brand, start=start, end=end)


def _refusal(situation: Situation, customer: Customer, channel: str | None) -> str | None:
    """Why consent does not let this go out on the channel (None: on any); None if it does."""
    rule, note = situation.purpose.consent, situation.notification
    if rule == "none":
        return None
    if _withdrawn(situation, customer, channel):
        return "consent_withdrawn"
    if rule == "opt_in" and customer.consent(note.purpose, channel) is None:
        return "no_consent"
    return None


def _withdrawn(situation: Situation, customer: Customer, channel: str | None) -> bool:
    consent = customer.consent(situation.notification.purpose, channel)
    return consent is not None and not consent.granted


def _suppression(situation: Situation, contact: Contact) -> str | None:
    return situation.suppressed.get((contact.channel, contact.address))


def choose(situation: Situation, customer: Customer) -> Contact | str:
    """The contact to use, or why there is none: the address asked for and no other; else the
    channel asked for, where the matter is talked about, preferred, last used, any reachable."""
    note, here, allowed = situation.notification, situation.here, situation.manner.channels
    if note.channel and note.address:
        fixed = Contact(channel=note.channel, account=note.account, address=note.address)
        return _reachable(situation, customer, [fixed])
    order = [
        note.channel,
        here.channel if here else None,
        customer.preferred_channel,
        customer.last_channel,
        *allowed,
    ]
    names = [name for name in dict.fromkeys(order) if name in allowed]
    known = [here, *customer.contacts] if here else customer.contacts
    return _reachable(
        situation, customer, [c for name in names for c in known if c.channel == name]
    )


def _reachable(situation: Situation, customer: Customer, contacts: list[Contact]) -> Contact | str:
    if not contacts:
        return _refusal(situation, customer, None) or "no_address"
    refusals = {c.channel: _refusal(situation, customer, c.channel) for c in contacts}
    agreed = [contact for contact in contacts if refusals[contact.channel] is None]
    if not agreed:
        return refusals[contacts[0].channel] or "no_address"
    open_now = [contact for contact in agreed if not _shut(situation, contact)]
    if not open_now:
        return OUTSIDE_WINDOW
    if not situation.manner.proactive:
        return open_now[0]
    free = [c for c in open_now if _suppression(situation, c) is None]
    return free[0] if free else f"suppressed_{_suppression(situation, open_now[0])}"


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
    quiet = quiet_of(customer, situation.quiet) if customer else situation.quiet
    return {
        "purpose": note.purpose,
        "planned_for": iso(note.planned_for),
        "consent_rule": situation.purpose.consent,
        "consent": _consents(customer, note.purpose) if customer else {},
        "over": situation.over,
        "suppressed": {channel: reason for (channel, _), reason in situation.suppressed.items()},
        "shut": sorted(situation.shut),
        "preferred_channel": customer.preferred_channel if customer else None,
        "channels": sorted({c.channel for c in customer.contacts}) if customer else [],
        "zone": str(zone_of(customer, situation.default_zone)) if customer else None,
        "quiet_hours": f"{quiet.start:%H:%M}-{quiet.end:%H:%M}",
        "sent_lately": lately(situation.ledger, situation.now),
    }


def _consents(customer: Customer, purpose: str) -> dict[str, str]:
    """What they said about a purpose: in general under "all", on a channel under its name."""
    said = {}
    for key, consent in customer.consents.items():
        name, _, channel = key.partition("/")
        if name == purpose:
            said[channel or "all"] = "granted" if consent.granted else "withdrawn"
    return said


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
