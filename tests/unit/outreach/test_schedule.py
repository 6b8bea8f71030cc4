"""Waking up: one schedule a moment, the queue for what is near, and AWS's refusals."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.errors import ParseError, Unavailable
from chalicelib.outreach.schedule import Due, Schedule
from chalicelib.store.notification_records import Notification

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
NOTE = Notification(
    id="ntf_1",
    key="review:1",
    purpose="review",
    kind="review_reminder",
    customer_id="cus_1",
    planned_at=NOW,
    planned_for=NOW,
    due_at=NOW + timedelta(days=7, microseconds=1),
    order_key="shopify:s:1",
)


@dataclass
class Aws:
    """The scheduler's and the queue's client in one: keeps calls, raises what it is told."""

    error: Exception | None = None
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def _take(self, name: str, call: dict[str, Any]) -> None:
        self.calls.append((name, call))
        if self.error:
            raise self.error

    def create_schedule(self, **call: Any) -> None:
        self._take("create", call)

    def delete_schedule(self, **call: Any) -> None:
        self._take("delete", call)

    def send_message(self, **call: Any) -> None:
        self._take("send", call)


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "CreateSchedule")


def schedule(scheduler: Aws, queue: Aws | None = None) -> Schedule:
    return Schedule(
        scheduler=scheduler,
        sqs=queue or Aws(),
        queue_url="https://sqs/due",
        queue_arn="arn:due",
        dead_letter_arn="arn:due-dlq",
        role_arn="arn:role",
        group="temas-test-notifications",
    )


def due_in(**span: float) -> Notification:
    return msgspec.structs.replace(NOTE, due_at=NOW + timedelta(**span))


def test_a_later_one_gets_one_schedule_in_utc_never_early_and_gone_once_fired() -> None:
    aws = Aws()

    schedule(aws).at_due_time(NOTE, NOW)

    ((_, call),) = aws.calls
    assert call["Name"] == "ntf_1-0"
    assert call["ScheduleExpression"] == "at(2026-11-30T10:00:01)"
    assert call["ScheduleExpressionTimezone"] == "UTC"
    assert call["ActionAfterCompletion"] == "DELETE"
    assert call["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert call["Target"]["DeadLetterConfig"] == {"Arn": "arn:due-dlq"}
    assert Due.parse(call["Target"]["Input"]) == Due.of(NOTE)


def test_each_attempt_has_a_schedule_of_its_own() -> None:
    aws = Aws()

    schedule(aws).at_due_time(msgspec.structs.replace(NOTE, attempt=2), NOW)

    assert aws.calls[0][1]["Name"] == "ntf_1-2"


@pytest.mark.parametrize("seconds", [-3600, 0, 0.5, 1])
def test_what_is_due_goes_straight_to_the_queue(seconds: float) -> None:
    aws, queue = Aws(), Aws()

    schedule(aws, queue).at_due_time(due_in(seconds=seconds), NOW)

    assert not aws.calls
    ((_, call),) = queue.calls
    assert "DelaySeconds" not in call
    assert json.loads(call["MessageBody"])["notification_id"] == "ntf_1"


def test_a_schedule_that_is_there_already_is_enough() -> None:
    queue = Aws()

    schedule(Aws(refusal("ConflictException")), queue).at_due_time(NOTE, NOW)

    assert not queue.calls


def test_what_the_scheduler_finds_too_near_waits_in_the_queue() -> None:
    queue = Aws()

    schedule(Aws(refusal("ValidationException")), queue).at_due_time(due_in(seconds=20.2), NOW)

    assert queue.calls[0][1]["DelaySeconds"] == 21


def test_what_the_scheduler_refuses_for_another_reason_never_spins_in_the_queue() -> None:
    queue = Aws()

    with pytest.raises(Unavailable, match="ValidationException"):
        schedule(Aws(refusal("ValidationException")), queue).at_due_time(NOTE, NOW)
    assert not queue.calls


@pytest.mark.parametrize(
    "error",
    [
        refusal("ThrottlingException"),
        refusal("InternalServerException"),
        EndpointConnectionError(endpoint_url="https://scheduler"),
    ],
)
def test_an_outage_is_worth_another_try(error: Exception) -> None:
    one = schedule(Aws(error))

    with pytest.raises(Unavailable):
        one.at_due_time(NOTE, NOW)
    with pytest.raises(Unavailable):
        one.drop(NOTE)
    with pytest.raises(Unavailable):
        replace(one, sqs=Aws(error)).at_due_time(due_in(seconds=0), NOW)


def test_dropping_what_is_not_there_changes_nothing() -> None:
    aws = Aws(refusal("ResourceNotFoundException"))

    schedule(aws).drop(NOTE)

    assert aws.calls == [("delete", {"Name": "ntf_1-0", "GroupName": "temas-test-notifications"})]


def test_a_message_carries_all_that_a_decision_reads() -> None:
    note = msgspec.structs.replace(
        NOTE, attempt=3, conversation_id="cnv", device_id="dev", alert_id="alr"
    )

    due = Due.of(note)

    assert Due.parse(msgspec.json.encode(due).decode()) == due
    assert (due.attempt, due.conversation_id, due.alert_id) == (3, "cnv", "alr")


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"notification_id": 1, "customer_id": "c"}'])
def test_anything_else_on_the_queue_is_said_to_be_foreign(body: str) -> None:
    with pytest.raises(ParseError, match="not a message of the queue due"):
        Due.parse(body)
