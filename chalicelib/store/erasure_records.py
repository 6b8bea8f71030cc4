"""The erasure of a customer, as a frozen value."""

from datetime import datetime

import msgspec

from chalicelib.store.records import Record

ERASED = "erased"
"""Whose a thing is that was an erased customer's: nobody's who could be named."""


class Erasure(Record, frozen=True, kw_only=True):
    """That a customer was erased: nothing in it says who they were.

    `other_ids` were merged into `customer_id` and went with it. `reason` is the ground, `reference`
    the brand's own number of the request, `requested_at` when it reached the brand, `by` the name
    of the key. `erased` counts what is gone by kind, `kept` what stays for its reason.
    `empty_since` is when nothing more was found for the first time, `done_at` when that held.
    """

    customer_id: str
    other_ids: tuple[str, ...] = ()
    reason: str
    reference: str | None = None
    requested_at: datetime
    by: str
    started_at: datetime
    empty_since: datetime | None = None
    done_at: datetime | None = None
    erased: dict[str, int] = msgspec.field(default_factory=dict)
    kept: dict[str, int] = msgspec.field(default_factory=dict)
    version: int | None = None

    @property
    def family(self) -> tuple[str, ...]:
        """All ids that are erased, the one who led first."""
        return (self.customer_id, *self.other_ids)

    @property
    def state(self) -> str:
        return "done" if self.done_at else "running"
