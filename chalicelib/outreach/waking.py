"""Waking many notifications at once, each at its own moment: by the queue, ten a request, for what
is near; by a schedule each for what is not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import Unavailable
from chalicelib.outreach.schedule import LONGEST_DELAY, Schedule, body_of
from chalicelib.store.notification_records import Notification

ATTEMPTS = 3
MOST_ENTRIES = 10
"""Of one SendMessageBatch."""


@dataclass(frozen=True, kw_only=True)
class Waking:
    """Puts notifications on the queue `due`. `sqs` is boto3's client."""

    schedule: Callable[[], Schedule]
    sqs: Any
    queue_url: str

    def wake(self, notifications: Sequence[Notification], now: datetime) -> None:
        """Have each of them decided at its `due_at`; one that is woken twice is decided once.

        Raises Unavailable; whoever called repeats the whole.
        """
        near = []
        for note in notifications:
            if (note.due_at - now).total_seconds() > LONGEST_DELAY:
                self.schedule().at_due_time(note, now)
            else:
                near.append((note, max(ceil((note.due_at - now).total_seconds()), 0)))
        for chunk in _chunks([_entry(*one) for one in near]):
            self._send(chunk)

    def _send(self, entries: Sequence[dict[str, Any]]) -> None:
        """Inside a success, some may have been refused: those again."""
        left = list(entries)
        for _ in range(ATTEMPTS):
            try:
                answer = self.sqs.send_message_batch(QueueUrl=self.queue_url, Entries=left)
            except (ClientError, BotoCoreError) as error:
                raise Unavailable(f"the queue due is not answering: {error}") from error
            refused = {failure["Id"] for failure in answer.get("Failed", [])}
            left = [entry for entry in left if entry["Id"] in refused]
            if not left:
                return
        raise Unavailable(f"the queue due keeps refusing {len(left)} messages")


def _entry(note: Notification, delay: int) -> dict[str, Any]:
    entry: dict[str, Any] = {"Id": note.id, "MessageBody": body_of(note)}
    return entry | ({"DelaySeconds": delay} if delay else {})


def _chunks(entries: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for first in range(0, len(entries), MOST_ENTRIES):
        yield entries[first : first + MOST_ENTRIES]
