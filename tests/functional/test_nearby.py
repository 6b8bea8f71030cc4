"""Offers near a store: from a phone's position to a message, and all that keeps one back."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.nearby_sections import Nearby
from chalicelib.playbook_sections import Cap, Caps
from chalicelib.store import customers
from chalicelib.times import Span
from tests.support.nearby import (
    ELSEWHERE,
    KARAKOY,
    agree,
    entered,
    offers,
    said,
    somebody,
    tell,
)
from tests.support.outreach import MAIL
from tests.support.world import World

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def change(world: World, **sections: Any) -> None:
    world.playbook = msgspec.structs.replace(world.playbook, **sections)
    world.restart()


def section(world: World) -> Nearby:
    assert world.playbook.nearby is not None
    return world.playbook.nearby


def leave(world: World, app: Any) -> None:
    world.now += MINUTE
    assert said(tell(world, app, ELSEWHERE)) == (None, False)
    world.now += MINUTE


def test_from_a_position_to_an_offer_with_a_code(world: World) -> None:
    _, app = somebody(world)
    assert said(tell(world, app)) == ("moda", True)
    world.settle()
    (text,) = world.platforms.texts
    (note,) = [n for n in world.items("notification") if n["kind"] == "nearby"]
    assert (note["purpose"], note["status"], note["store_id"]) == ("marketing", "sent", "moda")
    assert note["key"] == "nearby:cus_1:moda:2026-11-23"
    assert "Moda mağazamızın çok yakınındasınız (Moda Cad. 1, Kadıköy)" in text
    assert f"{note['coupon']} koduyla %10 indiriminiz var" in text
    assert "25 Kasım 2026" in text
    (coupon,) = world.items("coupon")
    assert coupon["reason"] == "nearby"
    assert [e["detail-type"] for e in world.events()].count("CouponIssued") == 1


def test_by_mail_it_can_be_ended_with_one_click(world: World) -> None:
    _, app = somebody(world, contacts=(MAIL,), locale="en")
    tell(world, app)
    world.settle()
    (mail,) = world.mails()
    assert b"you are near Moda" in mail
    assert b"List-Unsubscribe-Post" in mail


def test_without_consent_to_campaigns_there_is_no_offer(world: World) -> None:
    _, app = somebody(world, "location")
    assert said(tell(world, app)) == ("moda", True)
    world.settle()
    assert offers(world) == [("skipped", "no_consent")]
    assert world.platforms.posts == []


def test_nobody_gets_two_within_the_gap_whichever_the_stores(world: World) -> None:
    change(world, caps=Caps())
    _, app = somebody(world)
    tell(world, app)
    world.settle()
    leave(world, app)
    assert said(tell(world, app, KARAKOY)) == ("karakoy", True)
    world.settle()
    for _ in range(2):
        world.advance(3 * DAY)
        assert said(tell(world, app)) == ("moda", True)
        world.settle()
    world.advance(DAY)
    leave(world, app)
    tell(world, app, KARAKOY)
    world.settle()
    assert offers(world) == [
        ("sent", "due"),
        ("skipped", "asked_recently"),
        ("skipped", "asked_recently"),
        ("skipped", "asked_recently"),
        ("sent", "due"),
    ]


def test_one_store_and_day_is_one_offer_however_often_they_come(world: World) -> None:
    _, app = somebody(world)
    for _ in range(3):
        assert said(tell(world, app))[1]
        world.settle()
        leave(world, app)
    assert offers(world) == [("sent", "due")]
    assert len(world.items("coupon")) == 1
    assert len(entered(world)) == 3


def test_the_caps_of_campaigns_hold_for_it(world: World) -> None:
    """What waits for room under a cap is too late by then."""
    caps = msgspec.structs.replace(world.playbook.caps, marketing=Cap(day=1))
    near = msgspec.structs.replace(section(world), gap=Span())
    change(world, caps=caps, nearby=near)
    _, app = somebody(world)
    tell(world, app)
    world.settle()
    leave(world, app)
    tell(world, app, KARAKOY)
    world.settle()
    assert offers(world)[1:] == [("postponed", "frequency_cap")]
    world.advance(2 * DAY)
    assert offers(world)[1:] == [("skipped", "too_late")]


def test_at_night_nobody_is_disturbed_and_in_the_morning_it_is_over(world: World) -> None:
    _, app = somebody(world)
    world.advance(10 * HOUR)
    tell(world, app)
    world.settle()
    assert offers(world) == [("postponed", "quiet_hours")]
    world.advance(11 * HOUR)
    assert offers(world) == [("skipped", "too_late")]
    assert world.platforms.posts == []


def planned(world: World, app: Any) -> None:
    """They came to the store, and the offer is about to be decided."""
    tell(world, app)
    world.work("react", "reactions")
    assert offers(world) == [("planned", "planned")]
    world.now += MINUTE


def test_who_has_left_gets_none(world: World) -> None:
    _, app = somebody(world)
    planned(world, app)
    tell(world, app, ELSEWHERE)
    world.settle()
    assert offers(world) == [("cancelled", "left_store")]


def test_who_lets_us_know_no_more_where_they_are_gets_none(world: World) -> None:
    _, app = somebody(world)
    planned(world, app)
    agree(app, "location", granted=False)
    world.settle()
    assert offers(world) == [("cancelled", "location_consent_withdrawn")]
    assert world.items("location") == []


def test_a_store_that_has_left_the_playbook_offers_nothing(world: World) -> None:
    _, app = somebody(world)
    planned(world, app)
    change(world, stores=world.playbook.stores[1:])
    world.settle()
    assert offers(world) == [("cancelled", "store_gone")]


@pytest.mark.parametrize("section", [{"nearby": None}, {"stores": ()}])
def test_news_of_a_store_that_offers_nothing_any_more_brings_no_plan(
    world: World, section: dict[str, Any]
) -> None:
    _, app = somebody(world)
    tell(world, app)
    change(world, **section)
    world.settle()
    assert offers(world) == []


def test_old_news_brings_no_plan_and_no_code(world: World) -> None:
    _, app = somebody(world)
    tell(world, app)
    world.now += 31 * MINUTE
    world.settle()
    assert (offers(world), world.items("coupon")) == ([], [])


def test_without_a_coupon_the_offer_is_its_words(world: World) -> None:
    words = {"tr": "Merhaba{name}, {store} yakınında!", "en": "Hello{name}, {store} is near!"}
    near = msgspec.structs.replace(
        section(world),
        coupon=None,
        offer=msgspec.convert(words, type(world.playbook.greeting.open)),
    )
    change(world, nearby=near)
    _, app = somebody(world)
    tell(world, app)
    world.settle()
    assert "Merhaba Ayşe, Moda yakınında!" in world.platforms.texts[0]
    assert world.items("coupon") == []


def test_an_offer_planned_without_a_code_is_not_sent_with_a_hole_in_it(world: World) -> None:
    near = section(world)
    change(world, nearby=msgspec.structs.replace(near, coupon=None))
    _, app = somebody(world)
    planned(world, app)
    change(world, nearby=near)
    world.settle()
    assert offers(world) == [("cancelled", "coupon_gone")]


# --- two who are one ------------------------------------------------------------------------------


def two(world: World) -> Any:
    """Ayşe under two ids, each with their own consent."""
    person, app = somebody(world)
    other = msgspec.structs.replace(person, id="cus_2", contacts=())
    customers.customer_item(other).save(add_version_condition=False)
    return app


def test_merged_they_are_where_they_were_last_under_either_id(world: World) -> None:
    app = two(world)
    agree(app, "location", who="cus_2")
    tell(world, app, who="cus_2")
    world.wiring.merging.merge("cus_1", "cus_2", "desk")
    world.now += MINUTE
    assert said(tell(world, app)) == ("moda", False), "they came there before they were merged"
    world.now += MINUTE
    assert said(tell(world, app, who="cus_2")) == ("moda", False)
    world.settle()
    assert offers(world) == [("sent", "due")]
    assert len(world.items("location")) == 2
    world.now += MINUTE
    agree(app, "location", granted=False)
    assert world.items("location") == []


def test_a_merge_with_who_declined_forgets_where_they_are(world: World) -> None:
    app = two(world)
    tell(world, app)
    world.now += MINUTE
    agree(app, "location", granted=False, who="cus_2")
    world.wiring.merging.merge("cus_1", "cus_2", "desk")
    assert world.items("location") == []


def test_parted_nobody_keeps_a_position_that_may_be_the_others(world: World) -> None:
    app = two(world)
    world.wiring.merging.merge("cus_1", "cus_2", "desk")
    tell(world, app, who="cus_2")
    assert [item["pk"] for item in world.items("location")] == ["C#cus_1"]
    world.wiring.merging.part("cus_1", "cus_2", "desk")
    assert world.items("location") == []
