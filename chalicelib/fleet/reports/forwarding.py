"""Reports that come by HTTP, put on the queue where those of MQTT come in.

`telemetry` is a standard queue: it may deliver twice and in any order, which reports don't mind.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import Unavailable

ATTEMPTS = 3
MOST_ENTRIES = 10
"""Of one SendMessageBatch."""
MOST_BYTES = 256 * 1024
"""Of one SendMessageBatch, all messages together. SQS takes more by now; older limits still hold
where something stands in for it."""

HARMLESS = "send all of it again: what was taken already is recognised as a repeat"


@dataclass(frozen=True, kw_only=True)
class Forwarding:
    """The way to `queue`. `sqs` is a boto3 client; `pause` waits before a further
    attempt."""

    sqs: Any
    queue: str = "telemetry"
    queue_url: Callable[[], str]
    pause: Callable[[int], None]

    def send(self, bodies: Sequence[str]) -> None:
        """Put every body on the queue. Raises Unavailable when some could not be: whoever called
        repeats the whole."""
        try:
            for batch in batches([(str(n), body) for n, body in enumerate(bodies)]):
                self._send(batch)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(f"the queue {self.queue} is not answering; {HARMLESS}") from error

    def _send(self, batch: Sequence[tuple[str, str]]) -> None:
        """Inside a success, some may have been refused: those again."""
        left = [{"Id": name, "MessageBody": body} for name, body in batch]
        for attempt in range(ATTEMPTS):
            if attempt:
                self.pause(attempt)
            answer = self.sqs.send_message_batch(QueueUrl=self.queue_url(), Entries=left)
            refused = {failure["Id"] for failure in answer.get("Failed", [])}
            left = [entry for entry in left if entry["Id"] in refused]
            if not left:
                return
        raise Unavailable(f"the queue {self.queue} keeps refusing {len(left)} messages; {HARMLESS}")


def batches(messages: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Messages (name, body), in order, in as few batches as the limits allow. Pure. A body is
    ASCII, so its characters are its bytes."""
    batch: list[tuple[str, str]] = []
    size = 0
    for name, body in messages:
        if batch and (len(batch) == MOST_ENTRIES or size + len(body) > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((name, body))
        size += len(body)
    if batch:
        yield batch
