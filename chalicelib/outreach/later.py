"""Later: an event that is to be looked at once more, at its moment, by the same reaction.

What waits is no state of its own: the reaction looks at how things stand then, and does nothing if
they have moved on. So nothing has to be taken back.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import Unavailable
from chalicelib.events import Data, Event
from chalicelib.outreach.schedule import ALREADY, INVALID, LONGEST_DELAY, Target, one_time


@dataclass(frozen=True, kw_only=True)
class Later:
    """Puts events on the queue `reactions` at their moment, as the bus would. Clients are boto3's
    scheduler and sqs."""

    scheduler: Any
    sqs: Any
    queue_url: str
    target: Target
    stage: str

    def at(self, moment: datetime, event: Event, now: datetime) -> None:
        """Have this event reacted to again at `moment`; doing it twice is doing it once, or twice
        in the next quarter of an hour. Raises Unavailable."""
        body = _body(event, self.stage)
        wait = max(ceil((moment - now).total_seconds()), 0)
        if wait <= LONGEST_DELAY:
            self._by_queue(body, wait)
            return
        name = f"{event.id}-{int(moment.timestamp())}"
        try:
            self.scheduler.create_schedule(**one_time(name, moment, self.target, body))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == INVALID:  # past, by the scheduler's clock
                self._by_queue(body, 0)
            elif code != ALREADY:
                raise Unavailable(f"the scheduler is not answering: {code}") from error
        except BotoCoreError as error:
            raise Unavailable(f"the scheduler is not answering: {error}") from error

    def _by_queue(self, body: str, delay: int) -> None:
        later = {"DelaySeconds": delay} if delay else {}
        try:
            self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=body, **later)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(f"the queue reactions is not answering: {error}") from error


def _body(event: Event, stage: str) -> str:
    return f'{{"detail-type":"{event.type}","detail":{event.detail(stage)}}}'


def once_more(data: Data, event_id: str, occurred_at: datetime) -> Event:
    """The event as it happened, to be told again."""
    return Event(
        id=event_id,
        type=type(data).__name__,
        occurred_at=occurred_at,
        data=msgspec.to_builtins(data),
    )
