"""Who is who, and who is no more; and which other systems are told of it."""

from datetime import datetime

from chalicelib.events.base import Data


class CustomersMerged(Data, frozen=True, kw_only=True):
    """Two customers turned out to be one: `other_id` is part of `customer_id` now."""

    customer_id: str
    other_id: str
    by: str


class CustomersParted(Data, frozen=True, kw_only=True):
    """A merge was undone: `other_id` is a customer of their own again."""

    customer_id: str
    other_id: str
    by: str


class ErasureRequested(Data, frozen=True, kw_only=True):
    """A customer is to be erased, with `other_ids`, who were merged into them: nobody finds them
    any more, and what is kept of them is being deleted."""

    customer_id: str
    other_ids: list[str]
    at: datetime


class CustomerErased(Data, frozen=True, kw_only=True):
    """Nothing is kept of a customer any more, nor of `other_ids`, who were merged into them, but
    what the record of the erasure names: erase them in your own systems, too."""

    customer_id: str
    other_ids: list[str]
    at: datetime


class EndpointDisabled(Data, frozen=True, kw_only=True):
    """A webhook endpoint gets no more events: it answered 410 (`reason` gone), or nothing has got
    through to it for five days (failing)."""

    endpoint_id: str
    reason: str
    at: datetime
