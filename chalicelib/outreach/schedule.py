"""Waking up at the right moment: one EventBridge one-time schedule, or the queue itself if due."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import ParseError, Unavailable
from chalicelib.store.notification_records import Notification

ALREADY = "ConflictException"
GONE = "ResourceNotFoundException"
INVALID = "ValidationException"
LONGEST_DELAY = 900
"""Seconds for which SQS can hold a message back."""


class Due(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message on the queue `due`: which notification, on which attempt, and what it is about, so
    that everything a decision needs is read in one request."""

    notification_id: str
    customer_id: str
    attempt: int = 0
    conversation_id: str | None = None
    order_key: str | None = None
    device_id: str | None = None
    alert_id: str | None = None
    checkout_key: str | None = None
    campaign_id: str | None = None
    review_id: str | None = None
    store_id: str | None = None
    coupon: str | None = None

    @classmethod
    def of(cls, notification: Notification) -> "Due":
        return cls(
            notification_id=notification.id,
            customer_id=notification.customer_id,
            attempt=notification.attempt,
            conversation_id=notification.conversation_id,
            order_key=notification.order_key,
            device_id=notification.device_id,
            alert_id=notification.alert_id,
            checkout_key=notification.checkout_key,
            campaign_id=notification.campaign_id,
            review_id=notification.review_id,
            store_id=notification.store_id,
            coupon=notification.coupon,
        )

    @classmethod
    def parse(cls, body: str) -> "Due":
        """Raises ParseError."""
        try:
            return msgspec.json.decode(body, type=cls)
        except msgspec.DecodeError as error:
            raise ParseError(f"not a message of the queue due: {error}") from error


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where the scheduler of a group puts its messages, as whom, and where those that it can't."""

    group: str
    queue_arn: str
    dead_letter_arn: str
    role_arn: str


def one_time(name: str, moment: datetime, target: Target, body: str) -> dict[str, Any]:
    """The request for a schedule that puts `body` on a queue once, and is gone then."""
    # Rounded up to the second: a schedule may be late by up to a minute, never early.
    at = moment.astimezone(UTC) + timedelta(microseconds=999_999)
    return {
        "Name": name,
        "GroupName": target.group,
        "ScheduleExpression": f"at({at:%Y-%m-%dT%H:%M:%S})",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": {
            "Arn": target.queue_arn,
            "RoleArn": target.role_arn,
            "Input": body,
            "DeadLetterConfig": {"Arn": target.dead_letter_arn},
        },
    }


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Brings notifications back at their due time. Clients are boto3's scheduler and sqs."""

    scheduler: Any
    sqs: Any
    queue_url: str
    queue_arn: str
    dead_letter_arn: str
    role_arn: str
    group: str

    def at_due_time(self, notification: Notification, now: datetime) -> None:
        """Have `notification` decided at its `due_at`; doing it twice is doing it once.

        Raises Unavailable.
        """
        wait = ceil((notification.due_at - now).total_seconds())
        if wait <= 1:
            self._by_queue(notification, 0)
            return
        try:
            self._create(notification)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == INVALID and wait <= LONGEST_DELAY:
                # Past by the scheduler's clock, or too near; the queue can wait that long itself.
                self._by_queue(notification, wait)
            elif code != ALREADY:
                raise Unavailable(f"the scheduler is not answering: {code}") from error
        except BotoCoreError as error:
            raise Unavailable(f"the scheduler is not answering: {error}") from error

    def drop(self, notification: Notification) -> None:
        """Take back a schedule that has not fired; nothing happens if there is none."""
        try:
            self.scheduler.delete_schedule(Name=_name(notification), GroupName=self.group)
        except ClientError as error:
            if error.response["Error"]["Code"] != GONE:
                raise Unavailable("the scheduler is not answering") from error
        except BotoCoreError as error:
            raise Unavailable(f"the scheduler is not answering: {error}") from error

    def _by_queue(self, notification: Notification, delay: int) -> None:
        later = {"DelaySeconds": delay} if delay else {}
        try:
            self.sqs.send_message(
                QueueUrl=self.queue_url, MessageBody=body_of(notification), **later
            )
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(f"the queue due is not answering: {error}") from error

    def _create(self, notification: Notification) -> None:
        target = Target(
            group=self.group,
            queue_arn=self.queue_arn,
            dead_letter_arn=self.dead_letter_arn,
            role_arn=self.role_arn,
        )
        name, body = _name(notification), body_of(notification)
        self.scheduler.create_schedule(**one_time(name, notification.due_at, target, body))


def _name(notification: Notification) -> str:
    """Deterministic: a repeat meets its first run, a postponement gets a schedule of its own."""
    return f"{notification.id}-{notification.attempt}"


def body_of(notification: Notification) -> str:
    """The message by which a notification is decided."""
    return msgspec.json.encode(Due.of(notification)).decode()
