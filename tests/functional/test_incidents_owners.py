"""What the owners of devices in incidents hear, whatever becomes of the incident; and an incident
without them."""

from datetime import timedelta

import msgspec
import pytest

from chalicelib.errors import Unavailable
from chalicelib.store import incidents, keys
from chalicelib.store.models import DeviceItem
from tests.support.alerting import (
    alerted,
    at_once,
    body,
    cases,
    found_incident,
    notices,
    over,
    owner,
    regraded,
    tell,
    with_incidents,
)
from tests.support.aws_calls import intercepted
from tests.support.http_calls import staff
from tests.support.world import World


def test_an_alert_of_an_incident_after_which_there_is_another_may_still_become_critical(
    world: World,
) -> None:
    with_incidents(world, devices=3)
    who = owner(world)
    first = [alerted(world, f"d{n}", whose=who) for n in range(3)]
    tell(world, *first)
    earlier = found_incident(world)["incident"]["id"]
    assert staff(world).post(f"/v1/incidents/{earlier}/close").status == 200
    world.advance(timedelta(hours=2))
    tell(world, *(alerted(world, f"e{n}") for n in range(3)))
    at_once(world, regraded(world, first[2], "critical", "warning"))
    world.settle()
    assert notices(world)["d2:critical"][0] == "sent"
    assert incidents.get(earlier).severity == "critical"
    later = found_incident(world)["incident"]
    pointer = incidents.latest(later["model"], later["rule"])
    assert (later["severity"], pointer and pointer.severity) == ("warning", "warning")


@pytest.mark.parametrize("grows", [False, True])
def test_what_is_critical_is_told_although_the_incident_can_not_be_counted(
    world: World, grows: bool
) -> None:
    with_incidents(world, devices=3)
    who = owner(world)
    tell(world, *(alerted(world, f"d{n}") for n in range(2)))
    event = alerted(world, "d2", whose=who, severity="info" if grows else "critical")
    told = regraded(world, event, "critical", "info") if grows else event

    def refuse(operation: str) -> None:
        if operation == "TransactWriteItems":
            raise Unavailable("DynamoDB is not answering")

    with pytest.raises(Unavailable), intercepted(refuse):
        at_once(world, told)
    world.settle()
    assert notices(world)["d2:critical" if grows else "d2"][0] == "sent"


def test_an_incident_ends_although_an_owner_was_erased_before_the_end_was_told(
    world: World,
) -> None:
    with_incidents(world, devices=3)
    who = owner(world)
    raised = [alerted(world, f"d{n}", whose=None if n else who) for n in range(3)]
    tell(world, *raised)
    late = [body(over(world, one), world) for one in raised]
    assert staff(world).post(f"/v1/customers/{who}/erase", {"reason": "request"}).status == 202
    world.advance(timedelta(minutes=3))
    world.settle()
    before = len(world.items("notification"))
    world.put("reactions", *late)
    world.settle()
    assert found_incident(world, "closed")["cleared"] == 3
    assert len(world.items("notification")) == before
    assert not [one for one in world.items("entry") if one.get("gsi1pk") == f"C#{who}"]


def test_who_is_to_hear_once_and_heard_what_is_critical_hears_no_warning(world: World) -> None:
    with_incidents(world, devices=3, owners="once")
    first, grown = owner(world, 1), owner(world, 2)
    tell(world, *(alerted(world, f"d{n}") for n in range(3)))
    tell(world, alerted(world, "d3", whose=first, severity="critical"))
    at = world.now - timedelta(hours=2)
    mild = alerted(world, "d4", whose=grown, at=at)
    tell(world, mild, regraded(world, mild, "critical", "warning"))
    tell(world, alerted(world, "d5", whose=first), alerted(world, "d6", whose=grown))
    assert set(notices(world)) == {"d3", "d4", "d4:critical"}


def test_what_a_new_owner_is_told_is_not_in_the_case_of_the_former_one(world: World) -> None:
    former, new = owner(world, 1), owner(world, 2)
    raised = alerted(world, "d1", whose=former)
    tell(world, raised)
    (case,) = cases(world)
    grown = msgspec.structs.replace(regraded(world, raised, "critical", "warning"), owner_id=new)
    row = DeviceItem(*keys.device("d1"))
    row.update(actions=[DeviceItem.owner_id.set(new)], add_version_condition=False)
    tell(world, grown)
    world.advance(timedelta(minutes=1))
    tell(world, over(world, raised))
    whose = {
        (one["customer_id"], one.get("conversation_id"))
        for one in world.items("notification")
        if one["key"].startswith("alert:")
    }
    assert whose == {(former, case["pk"].removeprefix("V#")), (new, None)}
