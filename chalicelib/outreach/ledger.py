"""What a customer got lately, reckoned: what counts under a frequency cap, until when it is full,
and how a ledger reads after one more. Pure."""

from datetime import datetime, timedelta

import msgspec

from chalicelib.playbook_sections import Cap, Caps
from chalicelib.store.notification_records import Notification
from chalicelib.store.outreach_records import Ledger, Membership, Slot

DAY, WEEK = timedelta(days=1), timedelta(days=7)
MOST_CAMPAIGNS = 50
"""Campaigns a ledger remembers at most, the latest first to stay."""


def full_until(
    ledger: Ledger, caps: Caps, notification: Notification, now: datetime
) -> datetime | None:
    """When there is room again for this notification under all caps; None if there is now. Its own
    place, from an earlier try, is not in its way."""
    others = [s for s in ledger.slots if s.notification_id != notification.id]
    same = [slot for slot in others if slot.purpose == notification.purpose]
    waits = [
        until
        for slots, cap in ((others, caps.overall), (same, caps.of(notification.purpose)))
        for limit, span in _limits(cap)
        if (until := _room_at(slots, limit, span, now))
    ]
    return max(waits, default=None)


def _limits(cap: Cap) -> list[tuple[int, timedelta]]:
    both = ((cap.day, DAY), (cap.week, WEEK))
    return [(limit, span) for limit, span in both if limit is not None]


def _room_at(slots: list[Slot], limit: int, span: timedelta, now: datetime) -> datetime | None:
    """When fewer than `limit` of the slots lie within the last `span`; None if they do now. A slot
    of the future (another worker's clock) counts, too."""
    recent = sorted(slot.at for slot in slots if slot.at > now - span)
    return recent[-limit] + span if len(recent) >= limit else None


def asked_recently(
    ledger: Ledger, notification: Notification, gap: timedelta | None, now: datetime
) -> bool:
    """Whether another of its kind went out less than `gap` ago."""
    last = ledger.last.get(notification.kind)
    if gap is None or last is None or last.notification_id == notification.id:
        return False
    return now < last.at + gap


def lately(ledger: Ledger, now: datetime) -> dict[str, int]:
    """How many went out in the last day and week, for the facts of a decision."""
    counts = {"day": 0, "week": 0}
    for slot in ledger.slots:
        counts["day"] += slot.at > now - DAY
        counts["week"] += slot.at > now - WEEK
    return counts


def with_slot(
    ledger: Ledger, notification: Notification, now: datetime, *, measured_for: timedelta
) -> Ledger:
    """The ledger once this notification has its place in it, less what is too old to count."""
    own = Slot(notification_id=notification.id, purpose=notification.purpose, at=now)
    kept = [
        slot
        for slot in ledger.slots
        if slot.at > now - WEEK and slot.notification_id != notification.id
    ]
    return msgspec.structs.replace(
        _in_campaign(ledger, notification, "treated", now, measured_for),
        slots=(*kept, own),
        last={**ledger.last, notification.kind: own},
    )


def held_out(
    ledger: Ledger, notification: Notification, now: datetime, *, measured_for: timedelta
) -> Ledger:
    """The ledger of a customer in the control group: nothing went out, but what they do counts."""
    return _in_campaign(ledger, notification, "control", now, measured_for)


def without_slot(ledger: Ledger, notification_id: str) -> Ledger:
    """The place given back: the platform refused, so nobody was disturbed."""
    kept = tuple(slot for slot in ledger.slots if slot.notification_id != notification_id)
    last = {k: s for k, s in ledger.last.items() if s.notification_id != notification_id}
    return msgspec.structs.replace(ledger, slots=kept, last=last)


def _in_campaign(
    ledger: Ledger, note: Notification, group: str, now: datetime, measured_for: timedelta
) -> Ledger:
    """Each run of a campaign begins anew; another try of the same notification doesn't."""
    campaigns = {k: m for k, m in ledger.campaigns.items() if m.at > now - measured_for}
    known = campaigns.get(note.campaign_id or "")
    if note.campaign_id and (known is None or known.notification_id != note.id):
        part = Membership(group=group, at=now, notification_id=note.id)
        campaigns[note.campaign_id] = part
    latest = sorted(campaigns, key=lambda name: campaigns[name].at)[-MOST_CAMPAIGNS:]
    return msgspec.structs.replace(ledger, campaigns={name: campaigns[name] for name in latest})
