"""An erasure page by page: what it finds, what it leaves to others, what it waits for."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.consequences.erasing import taking
from chalicelib.fleet.disowning import disowned
from chalicelib.inbox.arrivals import placed
from chalicelib.queues import PartialFailure
from chalicelib.store import customers, devices, entries
from chalicelib.store.device_records import DeviceRecord
from chalicelib.store.models import Item
from chalicelib.store.records import Customer, Entry, Identity
from chalicelib.store.table import Transaction
from tests.support.aws_calls import counted
from tests.support.erasing import (
    MAIL,
    STAYING,
    STRINGS,
    about,
    ayse,
    erase,
    erasure,
    ok,
    until_done,
    who,
)
from tests.support.faults import Call, watched
from tests.support.http_calls import staff
from tests.support.inbound import ingest
from tests.support.outreach import furnish, now, plan
from tests.support.routing import agent, case, without_understanding, write
from tests.support.webhook_calls import chat_message, queued
from tests.support.world import World


def test_a_device_stays_as_nobodys_with_its_alerts(world: World) -> None:
    someone = staff(world)
    lead, _ = ayse(world, someone)
    (alert,) = [one for one in world.items("alert") if one["pk"] == "D#d2"]
    url = f"/v1/devices/d2/alerts/{alert['sk'].removeprefix('A#')}/comments"
    ok(someone.post(url, {"text": "Ayşe Hanım arandı"}))

    erase(someone, lead)
    until_done(world)

    assert about(*STRINGS) == [f"suppression S#email:{MAIL}|S"]
    kept = devices.get_many_devices(["d1", "d2"])
    assert (kept["d1"].owner_id, kept["d1"].name) == (None, None)
    assert (kept["d1"].model, len(world.items("alert"))) == ("kahve-1", 2)
    assert kept["d2"].name == "Depoda"  # it was somebody else's by then
    (period,) = devices.ownerships("d2")
    assert (period.owner_id, period.until) == (None, kept["d2"].owned_since)


def test_what_a_device_has_yet_to_tell_names_nobody() -> None:
    event = {"id": "evt_1", "type": "AlertRaised", "data": {"owner_id": "cus_1", "rule": "hot"}}
    document = {"status": "ok", "location": {"lat": 41.0}, "told": {"descaling": 1}}
    device = DeviceRecord(id="d1", owner_id="cus_1", name="x", document=document, outbox=(event,))
    left = disowned(device)
    assert left.document == {"status": "ok"}
    assert left.outbox[0]["data"] == {"rule": "hot"}


def test_what_is_being_sent_is_waited_for_and_a_lost_one_is_uncertain(world: World) -> None:
    furnish(world)
    plan(world)
    someone = staff(world)
    records = world.take("due")

    def die(call: Call) -> None:
        if world.platforms.posts:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), watched(before=die):
        world.invoke("deliver", records)
    assert now().status == "claimed"
    erase(someone, "cus_1")
    world.settle()
    assert (now().status, now().customer_id) == ("claimed", "cus_1")
    until_done(world)
    assert (now().status, now().reason) == ("uncertain", "worker_lost")
    assert now().customer_id == "erased"
    assert erasure(someone, "cus_1")["state"] == "done"


def test_of_very_many_handles_those_left_over_lead_to_nobody_until_they_are_gone(
    world: World,
) -> None:
    furnish(world)
    made = [
        Identity(key=f"chat::v{n}", customer_id="cus_1", linked_at=world.now) for n in range(120)
    ]
    for identity in made:
        customers.identity_item(identity).save()
    erase(staff(world), "cus_1")
    (left, *_) = [item["pk"].removeprefix("I#chat::") for item in world.items("identity")]
    world.put("inbound", queued("chat", chat_message("m1", world.now, customer=left), world.now))
    with pytest.raises(PartialFailure):
        ingest(world)  # it comes again, as what failed does
    while world.items("identity"):
        assert world.work("react", "reactions")
    until_done(world)
    gone = erasure(staff(world), "cus_1")["erased"]["identity"]
    assert gone >= 120  # with those of its phone and mail address
    assert who(world, f"chat::{left}") != "cus_1"
    assert len(world.items("identity")) == 1
    (line,) = [item for item in world.items("entry") if item["direction"] == "in"]
    assert line["gsi1pk"] == f"C#{who(world, f'chat::{left}')}"


def test_what_an_index_still_shows_is_neither_counted_nor_taken_for_the_customers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of the past: one of what is gone, one of a handle that is somebody else's by now."""
    furnish(world)
    someone = staff(world)
    other = Identity(key="chat::v1", customer_id="cus_2", linked_at=world.now)
    erase(someone, "cus_1")
    customers.identity_item(other).save()
    ghosts = [
        SimpleNamespace(pk="O#gone", sk="O"),
        SimpleNamespace(pk="I#chat::v1", sk="I"),
    ]
    real = Item.listing.query

    def query(*args: Any, **more: Any) -> Any:
        found = list(real(*args, **more))
        return found if found or args[1] is not None or not ghosts else [ghosts.pop(), *ghosts]

    monkeypatch.setattr(Item.listing, "query", query)
    until_done(world)
    assert ghosts == []
    done = erasure(someone, "cus_1")
    assert (done["state"], done["erased"]) == ("done", {"customer": 1, "order": 1})
    assert who(world, "chat::v1") == "cus_2"


def test_who_had_a_case_of_theirs_gets_the_next(world: World) -> None:
    without_understanding(world)
    agent(world, "ada", capacity=1)
    first, second = write(world, 1), write(world, 2)
    assert (case(first).held_by, case(second).held_by) == ("ada", None)
    erase(staff(world), case(first).customer_id)
    until_done(world)
    assert case(second).held_by == "ada"
    (ada,) = world.items("agent")
    assert ada["open"] == 1
    assert world.items("waiting") == []


def test_what_they_wrote_in_somebody_elses_conversation_goes_and_the_conversation_stays(
    world: World,
) -> None:
    furnish(world)
    guest = Customer(id="cus_2", created_at=world.now, name="Ege")
    customers.customer_item(guest).save(add_version_condition=False)
    transaction = Transaction()
    for number, customer_id in enumerate(("cus_1", "cus_2")):
        line = Entry(key=f"slack::{number}", at=world.now, kind="message")
        entries.put_once(transaction, placed(line, customer_id, "cnv_1"))
    transaction.commit()
    erase(staff(world), "cus_2")
    until_done(world)
    assert [item["pk"] for item in world.items("entry")] == ["E#slack::0"]
    assert case("cnv_1").customer_id == "cus_1"
    assert about("cus_2", "Ege", but=STAYING) == []


def test_a_page_takes_as_many_requests_however_long_the_history(world: World) -> None:
    furnish(world)
    someone = staff(world)
    for start in range(0, 200, 100):
        transaction = Transaction()
        for number in range(start, start + 100):
            at = world.now + timedelta(minutes=number)
            line = Entry(key=f"chat::{number}", at=at, kind="message", customer_id="cus_1")
            entries.put_once(transaction, line)
        transaction.commit()
    erase(someone, "cus_1")
    asked: list[int] = []
    for _ in range(4):
        with counted() as calls:
            assert world.work("react", "reactions", 1) == 1
        asked.append(len(calls))
    assert world.items("entry") == []
    # The message twice; the record, two lists, the words before and after, the page, the next one.
    assert asked[1:] == [10, 10, 10]
    assert erasure(someone, "cus_1")["erased"]["entry"] == 4 * taking.PAGE
