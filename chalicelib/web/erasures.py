"""Staff API: a customer is erased, and how far that has got (GDPR art. 17, KVKK art. 7)."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from chalicelib.clock import to_millis
from chalicelib.errors import InvalidRequest, NotFound
from chalicelib.inbox.erasing import Wish
from chalicelib.store import erasures
from chalicelib.store.erasure_records import Erasure
from chalicelib.web.endpoints import Call, Endpoint
from chalicelib.web.views import View

Ground = Literal[
    "request",
    "not_needed",
    "consent_withdrawn",
    "objection",
    "unlawful",
    "legal_obligation",
    "child",
]
Reference = Annotated[
    str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$")
]


class EraseRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why: the customer asked (`request`), or one of the grounds of GDPR art. 17(1): the data is
    not needed any more, consent was withdrawn, an objection, unlawful processing, a duty to delete,
    a child's consent. Nothing here may say who they are: it stays when they are gone."""

    reason: Ground
    requested_at: datetime | None = None
    """When the request reached the brand; left out, now. From then on counts the month (GDPR), or
    the thirty days (KVKK), for the answer."""
    reference: Reference | None = None
    """The brand's own number of the request, by which its file is found: letters, digits, ._/-"""


class ErasureView(View, frozen=True, kw_only=True, omit_defaults=False):
    """The record of an erasure. `state` is running until nothing more is found. `erased` counts
    what is gone, by kind; `kept` what stays: words of consent as proof until three years after, and
    addresses to which nothing may be sent."""

    customer_id: str
    other_ids: tuple[str, ...]
    state: Literal["running", "done"]
    reason: str
    reference: str | None
    requested_at: datetime
    by: str
    started_at: datetime
    done_at: datetime | None
    erased: dict[str, int]
    kept: dict[str, int]

    @classmethod
    def of(cls, erasure: Erasure) -> "ErasureView":
        return cls(
            customer_id=erasure.customer_id,
            other_ids=erasure.other_ids,
            state="done" if erasure.done_at else "running",
            reason=erasure.reason,
            reference=erasure.reference,
            requested_at=erasure.requested_at,
            by=erasure.by,
            started_at=erasure.started_at,
            done_at=erasure.done_at,
            erased=erasure.erased,
            kept=erasure.kept,
        )


def erase_customer(call: Call) -> ErasureView:
    """Erase a customer, and all who were merged into them, for good: there is no undoing. When this
    is answered, nobody finds them any more, nothing goes out to them, and who writes from one of
    their addresses is a new customer. What is kept is deleted in the minutes that follow; `erasure`
    tells how far it is. The same call again returns the same record, and mends an erasure that has
    got stuck."""
    wanted: EraseRequest = call.body
    now = to_millis(call.wiring.clock())
    asked_at = wanted.requested_at or now
    if asked_at.tzinfo is None:
        raise InvalidRequest("requested_at needs an offset: write e.g. 2026-11-23T10:00:00+03:00")
    if asked_at > now:
        raise InvalidRequest("requested_at lies in the future: leave it out if it is now")
    wish = Wish(reason=wanted.reason, requested_at=to_millis(asked_at), reference=wanted.reference)
    erasure = call.wiring.erasing.begin(call.path["customer_id"], wish, call.key.name)
    return ErasureView.of(erasure)


def get_erasure(call: Call) -> ErasureView:
    """How far an erasure is, by any of the ids that went."""
    customer_id = call.path["customer_id"]
    erasure = erasures.find(customer_id)
    if erasure is None:
        raise NotFound(f"nobody has asked for customer {customer_id} to be erased")
    return ErasureView.of(erasure)


ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/v1/customers/{customer_id}/erase",
        scope="customers:erase",
        summary="Erase a customer for good",
        handle=erase_customer,
        returns=ErasureView,
        body=EraseRequest,
        status=202,
    ),
    Endpoint(
        method="GET",
        path="/v1/customers/{customer_id}/erasure",
        scope="customers:read",
        summary="How far a customer's erasure is",
        handle=get_erasure,
        returns=ErasureView,
    ),
)
