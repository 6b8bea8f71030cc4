"""What customers did – orders, spending, when they were last seen – exact whatever comes twice,
late, in another order, or dies halfway; and what shops pass on of their consent."""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.clock import iso
from chalicelib.commerce.counting import counted
from chalicelib.commerce.facts import Buyer, OrderChange, OrderSnapshot, RefundMade
from chalicelib.commerce.orders import Order, apply
from chalicelib.inbox.consents import record_consent
from chalicelib.store import customers, orders
from chalicelib.store.records import Counted, Customer, OrderRecord
from tests.support.aws_calls import Killed, killed_at
from tests.support.outreach import furnish
from tests.support.webhook_calls import queued, queued_order, telegram_message
from tests.support.world import START, World, world

DAY = timedelta(days=1)
YES = {"state": "subscribed", "consent_updated_at": "2026-10-01T10:00:00Z"}
NO = {"state": "unsubscribed", "consent_updated_at": "2026-11-01T10:00:00Z"}
BUYER = {"id": 7, "email": "ayse@ornek.example", "verified_email": True, "first_name": "Ayşe"}


def placed_at(order_id: str) -> datetime:
    return START - timedelta(days=int(order_id))


def of_shop(order_id: str) -> dict[str, Any]:
    return {"platform": "shopify", "shop": "kahve", "order_id": order_id}


def mail_of(order_id: str) -> str:
    """Orders 1 and 2 are one customer's, 3 and 4 another's."""
    return "a@example.com" if order_id in "12" else "b@example.com"


@st.composite
def facts(draw: st.DrawFn) -> OrderChange:
    order_id = draw(st.sampled_from("1234"))
    at = placed_at(order_id) + timedelta(minutes=draw(st.integers(0, 5)))
    if draw(st.integers(0, 4)) == 0:
        amount = Decimal(draw(st.sampled_from(["50", "100.50"])))
        return RefundMade(**of_shop(order_id), refund_id="r", at=at, amount=amount, currency="TRY")
    return OrderSnapshot(
        **of_shop(order_id),
        updated_at=at,
        placed_at=placed_at(order_id),
        buyer=Buyer(email=mail_of(order_id)),
        currency=draw(st.sampled_from(["TRY", "TRY", "EUR"])),
        total=Decimal(draw(st.sampled_from(["100.50", "20"]))),
        cancelled_at=draw(st.sampled_from([None, None, at])),
        fully_refunded=draw(st.booleans()),
        test=order_id == "4",
    )


def recount(told: list[OrderChange]) -> dict[str, tuple[int, int, str | None]]:
    """What each mail address's customer must have, from the facts themselves."""
    known: dict[str, Order] = {}
    for fact in told:
        known[fact.order_id] = apply(known.get(fact.order_id), fact)
    sums: dict[str, list[Counted]] = defaultdict(list)
    for order_id, order in known.items():
        if order.buyer is not None:
            sums[mail_of(order_id)].append(counted(order, "TRY"))
    return {
        mail: (
            sum(one.orders for one in counts),
            sum(one.spent for one in counts),
            max((iso(one.at) for one in counts if one.at), default=None),
        )
        for mail, counts in sums.items()
    }


def kept(stage: World) -> dict[str, tuple[int, int, str | None]]:
    found = {}
    for item in stage.items("customer"):
        person = customers.read(item["pk"].removeprefix("C#"))
        contact = person.contact("email")
        assert contact is not None
        last = iso(person.last_order_at) if person.last_order_at else None
        found[contact.address] = (person.orders, person.spent, last)
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_order_and_repetition_of_facts_ends_in_a_recount(data: st.DataObject) -> None:
    told = data.draw(st.lists(facts(), min_size=1, max_size=8))
    again = data.draw(st.lists(st.sampled_from(told), max_size=4))
    with world() as stage:
        for batch in data.draw(st.permutations(told + again)):
            stage.wiring.orders.keep([batch])
        assert kept(stage) == recount(told)


@pytest.mark.parametrize("answered", [False, True])
def test_a_worker_killed_at_any_call_counts_each_order_once(world: World, answered: bool) -> None:
    ended, number = False, 0
    told = OrderSnapshot(
        **of_shop("1"),
        updated_at=START,
        placed_at=START,
        buyer=Buyer(email="a@example.com"),
        currency="TRY",
        total=Decimal(10),
    )
    while not ended and number < 20:
        one = msgspec.structs.replace(
            told, order_id=f"9{number}", placed_at=START + timedelta(minutes=number)
        )
        try:
            with killed_at(number, answered=answered):
                world.wiring.orders.keep([one])
                ended = True
        except Killed:
            world.restart()
        world.wiring.orders.keep([one])
        number += 1
    assert ended
    assert one.placed_at is not None
    assert kept(world) == {"a@example.com": (number, number * 1000, iso(one.placed_at))}


def test_other_changes_to_a_customer_are_not_in_the_way(world: World) -> None:
    """Nor does an order make somebody's edit of the profile fail."""
    person = furnish(world)
    before = customers.read(person.id)
    gain = Counted(orders=1, spent=500, at=START)
    orders.save(OrderRecord(key="x:y:1", document={"total": "5"}, customer_id=person.id), gain=gain)
    after = customers.change(before, locale="en")
    assert (after.orders, after.spent, after.last_order_at) == (1, 500, START)
    assert after.locale == "en"


def test_an_order_of_a_customer_who_is_no_more_is_kept_all_the_same(world: World) -> None:
    assert world.wiring.table
    gain = Counted(orders=1, spent=500, at=START)
    record = OrderRecord(key="x:y:1", document={"total": "5"}, customer_id="cus_gone")
    assert orders.save(record, gain=gain).version == 1
    assert world.items("customer") == []


class TestSeen:
    def person(self, stage: World) -> Customer:
        (item,) = stage.items("customer")
        return customers.read(item["pk"].removeprefix("C#"))

    def write(self, stage: World, number: int) -> None:
        message = telegram_message(number, stage.now)
        stage.put("inbound", queued("telegram", message, stage.now))
        stage.settle()

    def resolve(self, stage: World) -> None:
        (case,) = [c for c in stage.items("conversation") if c["status"] == "open"]
        stage.wiring.cases.resolve(case["pk"].removeprefix("V#"), "desk")

    def test_when_a_conversation_opens_and_when_it_is_resolved(self, world: World) -> None:
        self.write(world, 1)
        assert self.person(world).last_seen_at == START
        world.now += DAY
        self.write(world, 2)
        assert self.person(world).last_seen_at == START
        world.now += DAY
        self.resolve(world)
        assert self.person(world).last_seen_at == START + DAY
        world.now += DAY
        self.write(world, 3)
        assert self.person(world).last_seen_at == START + 3 * DAY

    def test_never_earlier_than_known(self, world: World) -> None:
        self.write(world, 1)
        customers.change(self.person(world), last_seen_at=START + 9 * DAY)
        self.resolve(world)
        assert self.person(world).last_seen_at == START + 9 * DAY
        world.now += DAY
        self.write(world, 2)
        assert self.person(world).last_seen_at == START + 9 * DAY


class TestShopConsent:
    def told(self, stage: World, consent: Any, minute: int = 0, **more: Any) -> None:
        at = (START + timedelta(minutes=minute)).isoformat()
        order = {
            "id": 1,
            "created_at": START.isoformat(),
            "updated_at": at,
            "customer": {**BUYER, "email_marketing_consent": consent},
            **more,
        }
        stage.put("inbound", queued_order("orders/updated", order, stage.now))
        stage.settle()

    def said(self, stage: World) -> list[tuple[bool, str, str]]:
        return [(c["granted"], c["at"], c["source"]) for c in stage.items("consent")]

    def test_a_yes_is_recorded_once_with_its_own_time(self, world: World) -> None:
        for minute in range(3):
            self.told(world, YES, minute)
        assert self.said(world) == [(True, "2026-10-01T10:00:00.000Z", "shopify checkout")]
        (event,) = {
            e["detail"]["metadata"]["id"]: e["detail"]["data"]
            for e in world.events()
            if e["detail-type"] == "ConsentChanged"
        }.values()
        assert (event["granted"], event["channel"]) == (True, "email")

    def test_a_withdrawal_at_the_shop_counts(self, world: World) -> None:
        self.told(world, YES)
        self.told(world, NO, 1)
        assert [granted for granted, *_ in self.said(world)] == [True, False]

    def test_a_box_that_was_not_ticked_is_no_withdrawal(self, world: World) -> None:
        self.told(world, YES)
        self.told(world, {"state": "not_subscribed"}, 1)
        self.told(world, None, 2, buyer_accepts_marketing=False)
        assert len(self.said(world)) == 1

    def test_a_shop_does_not_undo_an_unsubscription_here(self, world: World) -> None:
        """It knows nothing of it, and says "subscribed" with every change of an order."""
        self.told(world, None, buyer_accepts_marketing=True)
        (item,) = world.items("customer")
        record_consent(
            item["pk"].removeprefix("C#"),
            "marketing",
            granted=False,
            source="link",
            at=START + timedelta(minutes=1),
            pause=world.wiring.pause,
        )
        self.told(world, YES, 2)
        self.told(world, None, 3, buyer_accepts_marketing=True)
        person = customers.read(item["pk"].removeprefix("C#"))
        consent = person.consent("marketing", "email")
        assert consent is not None
        assert not consent.granted
        assert len(self.said(world)) == 2


class TestWinBack:
    def place(self, stage: World, order_id: int = 1) -> None:
        order = {
            "id": order_id,
            "created_at": stage.now.isoformat(),
            "updated_at": stage.now.isoformat(),
            "currency": "TRY",
            "total_price": "100.00",
            "customer": {**BUYER, "email_marketing_consent": YES},
            "customer_locale": "en",
        }
        stage.put("inbound", queued_order("orders/create", order, stage.now))
        stage.settle()

    def notes(self, stage: World) -> list[tuple[str, str]]:
        found = [n for n in stage.items("notification") if n["kind"] == "win_back"]
        found.sort(key=lambda n: str(n["planned_at"]))
        return [(n["status"], n["reason"]) for n in found]

    def seen(self, stage: World, at: datetime) -> None:
        (item,) = stage.items("customer")
        customers.change(customers.read(item["pk"].removeprefix("C#")), last_seen_at=at)

    def test_a_word_with_a_code_after_a_long_silence(self, world: World) -> None:
        self.place(world)
        world.advance(119 * DAY)
        assert world.mails() == []
        world.advance(2 * DAY)
        assert self.notes(world) == [("sent", "due")]
        (mail,) = world.mails()
        (coupon,) = world.items("coupon")
        assert coupon["pk"].removeprefix("U#") in mail.decode(errors="replace")
        assert coupon["ends_at"] == iso(START + 134 * DAY)

    def test_who_ordered_again_is_counted_from_there(self, world: World) -> None:
        self.place(world)
        world.advance(30 * DAY)
        self.place(world, 2)
        world.advance(100 * DAY)
        assert self.notes(world) == [("cancelled", "active_again"), ("planned", "planned")]
        world.advance(30 * DAY)
        assert self.notes(world) == [("cancelled", "active_again"), ("sent", "due")]
        assert len(world.mails()) == 1

    def test_who_asked_after_their_parcel_is_waited_for(self, world: World) -> None:
        self.place(world)
        self.seen(world, START + 3 * DAY)
        world.advance(121 * DAY)
        assert self.notes(world) == [("postponed", "wrote_meanwhile")]
        world.advance(3 * DAY)
        assert self.notes(world) == [("sent", "due")]

    def test_who_wrote_long_after_it_is_not_silent(self, world: World) -> None:
        self.place(world)
        self.seen(world, START + 60 * DAY)
        world.advance(121 * DAY)
        assert self.notes(world) == [("cancelled", "active_again")]

    def test_an_order_of_long_ago_brings_no_word(self, world: World) -> None:
        world.now -= 200 * DAY
        late = world.now
        world.now = START
        order = {
            "id": 1,
            "created_at": late.isoformat(),
            "updated_at": late.isoformat(),
            "customer": BUYER,
        }
        world.put("inbound", queued_order("orders/create", order, world.now))
        world.settle()
        assert self.notes(world) == []
        assert world.items("coupon") == []


def test_who_only_wrote_is_not_won_back(world: World) -> None:
    world.put("inbound", queued("telegram", telegram_message(1, world.now), world.now))
    world.settle()
    assert not [n for n in world.items("notification") if n["kind"] == "win_back"]
