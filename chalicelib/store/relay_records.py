"""Endpoints of outgoing webhooks, and what became of each delivery to them, as frozen values."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from chalicelib.store.records import Record

GONE, FAILING, STAFF = "gone", "failing", "staff"
"""Why an endpoint is off: it answered 410; nothing got through for days; staff switched it off."""

Status = Literal["pending", "delivered", "dead"]
PENDING: Status = "pending"
DELIVERED: Status = "delivered"
DEAD: Status = "dead"


class RelaySecret(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a secret is worked out from; `until` is when it ends, of one that was replaced."""

    salt: str
    made_at: datetime
    until: datetime | None = None


class RelayEndpoint(Record, frozen=True, kw_only=True):
    """A URL that is called with events.

    `types` are events' names, or "*"; `filters` wanted values by field of the event's data.
    `reason` says why it is off. `failures` counts calls that failed since the last one that
    did not, `failing_since` is the first of them; until `probe_at` it is left alone, and then gets
    one call before all others.
    """

    id: str
    url: str
    types: tuple[str, ...]
    created_at: datetime
    created_by: str
    filters: Mapping[str, Sequence[str | int | bool]] = msgspec.field(default_factory=dict)
    description: str = ""
    enabled: bool = True
    reason: str | None = None
    disabled_at: datetime | None = None
    secrets: tuple[RelaySecret, ...] = ()
    updated_at: datetime | None = None
    updated_by: str | None = None
    version: int = 1
    failures: int = 0
    failing_since: datetime | None = None
    probe_at: datetime | None = None


class RelayAttempt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One call: the HTTP `status` it was answered with, or `code` and `detail` of why there was no
    answer. `millis` is how long it took."""

    at: datetime
    millis: int
    number: int
    round: int = 1
    status: int | None = None
    code: str | None = None
    detail: str | None = None


class RelayDelivery(Record, frozen=True, kw_only=True):
    """One event for one endpoint. `body` is what is sent, byte for byte; `attempt` the last one
    made (0: none yet) of this `round`: a replay begins another round. `reason` says why it is
    dead."""

    endpoint_id: str
    event_id: str
    event_type: str
    body: str
    first_at: datetime
    status: Status = PENDING
    reason: str | None = None
    round: int = 1
    attempt: int = 0
    next_at: datetime | None = None
    finished_at: datetime | None = None
    attempts: tuple[RelayAttempt, ...] = ()
    test: bool = False

    def is_past(self, round_: int, attempt: int) -> bool:
        """Whether that attempt was made already, or is of no more use."""
        if self.round == round_ and self.status != PENDING:
            return True
        return (self.round, self.attempt) >= (round_, attempt)
