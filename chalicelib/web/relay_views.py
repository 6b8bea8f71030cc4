"""Staff API: what is asked and shown of webhook endpoints and their deliveries."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.relaying import signing
from chalicelib.store.relay_records import (
    RelayAttempt,
    RelayDelivery,
    RelayEndpoint,
    RelaySecret,
)
from chalicelib.web.views import View

Url = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
Types = Annotated[list[str], msgspec.Meta(min_length=1, max_length=200)]
Values = Annotated[list[str | int | bool], msgspec.Meta(min_length=1, max_length=50)]
Filters = Annotated[dict[str, Values], msgspec.Meta(max_length=10)]
Words = Annotated[str, msgspec.Meta(max_length=500)]


class _Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body in which an unknown field is a mistake."""


class WebhookEndpointRequest(_Wish, frozen=True, kw_only=True):
    """A new endpoint. `types` are names of docs/events.md, or ["*"]; `filters` wanted values by
    field of an event's data, such as {"severity": ["critical"]}: an event without one of them is
    not sent."""

    url: Url
    types: Types
    filters: Filters = {}
    description: Words = ""


class WebhookEndpointPatch(_Wish, frozen=True, kw_only=True):
    """What is to change; what is left out stays. `enabled` true makes a fresh start."""

    url: Url | UnsetType = UNSET
    types: Types | UnsetType = UNSET
    filters: Filters | UnsetType = UNSET
    description: Words | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class RotateRequest(_Wish, frozen=True, kw_only=True):
    """For how many hours calls are signed with the secret before, too; 0 ends it now."""

    overlap_hours: Annotated[int, msgspec.Meta(ge=0, le=168)] = 24


class ReplayRequest(_Wish, frozen=True, kw_only=True):
    """Which deliveries to make again: `ids`, whatever became of them, or the dead letters `since`
    then."""

    ids: Annotated[list[str], msgspec.Meta(max_length=100)] = []
    since: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class SecretView(View, frozen=True, kw_only=True):
    """A secret calls are signed with, but not the secret itself."""

    made_at: datetime
    until: datetime | None = None

    @classmethod
    def of(cls, secret: RelaySecret) -> "SecretView":
        return cls(made_at=secret.made_at, until=secret.until)


class WebhookEndpointView(View, frozen=True, kw_only=True, omit_defaults=False):
    """An endpoint. `reason` says why it is off: gone (it answered 410), failing (nothing got
    through for five days) or staff. `failures` counts the calls that have failed since one did not;
    until `probe_at` it is left alone."""

    id: str
    url: str
    types: list[str]
    filters: dict[str, Any]
    description: str
    enabled: bool
    reason: str | None
    disabled_at: datetime | None
    secrets: list[SecretView]
    created_at: datetime
    created_by: str
    updated_at: datetime | None
    updated_by: str | None
    version: int
    failures: int
    failing_since: datetime | None
    probe_at: datetime | None

    @classmethod
    def of(cls, endpoint: RelayEndpoint, now: datetime) -> "WebhookEndpointView":
        given = {name: getattr(endpoint, name) for name in cls.__struct_fields__}
        secrets = [SecretView.of(one) for one in signing.active(endpoint.secrets, now)]
        return cls(**{**given, "types": list(endpoint.types), "secrets": secrets})


class NewSecretView(View, frozen=True, kw_only=True):
    """An endpoint with its newest secret, which is shown this once."""

    endpoint: WebhookEndpointView
    secret: str


class WebhookEndpointList(View, frozen=True, kw_only=True):
    endpoints: list[WebhookEndpointView]


class WebhookDeliveryView(View, frozen=True, kw_only=True):
    """What became of one event at an endpoint. `id` is the webhook-id, `payload` what was sent.
    `reason` says why it is dead: no_attempts_left, too_old, gone, endpoint_off or test."""

    id: str
    type: str
    status: Literal["pending", "delivered", "dead"]
    first_at: datetime
    payload: Any
    attempts: list[RelayAttempt]
    reason: str | None = None
    round: int = 1
    next_at: datetime | None = None
    finished_at: datetime | None = None
    test: bool = False

    @classmethod
    def of(cls, delivery: RelayDelivery) -> "WebhookDeliveryView":
        return cls(
            id=delivery.event_id,
            type=delivery.event_type,
            status=delivery.status,
            first_at=delivery.first_at,
            payload=msgspec.json.decode(delivery.body),
            attempts=list(delivery.attempts),
            reason=delivery.reason,
            round=delivery.round,
            next_at=delivery.next_at,
            finished_at=delivery.finished_at,
            test=delivery.test,
        )


class WebhookDeliveryPage(View, frozen=True, kw_only=True):
    deliveries: list[WebhookDeliveryView]
    next_cursor: str | None = None


class TestedView(View, frozen=True, kw_only=True):
    """`delivery_id`: what a test came to is among the deliveries under this id."""

    delivery_id: str


class ReplayView(View, frozen=True, kw_only=True):
    """What is under way to being delivered again."""

    ids: list[str] = []
    since: datetime | None = None
    until: datetime | None = None
