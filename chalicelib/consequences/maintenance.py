"""Before a device's maintenance: a word to its owner ahead of it, and when it is due."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib import events
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.errors import NotFound
from chalicelib.fleet.rules.plans import is_maintenance, plan_of
from chalicelib.maintenance_sections import DUE, Maintenance, MaintenancePlan
from chalicelib.outreach import maintenance_keys as keys
from chalicelib.outreach.maintenance_words import Wording
from chalicelib.outreach.plan import Plan
from chalicelib.store import customers, devices
from chalicelib.store.device_records import DeviceRecord
from chalicelib.store.records import Customer


@dataclass(frozen=True, kw_only=True)
class Told:
    """Whom to tell about which device, with its plans and the brand's words."""

    owner: Customer
    owner_id: str
    device: DeviceRecord
    plans: Sequence[MaintenancePlan]
    section: Maintenance
    wording: Wording


def tell_ahead(event: Happened, hands: Hands) -> None:
    """The owner hears of a maintenance ahead of it, with the date that it is expected on."""
    ahead: events.MaintenanceExpected = event.data
    told = told_of(hands, ahead.device_id, ahead.owner_id)
    plan = plan_of(told.plans, ahead.plan) if told else None
    if told is None or plan is None:
        return
    when = told.wording.when(ahead.expected_at, ahead.earliest, ahead.latest, hands.clock())
    key = keys.ahead(ahead.device_id, ahead.plan, ahead.cycle)
    text = told.wording.of_plan(told.section.ahead, plan, when)
    say(hands, told, key, text)


def remind_if_due(event: Happened, hands: Hands) -> bool:
    """Remind the owner, if the alert says that a plan is due; False if it says something else, or
    that one is overdue: that is told as other alerts are, and a case for support."""
    raised: events.AlertRaised = event.data
    plans = hands.rulebook().plans_for(raised.model)
    if raised.severity != DUE or not is_maintenance(raised.rule, plans):
        return False
    if hands.playbook.maintenance is None:
        return False
    told = told_of(hands, raised.device_id, raised.owner_id)
    plan = plan_of(told.plans, raised.rule) if told else None
    if told is not None and plan is not None:
        text = told.wording.of_plan(told.section.due, plan)
        key = keys.due(raised.device_id, raised.rule, raised.alert_id)
        say(hands, told, key, text, alert_id=raised.alert_id)
    return True


def withdraw_due(event: Happened, hands: Hands) -> None:
    """What is no longer due needs no reminder."""
    over: events.AlertCleared = event.data
    if is_maintenance(over.rule, hands.rulebook().plans_for(over.model)):
        key = keys.due(over.device_id, over.rule, over.alert_id)
        hands.planner.cancel(key, "alert_cleared")


def will_be_thanked(over: events.AlertCleared, hands: Hands) -> bool:
    """Whether an alert that is over is a maintenance of which the owner was reminded: done, it is
    confirmed with the next date, which says more than that all is well."""
    if not is_maintenance(over.rule, hands.rulebook().plans_for(over.model)):
        return False
    return hands.planner.went_out(keys.due(over.device_id, over.rule, over.alert_id))


def told_of(hands: Hands, device_id: str, owner_id: str | None) -> Told | None:
    """None if there is nobody to tell, or the brand says nothing about maintenance."""
    section = hands.playbook.maintenance
    device = devices.get_many_devices([device_id]).get(device_id)
    if owner_id is None or section is None or device is None:
        return None
    try:
        owner = customers.get(owner_id)
    except NotFound:  # erased meanwhile
        return None
    return Told(
        owner=owner,
        owner_id=owner_id,
        device=device,
        plans=hands.rulebook().rules_for(device.model, device.overrides).plans,
        section=section,
        wording=Wording(
            section=section,
            playbook=hands.playbook,
            owner=owner,
            device=device.name or device.id,
        ),
    )


def say(hands: Hands, told: Told, key: str, text: str, alert_id: str | None = None) -> None:
    hands.planner.plan(
        Plan(
            key=key,
            purpose="service",
            kind="maintenance",
            customer_id=told.owner_id,
            due_at=hands.clock(),
            device_id=told.device.id,
            alert_id=alert_id,
            text=text,
        )
    )
