"""What the queue `inbound` carries: one webhook call, byte for byte, or a pointer to it."""

from base64 import b64decode, b64encode
from datetime import datetime

import msgspec

from chalicelib.channels.base import Delivery
from chalicelib.errors import ParseError

QUEUE_LIMIT = 200_000
"""Bytes of a body that still go into the queue (SQS takes 256 KiB with the envelope around it,
and text may double when it is escaped); larger ones go to S3 with a pointer in the queue."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The message's JSON: the body is in one of `body` (if valid UTF-8), `body_b64`, `s3_key`."""

    delivery_id: str
    source: str
    received_at: datetime
    headers: dict[str, str] = {}
    body: str | None = None
    body_b64: str | None = None
    s3_key: str | None = None
    v: int = 1

    @property
    def inline(self) -> bytes | None:
        """The body's bytes, exactly as they came, unless they are in S3."""
        if self.body is not None:
            return self.body.encode()
        return b64decode(self.body_b64) if self.body_b64 is not None else None


def seal(delivery: Delivery, *, s3_key: str | None = None) -> str:
    """The message for a delivery; with `s3_key` its body is there instead."""
    text = encoded = None
    if s3_key is None:
        try:
            text = delivery.body.decode()
        except UnicodeDecodeError:
            encoded = b64encode(delivery.body).decode()
    envelope = Envelope(
        delivery_id=delivery.delivery_id,
        source=delivery.source,
        received_at=delivery.received_at,
        headers=dict(delivery.headers),
        body=text,
        body_b64=encoded,
        s3_key=s3_key,
    )
    return msgspec.json.encode(envelope).decode()


def unseal(message: str) -> Envelope:
    """The envelope of a message; ParseError for anything else."""
    try:
        return msgspec.json.decode(message, type=Envelope)
    except msgspec.DecodeError as error:
        raise ParseError(f"not a message of the queue inbound: {error}") from error


def is_bare(message: str) -> bool:
    """Whether a message came from SNS by a subscription, rather than from a webhook by `seal`."""
    return '"TopicArn"' in message and '"delivery_id"' not in message


def delivery(envelope: Envelope, body: bytes) -> Delivery:
    return Delivery(
        delivery_id=envelope.delivery_id,
        source=envelope.source,
        received_at=envelope.received_at,
        headers=envelope.headers,
        body=body,
    )
