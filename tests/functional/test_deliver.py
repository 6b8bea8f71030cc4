"""Delivering: what each situation and each answer of a platform makes of a notification."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from typing import Any

import msgspec
import pytest

from chalicelib.channels.base import HttpReply, NotSent, Unknown
from chalicelib.commerce.orders import Refund
from chalicelib.outreach.purposes import FINAL
from chalicelib.store import conversations, customers, suppressions
from chalicelib.store.notification_records import Suppression
from chalicelib.store.records import Consent, Contact
from tests.support.faults import watched
from tests.support.outreach import (
    CHAT,
    MAIL,
    TELEGRAM,
    announced,
    furnish,
    keep_order,
    now,
    plan,
    reply,
    work,
)
from tests.support.world import World

NIGHT = datetime(2026, 11, 23, 20, tzinfo=UTC)
"""23:00 in Istanbul."""
MORNING = datetime(2026, 11, 24, 6, tzinfo=UTC)
"""09:00 in Istanbul, when the quiet hours end."""


def lines(world: World) -> list[dict[str, Any]]:
    return world.items("entry")


def decisions(key: str = "note") -> list[tuple[str, str]]:
    return [(one.decision, one.reason) for one in now(key).decisions]


# --- sent ----------------------------------------------------------------------------------------


def test_a_sent_one_is_told_on_the_timeline_in_its_case_and_on_the_bus(world: World) -> None:
    furnish(world, channel="telegram")
    plan(world)
    world.settle()

    note = now()
    assert (note.status, note.reason, note.channel) == ("sent", "due", "telegram")
    assert (note.address, note.sent_at) == ("4242", world.now)
    assert note.message_id
    (line,) = lines(world)
    assert line["pk"] == f"E#telegram::{note.message_id}"
    assert (line["kind"], line["direction"], line["status"]) == ("message", "out", "sent")
    assert "memnun" in line["text"]
    assert json.loads(line["details"])["notification_id"] == note.id
    (case,) = world.items("conversation")
    assert case["outbound_count"] == 1
    assert case["last_outbound_at"] == line["at"]
    assert announced(world) == {note.id: 1}


def test_the_facts_it_was_decided_on_are_kept_with_it(world: World) -> None:
    furnish(world)
    plan(world)
    world.settle()

    (decision,) = now().decisions
    assert decision.at == world.now
    assert decision.facts["channel"] == "chat"
    assert decision.facts["consent_rule"] == "opt_out"
    assert decision.facts["zone"] == "Europe/Istanbul"
    assert decision.facts["exemptions"] == []


def test_a_review_reminder_is_one_mail_with_one_click_unsubscribing(world: World) -> None:
    furnish(world, locale="en")
    plan(world, "review_reminder")
    world.settle()

    (raw,) = world.mails()
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["Subject"] == "How do you like your order #1001?"
    assert mail["To"] == MAIL.address
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = mail["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    read = world.wiring.links.read(token, "unsubscribe", world.now)
    assert (read.customer_id, read.about) == ("cus_1", "review")
    assert mail["X-Temas-Notification"] == now().id
    (line,) = lines(world)
    assert line["channel"] == "email"
    assert "Filtre Kahve" in line["text"]


def test_an_answer_goes_out_at_any_hour_and_the_exemption_is_recorded(world: World) -> None:
    furnish(world)
    world.now = NIGHT
    plan(world, "reply")
    world.settle()

    assert now().status == "sent"
    assert now().decisions[0].facts["exemptions"] == ["quiet_hours"]
    assert world.platforms.posts[0][2]["data"]["message"]["text"] == "Buyurun."


def test_an_answer_goes_to_a_suppressed_address_too_and_the_exemption_is_recorded(
    world: World,
) -> None:
    furnish(world, contacts=(MAIL,))
    suppress_mail(world)
    plan(world, "reply", conversation_id=None)
    world.settle()

    assert now().status == "sent"
    assert now().decisions[0].facts["exemptions"] == ["suppression"]


def test_one_whose_case_is_gone_is_still_recorded_as_sent(world: World) -> None:
    furnish(world)
    plan(world, "reply", conversation_id="cnv_gone")
    world.settle()

    assert now().status == "sent"
    assert len(lines(world)) == 1
    assert len(world.platforms.posts) == 1


def test_a_fixed_address_is_used_as_it_is(world: World) -> None:
    furnish(world)
    plan(world, "reply", channel="telegram", address="777")
    world.settle()

    assert (now().channel, now().address) == ("telegram", "777")
    assert world.platforms.posts[0][2]["chat_id"] in (777, "777")


def test_to_decide_and_send_one_mail_takes_five_requests(world: World) -> None:
    world.without_limits()
    furnish(world, channel="telegram")
    plan(world, "review_reminder", key="first")
    plan(world, "review_reminder", key="second")
    world.work("deliver", "due", limit=1)
    records = world.take("due")
    with watched() as calls:
        world.invoke("deliver", records)

    assert [call.operation for call in calls] == [
        "BatchGetItem",  # the notification and all it rests on
        "TransactWriteItems",  # the claim, its place under the caps, the address being free
        "SendRawEmail",
        "TransactWriteItems",  # the outcome, the timeline, the conversation
        "PutEvents",
    ]


# --- what a platform answers ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "outcome", "reason", "code"),
    [
        (reply(400, '{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}'),
         "failed", "rejected_by_platform", "400"),
        (reply(403, '{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked"}'),
         "failed", "rejected_by_platform", "403"),
        (reply(500, "oops"), "uncertain", "no_clear_answer", "500"),
        (reply(200, "not json"), "uncertain", "no_clear_answer", "unreadable_reply"),
        (Unknown(code="read_timeout", detail="no whole reply in time"),
         "uncertain", "no_clear_answer", "read_timeout"),
    ],
)  # fmt: skip
def test_an_answer_other_than_yes_ends_it_and_is_kept_in_the_platforms_own_words(
    world: World, answer: HttpReply | Unknown, outcome: str, reason: str, code: str
) -> None:
    furnish(world, channel="telegram")
    world.platforms.answers.append(answer)
    plan(world)
    world.settle()
    world.advance(timedelta(days=3))

    note = now()
    assert (note.status, note.reason, note.error_code) == (outcome, reason, code)
    assert note.error
    assert note.decisions[-1].facts["error_code"] == code
    assert len(world.platforms.posts) == 1
    (line,) = lines(world)
    assert line["status"] == outcome
    assert not world.items("conversation")[0].get("outbound_count")
    assert announced(world) == {}


def test_what_was_not_sent_is_tried_again_ever_later_and_then_given_up(world: World) -> None:
    furnish(world, channel="telegram")
    world.platforms.answers += [NotSent(code="connect", detail="refused")] * 6
    plan(world, "reply")
    start, times = world.now, []
    world.settle()
    while (note := now()).status not in FINAL:
        times.append(note.due_at - world.now)
        world.advance(note.due_at - world.now)

    assert times == [timedelta(minutes=m) for m in (1, 5, 30, 120, 480)]
    assert world.now == start + timedelta(minutes=636)
    assert len(world.platforms.posts) == 6
    assert (note.status, note.reason) == ("failed", "platform_unavailable")
    assert decisions() == [("retry", "platform_unavailable")] * 5 + [
        ("give_up", "platform_unavailable")
    ]
    assert [line["status"] for line in lines(world)] == ["failed"]


def test_a_second_try_that_works_is_all_anybody_gets(world: World) -> None:
    furnish(world, channel="telegram")
    world.platforms.answers.append(reply(503))
    plan(world)
    world.settle()
    assert (now().status, now().attempt) == ("planned", 1)
    world.advance(timedelta(days=2))

    assert now().status == "sent"
    assert len(world.platforms.posts) == 2
    assert announced(world) == {now().id: 1}


@pytest.mark.parametrize(("wish", "minutes"), [("7200", 120), ("5", 1), ("999999", 1440)])
def test_a_platforms_wish_to_wait_is_honoured_up_to_a_day(
    world: World, wish: str, minutes: int
) -> None:
    furnish(world, channel="telegram")
    world.platforms.answers.append(reply(429, retry_after=wish))
    plan(world)
    world.settle()

    assert now().due_at == world.now + timedelta(minutes=minutes)


def test_each_try_decides_anew(world: World) -> None:
    furnish(world, channel="telegram")
    world.platforms.answers.append(reply(503))
    plan(world)
    world.settle()
    case = conversations.get("cnv_1")
    conversations.item(msgspec.structs.replace(case, status="open")).save()
    world.advance(timedelta(minutes=2))

    assert (now().status, now().reason) == ("cancelled", "reopened")
    assert len(world.platforms.posts) == 1


def test_the_open_chat_channel_is_tried_again_under_the_same_id(world: World) -> None:
    furnish(world)
    world.platforms.answers += [Unknown(code="read_timeout", detail="?"), reply(500)]
    plan(world)
    world.settle()
    world.advance(timedelta(hours=1))

    ids = [headers["webhook-id"] for _, headers, _ in world.platforms.posts]
    assert ids == [now().id] * 3
    assert now().status == "sent"


def test_safety_goes_out_again_when_nobody_knows(world: World) -> None:
    furnish(world, channel="telegram")
    world.platforms.answers.append(Unknown(code="read_timeout", detail="?"))
    plan(world, "greeting", purpose="safety")
    world.settle()
    assert (now().status, now().reason) == ("planned", "no_clear_answer")
    world.advance(timedelta(minutes=1))

    assert now().status == "sent"
    assert len(world.platforms.posts) == 2


def test_what_may_have_arrived_never_ends_as_anything_but_sent_or_uncertain(world: World) -> None:
    furnish(world, channel="telegram")
    world.platforms.answers.append(Unknown(code="read_timeout", detail="?"))
    plan(world, purpose="safety")
    world.settle()
    case = conversations.get("cnv_1")
    conversations.item(msgspec.structs.replace(case, status="open")).save()
    world.advance(timedelta(minutes=1))

    assert (now().status, now().reason) == ("uncertain", "no_clear_answer")
    assert now().decisions[-1].facts["at_last"] == "reopened"


# --- not now -------------------------------------------------------------------------------------


def test_quiet_hours_put_it_off_to_their_end_and_then_it_goes_out_once(world: World) -> None:
    furnish(world)
    world.now = NIGHT
    plan(world)
    world.settle()

    assert (now().status, now().reason, now().due_at) == ("postponed", "quiet_hours", MORNING)
    assert now().decisions[0].facts["until"] == "2026-11-24T06:00:00Z"
    world.advance(timedelta(days=2))
    assert now().status == "sent"
    assert now().sent_at == MORNING
    assert len(world.platforms.posts) == 1
    assert decisions() == [("postpone", "quiet_hours"), ("send", "due")]


def test_waiting_for_the_morning_costs_no_try(world: World) -> None:
    furnish(world, channel="telegram")
    world.platforms.answers += [reply(503)] * 5
    world.now = NIGHT
    plan(world)
    world.settle()
    world.advance(MORNING - world.now)

    assert now().due_at == MORNING + timedelta(minutes=1)


def test_quiet_hours_are_those_of_the_customers_zone(world: World) -> None:
    furnish(world, time_zone="America/New_York")
    plan(world)
    world.settle()

    assert now().due_at == datetime(2026, 11, 23, 14, tzinfo=UTC)


# --- not at all ----------------------------------------------------------------------------------


def suppress_mail(world: World) -> None:
    suppressions.put(
        Suppression(channel="email", address=MAIL.address, reason="bounced", at=world.now)
    )


def withdraw(world: World) -> None:
    consent = Consent(granted=False, at=world.now, source="test")
    customers.set_consent(customers.get("cus_1"), "review", consent)


def forget(_: World) -> None:
    customers.customer_item(customers.get("cus_1")).delete(add_version_condition=False)


def move_away(_: World) -> None:
    customers.change(customers.get("cus_1"), contacts=(CHAT, TELEGRAM))


def grow_late(world: World) -> None:
    world.now += timedelta(days=31)


FULL = {"r1": Refund(at=NIGHT, amount=Decimal("120.50"), currency="TRY")}


@pytest.mark.parametrize(
    ("happens", "outcome", "reason"),
    [
        (withdraw, "skipped", "consent_withdrawn"),
        (suppress_mail, "skipped", "suppressed_bounced"),
        (move_away, "skipped", "no_address"),
        (grow_late, "skipped", "too_late"),
        (forget, "cancelled", "customer_gone"),
        (lambda world: keep_order(world, refunds=FULL), "cancelled", "refunded"),
        (lambda world: keep_order(world, cancelled_at=world.now), "cancelled", "cancelled"),
        (lambda world: keep_order(world, reviewed_at=world.now), "cancelled", "reviewed"),
        (lambda world: keep_order(world, deliveries={}), "cancelled", "not_delivered"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_what_happened_meanwhile_ends_it_with_its_reason_and_facts(
    world: World, happens: Callable[[World], None], outcome: str, reason: str
) -> None:
    furnish(world)
    plan(world, "review_reminder")
    happens(world)
    world.settle()
    world.advance(timedelta(days=40))

    note = now()
    assert (note.status, note.reason) == (outcome, reason)
    (decision,) = note.decisions
    assert decision.reason == reason
    assert decision.facts["purpose"] == "review"
    assert not world.mails()
    assert not lines(world)
    assert announced(world) == {}


def test_an_order_that_was_never_kept_is_gone(world: World) -> None:
    furnish(world)
    plan(world, "review_reminder", order_key="shopify:kahve:none")
    world.settle()

    assert (now().status, now().reason) == ("cancelled", "order_gone")


def test_another_address_is_taken_when_the_first_is_suppressed(world: World) -> None:
    other = Contact(channel="email", address="ayse@work.example")
    furnish(world, contacts=(MAIL, other))
    suppress_mail(world)
    plan(world, "review_reminder")
    world.settle()

    assert now().address == other.address
    assert now().decisions[0].facts["suppressed"] == {"email": "bounced"}


# --- odd messages --------------------------------------------------------------------------------


def test_a_message_about_nothing_is_done_with(world: World) -> None:
    furnish(world)
    world.put("due", '{"notification_id":"ntf_none","customer_id":"cus_1"}')

    assert work(world)
    assert world.waiting("due") == 0


def test_a_message_that_is_none_of_ours_stays_for_the_dead_letter_queue(world: World) -> None:
    world.put("due", "not json")

    assert not work(world)
    assert world.waiting("due") == 1
