"""Frequency caps at work: two workers and one free place, refusals, merges, exemptions."""

from datetime import timedelta

import msgspec
import pytest

from chalicelib.playbook_sections import Cap, Caps
from chalicelib.store import ledgers
from chalicelib.store.outreach_records import Ledger, Slot
from tests.support.faults import first_claim, watched
from tests.support.outreach import TELEGRAM, furnish, now, plan, record_of, reply
from tests.support.world import World

WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def one_a_week(world: World) -> None:
    caps = Caps(review=Cap(week=1), overall=Cap(week=3))
    world.playbook = msgspec.structs.replace(world.playbook, caps=caps)
    world.restart()


def test_the_second_waits_until_the_first_lies_a_week_back(world: World) -> None:
    furnish(world)
    plan(world, "review_reminder", key="first")
    plan(world, "review_reminder", key="second", due_at=world.now + timedelta(hours=1))
    world.settle()
    start = world.now
    world.advance(timedelta(hours=2))

    assert now("first").status == "sent"
    assert (now("second").status, now("second").reason) == ("postponed", "frequency_cap")
    assert now("second").due_at == start + WEEK
    assert now("second").decisions[0].facts["sent_lately"] == {"day": 1, "week": 1}
    world.advance(WEEK)
    assert now("second").status == "sent"
    assert len(world.mails()) == 2


def test_of_two_workers_that_both_see_the_last_place_one_gets_it(world: World) -> None:
    furnish(world)
    plan(world, "review_reminder", key="mine")
    plan(world, "review_reminder", key="rival")
    records = {key: record_of(key) for key in ("mine", "rival")}
    with watched(before=first_claim(lambda: world.invoke("deliver", [records["rival"]]))):
        world.invoke("deliver", [records["mine"]])

    assert now("rival").status == "sent"
    assert (now("mine").status, now("mine").reason) == ("postponed", "frequency_cap")
    assert len(world.mails()) == 1


def test_a_mail_that_was_refused_takes_no_place(world: World) -> None:
    furnish(world)
    world.platforms.answers.append(
        reply(400, '{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}')
    )
    plan(world, "satisfaction", key="refused", channel="telegram", address=TELEGRAM.address)
    world.settle()
    assert now("refused").status == "failed"
    assert ledgers.get("cus_1").slots == ()
    plan(world, "satisfaction", key="another", channel="telegram", address=TELEGRAM.address)
    world.settle()

    assert now("another").status == "sent"


def test_what_was_sent_under_another_id_of_the_same_person_counts(world: World) -> None:
    furnish(world, members=("cus_2",))
    slot = Slot(notification_id="ntf_old", purpose="review", at=world.now - timedelta(days=1))
    assert ledgers.save(Ledger(customer_id="cus_2", slots=(slot,)))
    plan(world, "review_reminder")
    world.settle()

    assert now().reason == "frequency_cap"


def test_an_answer_neither_waits_nor_counts(world: World) -> None:
    furnish(world)
    for number in range(5):
        plan(world, "reply", key=f"r{number}")
    world.settle()

    assert {now(f"r{number}").status for number in range(5)} == {"sent"}
    assert ledgers.get("cus_1").slots == ()


def test_an_exempt_purpose_goes_and_the_exemption_is_recorded(world: World) -> None:
    furnish(world)
    for number in range(4):
        plan(world, "review_reminder", key=f"s{number}", purpose="service")
    world.settle()

    assert {now(f"s{number}").status for number in range(4)} == {"sent"}
    exemptions = sorted(now(f"s{number}").decisions[0].facts["exemptions"] for number in range(4))
    assert exemptions == [[], [], [], ["frequency_cap"]]


def test_a_suppression_that_comes_in_the_very_moment_of_the_claim_is_minded(world: World) -> None:
    from chalicelib.store import suppressions
    from chalicelib.store.notification_records import Suppression

    furnish(world)
    plan(world, "review_reminder")
    bounced = Suppression(
        channel="email", address="ayse@example.com", reason="bounced", at=world.now
    )
    with watched(before=first_claim(lambda: suppressions.put(bounced))):
        world.work("deliver", "due")

    assert (now().status, now().reason) == ("skipped", "suppressed_bounced")
    assert not world.mails()


def test_a_customers_own_hours_count_instead_of_the_brands(world: World) -> None:
    furnish(world, quiet_hours=("12:00", "20:00"))  # it is 13:00 in Istanbul
    plan(world, "review_reminder")
    world.settle()

    assert (now().status, now().reason) == ("postponed", "quiet_hours")
    assert now().due_at == world.now.replace(hour=17, minute=0)
