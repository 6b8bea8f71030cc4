"""Events onto the bus, all of them: PutEvents reports partial failure inside a success."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import Unavailable
from chalicelib.events import SOURCE, Event, chunks

ATTEMPTS = 3


@dataclass(frozen=True, kw_only=True)
class Bus:
    """The event bus of one stage. `client` is an EventBridge client."""

    client: Any
    name: str
    stage: str

    def publish(self, events: Iterable[Event]) -> None:
        """Put every event on the bus, ten a request; the refused ones again.

        Raises Unavailable if some stay refused: whoever called repeats the whole, which is safe
        because a repeated event keeps its id.
        """
        for chunk in chunks(events):
            self._publish(chunk)

    def _publish(self, chunk: Sequence[Event]) -> None:
        left = list(chunk)
        for _ in range(ATTEMPTS):
            try:
                reply = self.client.put_events(Entries=[self._entry(event) for event in left])
            except (ClientError, BotoCoreError) as error:
                raise Unavailable(f"the event bus {self.name} is not answering: {error}") from error
            outcome = zip(left, reply["Entries"], strict=True)
            left = [event for event, result in outcome if "ErrorCode" in result]
            if not left:
                return
        raise Unavailable(f"the event bus {self.name} keeps refusing {len(left)} events")

    def _entry(self, event: Event) -> dict[str, Any]:
        return {
            "EventBusName": self.name,
            "Source": SOURCE,
            "DetailType": event.type,
            "Time": event.occurred_at,
            "Detail": event.detail(self.stage),
        }
