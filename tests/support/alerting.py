"""Alerts as the watch writes and tells them, without a device that reports: for what follows."""

import json
from datetime import datetime
from typing import Any

import msgspec

from chalicelib import events
from chalicelib.clock import iso
from chalicelib.reactions import react
from chalicelib.store import devices, incidents, keys
from chalicelib.store.device_records import Alert
from chalicelib.store.models import AlertItem, DeviceItem
from tests.support.aws_calls import Killed, killed_at
from tests.support.http_calls import staff
from tests.support.webhook_calls import queued, telegram_message
from tests.support.world import World

MODEL, RULE = "KD-100", "water_pressure_low"


def owner(world: World, number: int = 1) -> str:
    """A customer on Telegram, where we may write at any time; greeted."""
    before = {item["pk"] for item in world.items("customer")}
    message = telegram_message(number, world.now, sender=4242 + number)
    world.put("inbound", queued("telegram", message, world.now))
    world.settle()
    (new,) = {item["pk"] for item in world.items("customer")} - before
    return str(new).removeprefix("C#")


def alerted(
    world: World,
    device: str = "d1",
    *,
    whose: str | None = None,
    severity: events.Severity = "warning",
    at: datetime | None = None,
    rule: str = RULE,
    model: str | None = MODEL,
    **more: Any,
) -> events.AlertRaised:
    """An alert as it stands in the table once it is raised, and the event that tells it."""
    assert world.wiring.table
    moment = at or world.now
    raised = events.AlertRaised(
        alert_id=f"alr_{device}_{rule}_{iso(moment)}",
        device_id=device,
        rule=rule,
        severity=severity,
        raised_at=moment,
        owner_id=whose,
        model=model,
        **more,
    )
    pk, sk = keys.device(device)
    row = DeviceItem(pk=pk, sk=sk, owner_id=whose, name=f"Boğaz {device}", model=model)
    row.save(add_version_condition=False)
    keep(
        Alert(
            id=raised.alert_id,
            device_id=device,
            rule=rule,
            severity=severity,
            raised_at=moment,
            owner_id=whose,
            model=model,
            evidence=raised.evidence,
            recent=raised.recent,
        )
    )
    return raised


def keep(alert: Alert) -> None:
    """What the rules say of an alert, as the watch writes it."""
    row = AlertItem(*keys.alert(alert.device_id, alert.id))
    row.update(actions=devices._as_judged(alert))


def over(world: World, raised: events.AlertRaised, *, by: str | None = None) -> events.AlertCleared:
    """The alert is over now, in the table; and the event that tells it."""
    kept = devices.get_alert(raised.device_id, raised.alert_id)
    assert kept is not None
    keep(msgspec.structs.replace(kept, cleared_at=world.now, cleared_by=by))
    return events.AlertCleared(
        alert_id=raised.alert_id,
        device_id=raised.device_id,
        rule=raised.rule,
        cleared_at=world.now,
        owner_id=raised.owner_id,
        model=raised.model,
        cleared_by=by,
    )


def regraded(
    world: World, raised: events.AlertRaised, severity: events.Severity, was: events.Severity
) -> events.AlertEscalated | events.AlertDeescalated:
    """The alert has another severity now, in the table; and the event that tells it."""
    kept = devices.get_alert(raised.device_id, raised.alert_id)
    assert kept is not None
    keep(msgspec.structs.replace(kept, severity=severity, severity_at=world.now))
    order = ("info", "warning", "critical")
    graver = order.index(severity) > order.index(was)
    kind = events.AlertEscalated if graver else events.AlertDeescalated
    return kind(
        alert_id=raised.alert_id,
        device_id=raised.device_id,
        rule=raised.rule,
        severity=severity,
        was=was,
        at=world.now,
        owner_id=raised.owner_id,
        model=raised.model,
    )


def body(data: events.Data, world: World) -> str:
    """The event as EventBridge puts it on the queue; the same happening has the same id."""
    happened = events.event(data, msgspec.json.encode(data).decode(), at=world.now)
    detail = json.loads(happened.detail("local"))
    return json.dumps({"detail-type": happened.type, "source": "temas", "detail": detail})


def tell(world: World, *told: events.Data) -> None:
    """Events onto the queue, worked with all that follows."""
    world.put("reactions", *(body(one, world) for one in told))
    world.settle()


def at_once(world: World, *told: events.Data) -> None:
    """What follows from the events, without the queues between: for many."""
    for one in told:
        react(body(one, world), world.wiring.hands)


def cases(world: World) -> list[Any]:
    return [one for one in world.items("conversation") if one["opened_by"] == "alert"]


def story(world: World) -> list[str]:
    """The texts of all lines about alerts, in order of time."""
    found = [one for one in world.items("entry") if one["kind"] == "alert"]
    return [one["text"] for one in sorted(found, key=lambda one: one["gsi1sk"])]


def notices(world: World) -> dict[str, tuple[str, str]]:
    """Status and reason of what was planned about alerts, by what follows `alert:` in its key,
    less the time in alert ids."""
    return {
        one["key"].split("_" + RULE)[0].removeprefix("alert:alr_") + one["key"].partition("Z")[2]: (
            one["status"],
            one["reason"],
        )
        for one in world.items("notification")
        if one["key"].startswith("alert:")
    }


def incident(world: World) -> str:
    """An incident of as many devices as it takes."""
    number = world.playbook.devices.incidents.devices
    at_once(world, *(alerted(world, f"many-{n}", model="KD-300") for n in range(number)))
    pointer = incidents.latest("KD-300", RULE)
    assert pointer is not None
    return pointer.incident_id


def with_incidents(world: World, **settings: Any) -> World:
    """The world of a brand with other `[devices.incidents]`."""
    brand = world.playbook
    section = msgspec.structs.replace(brand.devices.incidents, **settings)
    fleet = msgspec.structs.replace(brand.devices, incidents=section)
    world.playbook = msgspec.structs.replace(brand, devices=fleet)
    world.restart()
    return world


def found_incident(world: World, status: str = "open") -> Any:
    """The one incident of this status, as staff see it."""
    (found,) = staff(world).get(f"/v1/incidents?status={status}").json["incidents"]
    return staff(world).get(f"/v1/incidents/{found['id']}").json


def told(world: World, *kinds: str) -> list[tuple[str, Any]]:
    """Different events of these types on the bus."""
    found = {
        one["detail"]["metadata"]["id"]: (one["detail-type"], one["detail"]["data"])
        for one in world.events()
        if one["detail-type"] in kinds
    }
    return list(found.values())


def until_done(world: World, event: events.Data, answered: bool) -> None:
    """Work on an event, each time being killed one call later, until there is no such call."""
    for number in range(70):
        world.put("reactions", body(event, world))
        records = world.take("reactions")
        try:
            with killed_at(number, answered=answered):
                world.invoke("react", records)
        except Killed:
            world.delete("reactions", records)
        else:
            world.delete("reactions", records)
            world.settle()
            return
    raise AssertionError("it was never done")
