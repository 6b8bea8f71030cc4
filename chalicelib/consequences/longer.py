"""A promised time has passed: the customer hears that it takes longer, and until when."""

from datetime import datetime

from chalicelib.clock import to_millis
from chalicelib.consequences.hands import Hands
from chalicelib.errors import NotFound
from chalicelib.outreach.compose import said_to
from chalicelib.outreach.date_words import day
from chalicelib.outreach.plan import Plan
from chalicelib.playbook import Playbook
from chalicelib.playbook_values import Locale
from chalicelib.routing import lines, targets
from chalicelib.routing.steps import with_step
from chalicelib.routing_sections import Longer
from chalicelib.store import customers, entries, waits
from chalicelib.store.records import Conversation, Customer

WEEK: dict[Locale, tuple[str, ...]] = {
    "tr": ("Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def need_longer(case: Conversation, now: datetime, hands: Hands) -> datetime | None:
    """Tell the customer, if it is time to and was not told too often in this wait; returns what is
    promised them now. In a group nothing is said by itself."""
    sla, promised = hands.playbook.sla, case.promised_at
    if promised is None or case.waiting_since is None or promised > now:
        return promised
    longer = sla.longer if sla else None
    if longer is None or case.group:
        return None
    number = _number(case, longer)
    if number is None:
        return None
    until = _until(case, longer, promised, now, hands)
    key = lines.longer_key(case.id, case.waiting_since, number)
    _say(case, key, longer, until, now, hands)
    line = lines.longer(case, key, until, to_millis(now), hands.playbook.brand.default_locale)
    waits.write(case, with_step(case, {"promised_at": until}), entry=line)
    return until


def _number(case: Conversation, longer: Longer) -> int | None:
    """Which update of this wait is next; None if there were enough."""
    assert case.waiting_since is not None
    by_number = {
        number: lines.longer_key(case.id, case.waiting_since, number)
        for number in range(1, longer.at_most + 1)
    }
    said = entries.get_entries(by_number.values())
    return next((number for number, key in by_number.items() if key not in said), None)


def _until(
    case: Conversation, longer: Longer, promised: datetime, now: datetime, hands: Hands
) -> datetime:
    """The new time, from the old one if that still lies ahead: so a repeat says the same."""
    sla, hours = hands.playbook.sla, hands.router().giver.desk.hours(case.team)
    assert sla is not None
    target = sla.target(urgent=targets.promised_as_urgent(case), team=case.team)
    clock = target.clock if target else "business"
    later = targets.after(promised, longer.by, clock, hours, sla.holidays)
    return later if later > now else targets.after(now, longer.by, clock, hours, sla.holidays)


def _say(
    case: Conversation, key: str, longer: Longer, until: datetime, now: datetime, hands: Hands
) -> None:
    try:
        customer = customers.get(case.customer_id)
    except NotFound:  # erased meanwhile
        return
    promised = when(until, now, customer, hands.playbook)
    hands.planner.plan(
        Plan(
            key=key,
            purpose="reply",
            kind="longer",
            customer_id=case.customer_id,
            due_at=now,
            channel=case.channel,
            conversation_id=case.id,
            text=said_to(longer.text, customer, hands.playbook, promised=promised),
        )
    )


def when(moment: datetime, now: datetime, customer: Customer, playbook: Playbook) -> str:
    """A moment to come, in the brand's own time, as the customer reads it: "16:30", "Salı 09:00",
    "5 Aralık 2026 09:00"."""
    locale = playbook.locale(customer.locale, customer.country)
    local, today = (one.astimezone(playbook.brand.zone) for one in (moment, now))
    days = (local.date() - today.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    name = WEEK[locale][local.weekday()] if days < 7 else day(local.date(), locale)
    return f"{name} {local:%H:%M}"
