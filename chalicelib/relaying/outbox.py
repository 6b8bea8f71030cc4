"""Onto the queue `relay`: now, in a while, or at a moment far off."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import Unavailable
from chalicelib.ids import stable_id
from chalicelib.outreach.schedule import ALREADY, INVALID, LONGEST_DELAY, Target, one_time
from chalicelib.relaying.messages import Replay, Sending, write

BATCH = 10
"""Of one SendMessageBatch."""


@dataclass(frozen=True, kw_only=True)
class Outbox:
    """Clients are boto3's sqs and scheduler, the latter given when it is first needed."""

    sqs: Any
    scheduler: Callable[[], Any]
    queue_url: str
    target: Target

    def put(self, message: Sending | Replay, wait: timedelta = timedelta(0)) -> None:
        """After a wait of at most a quarter of an hour. Raises Unavailable."""
        seconds = min(max(ceil(wait.total_seconds()), 0), LONGEST_DELAY)
        later = {"DelaySeconds": seconds} if seconds else {}
        try:
            self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=write(message), **later)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(f"the queue relay is not answering: {error}") from error

    def put_all(self, messages: Sequence[Sending]) -> None:
        """All of them now, ten a request. Raises Unavailable if some were refused: whoever called
        repeats the whole, which is safe."""
        for start in range(0, len(messages), BATCH):
            entries = [
                {"Id": str(number), "MessageBody": write(one)}
                for number, one in enumerate(messages[start : start + BATCH])
            ]
            try:
                answer = self.sqs.send_message_batch(QueueUrl=self.queue_url, Entries=entries)
            except (ClientError, BotoCoreError) as error:
                raise Unavailable(f"the queue relay is not answering: {error}") from error
            if answer.get("Failed"):
                raise Unavailable(f"the queue relay refused {len(answer['Failed'])} messages")

    def at(self, moment: datetime, sending: Sending, now: datetime) -> None:
        """At that moment; doing it twice is doing it once, or twice in the next quarter of an hour.
        Raises Unavailable."""
        wait = moment - now
        if wait <= timedelta(seconds=LONGEST_DELAY):
            self.put(sending, wait)
            return
        # One name for one attempt: the embedded AWS, too, lets names with this prefix through.
        name = stable_id(
            "rel", sending.endpoint_id, sending.event_id, str(sending.round), str(sending.attempt)
        )
        try:
            self.scheduler().create_schedule(**one_time(name, moment, self.target, write(sending)))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == INVALID:  # past, by the scheduler's clock
                self.put(sending)
            elif code != ALREADY:
                raise Unavailable(f"the scheduler is not answering: {code}") from error
        except BotoCoreError as error:
            raise Unavailable(f"the scheduler is not answering: {error}") from error
