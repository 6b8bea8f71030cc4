"""Reminders to review: after the delivery, up to three with growing gaps, never one too many."""

import email
import email.policy
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import events
from chalicelib.outreach.plan import notification_id
from chalicelib.times import Span
from tests.support.http_calls import staff
from tests.support.reviews import ORDER, buy, link, order, send, use
from tests.support.webhook_calls import queued_order
from tests.support.world import World

DAY = timedelta(days=1)


def reminders(world: World) -> dict[str, str]:
    """Each reminder's status, by its number."""
    found = sorted(world.outcomes().items())
    return {key[-1]: status for key, status in found if key.startswith(f"review:{ORDER}:")}


def texts(world: World) -> list[str]:
    """The plain texts of the reminders that were sent."""
    read = [email.message_from_bytes(m, policy=email.policy.default) for m in world.mails()]
    bodies = [mail.get_body(("plain",)) for mail in read if "#7" in str(mail["Subject"])]
    return [str(b.get_content()).replace("\r\n", "\n") for b in bodies if b]


def happened(world: World, data: events.Data, *parts: str, times: int = 1, **more: Any) -> None:
    told = events.event(data, *parts, at=more.get("at", world.now))
    body = {"detail-type": told.type, "detail": json.loads(told.detail("local"))}
    world.put("reactions", *[json.dumps(body)] * times)
    world.settle()


def test_three_with_growing_gaps_and_no_more(world: World) -> None:
    buy(world)
    began = world.now
    moments: list[int] = []
    for _ in range(60):
        before = len(texts(world))
        world.advance(DAY)
        moments += [(world.now - began).days] * (len(texts(world)) - before)
    assert moments == [7, 14, 28]
    assert reminders(world) == {"1": "sent", "2": "sent", "3": "sent"}
    first, second, last = texts(world)
    assert "elinize ulaştı" in first
    assert "denemeye vaktiniz oldu mu" in second
    assert "son hatırlatma" in last


def test_with_fewer_gaps_there_are_fewer(world: World) -> None:
    use(world, gaps=())
    buy(world)
    world.advance(60 * DAY)
    assert reminders(world) == {"1": "sent"}


def test_a_country_has_a_delay_of_its_own(world: World) -> None:
    use(world, delay_by_country={"DE": Span(days=10)})
    buy(world, shipping_address={"country_code": "de"})
    world.advance(9 * DAY)
    assert reminders(world) == {"1": "planned"}
    world.advance(2 * DAY)
    assert reminders(world)["1"] == "sent"


def test_news_of_a_reminder_that_comes_again_and_late_plans_one(world: World) -> None:
    who = buy(world)
    first = notification_id(f"review:{ORDER}:1")
    about: dict[str, Any] = {"customer_id": who, "purpose": "review", "channel": "email"}
    sent = events.NotificationSent(
        notification_id=first, kind="review_reminder", order_key=ORDER, **about
    )
    happened(world, sent, first, times=3, at=world.now - 3 * DAY)
    assert reminders(world) == {"1": "planned", "2": "planned"}
    (second,) = [n for n in world.items("notification") if n["key"] == f"review:{ORDER}:2"]
    assert second["planned_for"] == (world.now + 4 * DAY).isoformat(
        timespec="milliseconds"
    ).replace("+00:00", "Z")
    third = events.NotificationSent(
        notification_id=notification_id(f"review:{ORDER}:3"),
        kind="review_reminder",
        order_key=ORDER,
        **about,
    )
    happened(world, third, "3")
    assert set(reminders(world)) == {"1", "2"}


def reviewed(world: World, who: str) -> None:
    send(link(world, who), stars="1")


def cancelled(world: World, _who: str) -> None:
    changed = order(world, cancelled_at=world.now.isoformat())
    world.put("inbound", queued_order("orders/cancelled", changed, world.now))


def refunded(world: World, _who: str) -> None:
    changed = order(world, financial_status="refunded")
    world.put("inbound", queued_order("orders/updated", changed, world.now))


def returned(world: World, _who: str) -> None:
    lines = [{"quantity": n, "restock_type": "return"} for n in (1, 2, 3)]
    refund = {"id": 5, "order_id": 7, "created_at": world.now.isoformat()}
    refund |= {"refund_line_items": lines, "transactions": []}
    world.put("inbound", queued_order("refunds/create", refund, world.now))


def unsubscribed(world: World, who: str) -> None:
    body = {"purpose": "review", "granted": False}
    assert staff(world).put(f"/v1/customers/{who}/consents", body).status == 200


ENDS = [
    (reviewed, "reviewed"),
    (cancelled, "cancelled"),
    (refunded, "refunded"),
    (returned, "returned"),
    (unsubscribed, "consent_withdrawn"),
]


@pytest.mark.parametrize(("end", "reason"), ENDS)
@pytest.mark.parametrize("sent", [0, 1, 2])
def test_whatever_ends_it_takes_back_the_one_that_waits(
    world: World, end: Callable[[World, str], None], reason: str, sent: int
) -> None:
    who = buy(world)
    world.advance({0: DAY, 1: 9 * DAY, 2: 16 * DAY}[sent])
    assert list(reminders(world).values()) == ["sent"] * sent + ["planned"]
    end(world, who)
    world.settle()
    notes = sorted(
        (n for n in world.items("notification") if n["kind"] == "review_reminder"),
        key=lambda note: note["key"],
    )
    assert [(n["status"], n["reason"]) for n in notes[sent:]] == [("cancelled", reason)]
    assert not [name for _, name, _ in world.schedules() if name.startswith(notes[-1]["pk"][2:])]
    world.advance(60 * DAY)
    assert len(texts(world)) == sent


@pytest.mark.parametrize(("end", "reason"), ENDS[:-1])
def test_what_the_news_missed_is_seen_when_it_would_go_out(
    world: World, end: Callable[[World, str], None], reason: str
) -> None:
    who = buy(world)
    end(world, who)
    while records := world.take("inbound"):
        world.invoke("ingest", records)
        world.delete("inbound", records)
    while records := world.take("reactions"):
        world.delete("reactions", records)
    assert reminders(world) == {"1": "planned"}
    world.advance(8 * DAY)
    (note,) = [n for n in world.items("notification") if n["kind"] == "review_reminder"]
    assert (note["status"], note["reason"]) == ("cancelled", reason)


def test_an_item_sent_back_of_several_ends_nothing(world: World) -> None:
    buy(world)
    lines = [{"quantity": 1, "restock_type": "return"}]
    refund = {"id": 5, "order_id": 7, "refund_line_items": lines}
    world.put("inbound", queued_order("refunds/create", refund, world.now))
    world.advance(8 * DAY)
    assert reminders(world)["1"] == "sent"


def test_one_item_of_several_reviewed_leaves_the_others_to_ask_about(world: World) -> None:
    use(world, per="item")
    who = buy(world)
    world.advance(8 * DAY)
    send(link(world, who), stars="5", product="11")
    world.advance(8 * DAY)
    first, second = texts(world)
    assert "Filtre Kahve" in first
    assert "Filtre Kahve" not in second
    assert "Cezve <b>:" in second
    assert "?item=2" in second


def test_who_wants_them_again_keeps_what_waits(world: World) -> None:
    who = buy(world)
    for granted in (False, True):
        body = {"purpose": "review", "granted": granted}
        staff(world).put(f"/v1/customers/{who}/consents", body)
        world.now += timedelta(seconds=1)
    world.settle()
    assert reminders(world) == {"1": "planned"}


@pytest.mark.parametrize("other", [{"purpose": "marketing"}, {"channel": "whatsapp"}])
def test_no_to_something_else_is_no_word_about_reminders(
    world: World, other: dict[str, Any]
) -> None:
    who = buy(world)
    about: dict[str, Any] = {"customer_id": who, "purpose": "review", "granted": False}
    happened(world, events.ConsentChanged(at=world.now, **(about | other)), "x")
    happened(world, events.ConsentChanged(at=world.now, **(about | {"customer_id": "gone"})), "y")
    assert reminders(world) == {"1": "planned"}


def test_a_brand_with_a_page_of_its_own_links_to_it(world: World) -> None:
    use(world, url="https://kahve.example/degerlendir?order={order}")
    buy(world)
    world.advance(8 * DAY)
    (text,) = texts(world)
    assert "https://kahve.example/degerlendir?order=%237\n" in text
    assert "stars=" not in text


def test_thanks_come_once_whatever_the_stars_and_however_often_told(world: World) -> None:
    who = buy(world)
    for stars in (1, 5):
        review = events.ReviewSubmitted(order_key=ORDER, customer_id=who, stars=stars)
        happened(world, review, "x", times=2)
    (thanks,) = [n for n in world.items("notification") if n["kind"] == "coupon"]
    assert (thanks["key"], thanks["purpose"]) == (f"coupon:review:{ORDER}", "review")
    assert thanks["due_at"] == "2026-11-23T10:30:00.000Z"
    codes = [c["pk"][2:] for c in world.items("coupon") if c["reason"] == "coupon"]
    assert codes == [thanks["coupon"]]


def test_a_brand_that_gives_no_code_thanks_on_the_page_alone(world: World) -> None:
    use(world, coupon=None)
    who = buy(world)
    happened(world, events.ReviewSubmitted(order_key=ORDER, customer_id=who, stars=5), "x")
    assert [n for n in world.items("notification") if n["kind"] == "coupon"] == []


def test_an_order_told_again_later_is_not_reminded_of_twice(world: World) -> None:
    buy(world)
    world.advance(8 * DAY)
    payload = order(world)
    world.put("inbound", *[queued_order("orders/updated", payload, world.now)] * 2)
    world.settle()
    assert reminders(world) == {"1": "sent", "2": "planned"}
