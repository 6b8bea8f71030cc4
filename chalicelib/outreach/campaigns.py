"""Campaigns, reckoned: their states, who is held out, who gets it when. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.outreach.plan import Plan
from chalicelib.outreach.purposes import PurposeName
from chalicelib.store.audience import LARGEST, START
from chalicelib.store.outreach_records import Campaign, Content
from chalicelib.times import Hour, Span

AHEAD = timedelta(minutes=10)
"""How far ahead of their time a throttled campaign's notifications wait in the queue at most: what
is planned beyond it could not be held back by a pause, nor by SQS, which waits a quarter hour."""

AT_ONCE = ""

MINUTE = timedelta(minutes=1)

OVER = ("done", "cancelled")


def held_out(campaign_id: str, customer_id: str, percent: float) -> bool:
    """Whether this customer is in the campaign's control group: by a hash of both names, so always
    the same ones in each run, and independently of every other campaign."""
    number = int.from_bytes(sha256(f"{campaign_id}\x1f{customer_id}".encode()).digest()[:8])
    return number < percent / 100 * 2**64


def key(campaign: Campaign, customer_id: str, run: int | None = None) -> str:
    """Under which a customer's notification of a run is planned."""
    return f"campaign:{campaign.id}:{run or campaign.run}:{customer_id}"


def run_of(notification_key: str) -> int:
    """The run that a key is of."""
    return int(notification_key.split(":")[2])


def plan(campaign: Campaign, customer_id: str, due_at: datetime, purpose: PurposeName) -> Plan:
    return Plan(
        key=key(campaign, customer_id),
        purpose=purpose,
        kind="campaign",
        customer_id=customer_id,
        due_at=due_at,
        campaign_id=campaign.id,
        planned_by=campaign.created_by,
    )


# --- when --------------------------------------------------------------------------------------


def local_moment(starts_at: datetime, hour: str, zone: ZoneInfo, brand: ZoneInfo) -> datetime:
    """That hour, in a customer's zone, of the day that it is for the brand when the run starts. In
    the night the clocks go forward an hour may not exist: then it is the one after."""
    day = starts_at.astimezone(brand).date()
    return datetime.combine(day, Hour.parse(hour).time, tzinfo=zone).astimezone(UTC)


def paced(
    taken: Mapping[str, datetime], base: datetime | None, now: datetime, interval: timedelta
) -> tuple[datetime, dict[str, datetime]]:
    """The next free moment not before `base` (None: at once) nor now, and what is taken then. Those
    of one base follow each other at the interval."""
    name = base.isoformat() if base and base > now else AT_ONCE
    moment = max(now, base or now, taken.get(name, now))
    return moment, {**taken, name: moment + interval}


def page_size(per_minute: int) -> int:
    """How many customers to plan at once: never much more than goes out until the horizon."""
    return min(LARGEST, max(10, per_minute * 5))


def wait(campaign: Campaign, now: datetime) -> timedelta:
    """How long the run should rest before it plans on; nothing if it may go on. Until half of what
    is planned ahead has gone out."""
    ahead = campaign.paced.get(AT_ONCE, now) - now
    if campaign.local_hour or ahead < AHEAD:
        return timedelta(0)
    return ahead - AHEAD / 2


def next_start(starts_at: datetime, every: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The first repetition after now. Whole days keep the hour of the brand's day, also across a
    change of the clocks."""
    step = timedelta(seconds=Span.parse(every).total_seconds())
    local, whole = starts_at.astimezone(zone), step % timedelta(days=1) == timedelta(0)
    missed = max((now - starts_at) // step, 0)
    for number in range(missed, missed + 4):
        moment = (local + (number + 1) * step).astimezone(UTC)
        if not whole:
            moment = starts_at + (number + 1) * step
        if moment > now:
            return moment
    raise AssertionError("a repetition lies in the future")


# --- what becomes of it ------------------------------------------------------------------------


def begun(campaign: Campaign, contents: Mapping[str, Content], now: datetime) -> Campaign:
    """At the start of its next run, with the template as it is now."""
    return msgspec.structs.replace(
        campaign,
        status="running",
        run=campaign.run + 1,
        leg=1,
        cursor=START,
        contents=dict(contents),
        planned_before=campaign.planned_before + campaign.planned,
        seen=0,
        planned=0,
        paced={},
        started_at=now,
        finished_at=None,
    )


def ended(campaign: Campaign, zone: ZoneInfo, now: datetime) -> Campaign:
    """After its run: done, or scheduled for the next one."""
    at_end = msgspec.structs.replace(campaign, status="done", cursor=None, finished_at=now)
    if campaign.every is None or campaign.starts_at is None:
        return at_end
    again = next_start(campaign.starts_at, campaign.every, zone, now)
    if campaign.ends_at and again > campaign.ends_at:
        return at_end
    return msgspec.structs.replace(at_end, status="scheduled", starts_at=again)


def resumed(campaign: Campaign) -> Campaign:
    """Going on after a pause: within the run, before one that had not begun, or after the last,
    when only what it planned was held back."""
    if campaign.cursor:
        status = "running"
    elif campaign.finished_at and campaign.starts_at and campaign.starts_at <= campaign.finished_at:
        status = "done"
    else:
        status = "scheduled"
    return msgspec.structs.replace(campaign, status=status)


def waiting(campaign: Campaign, settled: int) -> int:
    """How many of its notifications are planned and not settled yet."""
    return max(campaign.planned_before + campaign.planned - settled, 0)


def status(campaign: Campaign, settled: int) -> str:
    """How a campaign stands for those who look at it: it runs until the last of its notifications
    is settled, though nothing is left to plan."""
    if campaign.status == "done" and waiting(campaign, settled):
        return "running"
    return campaign.status
