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
from chalicelib.errors import TemasError
from chalicelib.outreach.deliver import LEASE
from chalicelib.outreach.plan import Plan
from chalicelib.outreach.purposes import FINAL
from chalicelib.outreach.schedule import Due
from chalicelib.store import customers, keys, notifications
from chalicelib.store.models import Item, OrderItem
from chalicelib.store.notification_records import Notification
from chalicelib.store.records import Consent, Contact, Customer
from chalicelib.store.table import get_many
from tests.support.faults import Call, Killed, refusal, watched
from tests.support.outreach import body_of
from tests.support.world import DEPLOYMENT, World

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
class Queue:
    """The queue `due` and the clock behind it, as the planner and the deliverer know them: what is
    put there comes at its time, at least once, in any order."""

    waiting: list[tuple[datetime, str]] = field(default_factory=list)

    def at_due_time(self, note: Notification, now: datetime) -> None:
        self.waiting.append((max(note.due_at, now), body_of(note)))

    def drop(self, note: Notification) -> None:
        """A schedule that is taken back may have fired already: then its message is on its way."""

    def take(self, now: datetime, dice: Random) -> str | None:
        """One of the messages that are due; it is gone unless it is put back."""
        due = [number for number, (at, _) in enumerate(self.waiting) if at <= now]
        return self.waiting.pop(dice.choice(due))[1] if due else None


@dataclass
class Week:
    """One world's reminders and what is done to them, all of it from one seed."""

    world: World
    dice: Random
    queue: Queue = field(default_factory=Queue)
    doubtful: set[str] = field(default_factory=set)
    """Addresses whose worker died, or whose SES fell silent, when the mail was handed over."""

    def __post_init__(self) -> None:
        vars(self.world.wiring)["schedule"] = self.queue
        # Nobody listens to the bus here, which spares every event two messages.
        for rule in ("reactions", "spy"):
            self.world.client("events").remove_targets(
                Rule=rule, EventBusName=DEPLOYMENT.bus, Ids=[rule]
            )

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

    def work(self, *, badly: bool) -> bool:
        """Deliver one message; it comes back if its worker failed or died. False if none is due."""
        body = self.queue.take(self.world.now, self.dice)
        if body is None:
            return False
        hooks = self._trouble() if badly else {}
        try:
            with watched(**hooks):
                self.world.wiring.deliverer.deliver(Due.parse(body), "worker")
        except (Killed, TemasError):
            self.queue.waiting.append((self.world.now + timedelta(minutes=6), body))
        return True

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
        """Time passes, and the workers live."""
        while self.queue.waiting:
            self.world.now += LEASE + timedelta(seconds=1)
            while self.work(badly=False):
                pass


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
        week.queue.at_due_time(notifications.get(note_id), world.now)

    for _ in range(EACH + EACH // 5):
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
    # None of it is so bad that many don't get theirs.
    assert by_status["sent"] >= EACH // 5, by_status
    assert by_status["skipped"] >= EACH // 20
    assert by_status["cancelled"] >= EACH // 20


def _unknowable(note: Notification, week: Week) -> bool:
    """Whether its worker ended between the claim and the outcome, or SES gave no clear answer:
    nobody can know on which side of it the mail is."""
    return note.reason == "worker_lost" or note.address in week.doubtful
