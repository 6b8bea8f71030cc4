"""1,000 review reminders in a bad week: each planned several times, its messages doubled, workers
dying before and after every call they make to AWS, SES throttled, down or silent, and for a while
no worker at all. Every one has one outcome that explains itself, and nobody gets a second mail.

Ten worlds of a hundred, so that they are shared out among the test workers.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from email import message_from_bytes
from random import Random
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from chalicelib.commerce.orders import Order
from chalicelib.commerce.records import to_record
from chalicelib.outreach.deliver import LEASE
from chalicelib.outreach.plan import Plan
from chalicelib.outreach.purposes import FINAL
from chalicelib.queues import PartialFailure
from chalicelib.store import customers, keys, notifications
from chalicelib.store.models import Item, OrderItem
from chalicelib.store.records import Consent, Contact, Customer, Notification
from chalicelib.store.table import get_many
from tests.support.faults import Call, Killed, refusal, watched
from tests.support.outreach import body_of
from tests.support.world import World

WORLDS, EACH = 10, 100
STEPS = 5
"""Calls of one delivery: read, claim, send, record, tell."""

TROUBLES = (
    None,
    refusal("Throttling", "Maximum sending rate exceeded."),
    refusal("MessageRejected", "Email address is not verified."),
    refusal("InternalFailure", ResponseMetadata={"HTTPStatusCode": 500}),
    EndpointConnectionError(endpoint_url="https://email"),
    ReadTimeoutError(endpoint_url="https://email"),
)
"""What SES may do with a mail: take it, refuse it in two ways, or leave us in doubt. The last takes
the mail and says nothing."""


@dataclass
class Week:
    """One world's reminders and what is done to them, all of it from one seed."""

    world: World
    dice: Random
    outbox: Counter[str] = field(default_factory=Counter)
    """Mails that SES took, by address."""
    doubtful: set[str] = field(default_factory=set)
    """Addresses whose worker died, or whose SES fell silent, when the mail was handed over."""

    def furnish(self, numbers: range) -> None:
        """Customers with a delivered order each; one in nine has withdrawn, one in eleven has
        cancelled."""
        assert self.world.wiring.table
        with Item.batch_write() as batch:
            for number in numbers:
                batch.save(_customer(number, self.world.now))
                batch.save(_order(number, self.world.now))

    def plan(self, number: int) -> Notification:
        """As the event of a delivery would: often twice, the first time dying in between."""
        wanted = Plan(
            key=f"review:{order_key(number)}:1",
            purpose="review",
            kind="review_reminder",
            customer_id=f"cus_{number}",
            due_at=self.world.now,
            channel="email",
            order_key=order_key(number),
        )
        if number % 2:
            with watched(before=self._at(self.dice.randint(1, 2))), suppress(Killed):
                self.world.wiring.planner.plan(wanted)
        return self.world.wiring.planner.plan(wanted)

    def work(self, badly: bool) -> int:
        """Up to ten messages, one by one; returns how many there were."""
        records = self.world.take("due")
        for record in records:
            hooks = self._trouble() if badly else {}
            try:
                with watched(**hooks):
                    self.world.invoke("deliver", [record])
            except (Killed, PartialFailure):
                self.world.reappear("due", [record])
            else:
                self.world.delete("due", [record])
        return len(records)

    def _trouble(self) -> dict[str, Any]:
        """Something goes wrong at one step, or SES does."""
        step, when = self.dice.randint(1, STEPS + 1), self.dice.choice(("before", "after"))
        return self._ses(self.dice.choice(TROUBLES), {when: self._at(step)})

    def _at(self, step: int) -> Any:
        def kill(call: Call) -> None:
            if call.number == step:
                if call.operation == "SendRawEmail":
                    self.doubtful.add(call.params["Destinations"][0])
                raise Killed(call.operation)

        return kill

    def _ses(self, trouble: Any, hooks: dict[str, Any]) -> dict[str, Any]:
        silent = isinstance(trouble, ReadTimeoutError)

        def before(call: Call) -> None:
            if "before" in hooks:
                hooks["before"](call)
            if call.operation == "SendRawEmail" and trouble is not None and not silent:
                if trouble.__class__.__name__ == "ClientError":
                    status = trouble.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
                    if status == 500:
                        self.doubtful.add(call.params["Destinations"][0])
                raise trouble

        def after(call: Call) -> None:
            if call.operation == "SendRawEmail" and silent:
                self.doubtful.add(call.params["Destinations"][0])
                raise trouble
            if "after" in hooks:
                hooks["after"](call)

        return {"before": before, "after": after}

    def recover(self) -> None:
        """Time passes and the queues are worked, by workers that live."""
        for _ in range(12):
            self.world.now += LEASE + timedelta(seconds=1)
            for _ in range(MOST):
                if not self.work(badly=False):
                    break
            self.world.now += timedelta(hours=2)
            self.world.advance(timedelta(0))


MOST = 60
"""Batches that a world's messages take at the very most."""


def address(number: int) -> str:
    return f"c{number}@example.com"


def order_key(number: int) -> str:
    return f"orders:kahve:{number}"


def _customer(number: int, now: datetime) -> Item:
    no = Consent(granted=False, at=now, source="test")
    person = Customer(
        id=f"cus_{number}",
        created_at=now,
        contacts=(Contact(channel="email", address=address(number)),),
        consents={"review": no} if number % 9 == 0 else {},
    )
    return customers.customer_item(person)


def _order(number: int, now: datetime) -> Item:
    order = Order(
        platform="orders",
        shop="kahve",
        order_id=str(number),
        total=Decimal(10),
        placed_at=now - timedelta(days=9),
        deliveries={"f1": now - timedelta(days=7)},
        cancelled_at=now if number % 11 == 0 else None,
    )
    pk, sk = keys.order(order.key)
    return OrderItem(
        pk=pk, sk=sk, version=1, document=to_record(order), customer_id=f"cus_{number}"
    )


@pytest.mark.parametrize("number", range(WORLDS))
def test_a_thousand_reminders_have_a_thousand_outcomes_and_no_doubles(
    world: World, number: int
) -> None:
    week = Week(world, Random(number))
    numbers = range(number * EACH, (number + 1) * EACH)
    week.furnish(numbers)
    notes = {week.plan(one).id: one for one in numbers}
    for note_id in week.dice.sample(sorted(notes), EACH // 5):
        world.put("due", body_of(notifications.get(note_id)))

    for _ in range(EACH // 10 + 2):
        week.work(badly=True)
    week.recover()

    arrived = Counter(str(message_from_bytes(raw)["To"]) for raw in world.mails())
    assert max(arrived.values()) == 1, "nobody gets a second mail"
    found = get_many(keys.notification(note_id) for note_id in notes)
    outcomes = [notifications.from_item(item) for item in found.values()]
    assert len(outcomes) == EACH
    for note in outcomes:
        told = (note.key, note.status, note.reason)
        assert note.status in FINAL, told
        assert note.decisions, told
        assert note.decisions[-1].reason == note.reason, told
        mailed, doubt = arrived[address(notes[note.id])] == 1, note.status == "uncertain"
        assert mailed == (note.status == "sent") or doubt, told
        assert not doubt or _unknowable(note, week), told
    by_status = Counter(note.status for note in outcomes)
    # None of it is so bad that most don't get theirs.
    assert by_status["sent"] > EACH // 3, by_status
    assert by_status["skipped"] >= EACH // 20
    assert by_status["cancelled"] >= EACH // 20


def _unknowable(note: Notification, week: Week) -> bool:
    """Whether its worker ended between the claim and the outcome, or SES gave no clear answer:
    nobody can know on which side of it the mail is."""
    return note.reason == "worker_lost" or note.address in week.doubtful
