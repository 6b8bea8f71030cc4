"""Amazon SES: mails that came in by its receipt rules, and news of those that went out.

Both come over SNS, as HTTPS calls that SNS signs, or (nearer, and nothing to verify) from the topic
straight into the queue `inbound`. Read are SNS's envelope in both spellings, the same message raw,
and the event of a receipt rule's Lambda action. `account` is "": addresses mean the same anywhere.

A mail's id is its Message-ID, which later mails of the thread name. Ids of mails that Temas sent
are told as SES's own, the part before the @, under which their entries are kept.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from chalicelib.channels.base import (
    Channel,
    ChannelEvent,
    Confirmation,
    Delivery,
    Fetched,
    Ignored,
    Pointer,
    Secrets,
)
from chalicelib.channels.email.arriving import CHANNEL
from chalicelib.channels.email.mail import file_in
from chalicelib.channels.ses.feedback import feedback
from chalicelib.channels.ses.receiving import content_of, followed, received
from chalicelib.channels.ses.sns import (
    Certificates,
    FetchCertificate,
    check_age,
    check_topic,
    fetch_certificate,
    is_sns,
)
from chalicelib.channels.ses.wire import (
    ENVELOPE,
    FEEDBACK,
    FIELDS,
    KIND,
    RECEIVED,
    RECORDS,
    SNS,
    Envelope,
    Record,
    given,
)
from chalicelib.channels.wire import counter, decode
from chalicelib.errors import ParseError, SignatureError


class Ses(Channel):
    name = "ses"
    kept_headers = ("content-type", "x-amz-sns-message-type")
    verified_by = ("topics",)

    def __init__(self, fetch: FetchCertificate = fetch_certificate) -> None:
        self._certificates = Certificates(fetch)

    def verify(
        self,
        *,
        headers: Mapping[str, str],
        body: bytes,
        secrets: Secrets,
        now: datetime,
        url: str = "",
    ) -> None:
        """As in the Protocol; also raises Unavailable if SNS's certificate can't be fetched now."""
        try:
            message = decode(SNS, body)
        except ParseError as error:
            raise SignatureError(
                "not a signed message of SNS: switch raw message delivery off for this subscription"
            ) from error
        check_topic(message, secrets)
        check_age(message, now)
        self._certificates.check(message)

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        fields = decode(FIELDS, delivery.body)
        if "Records" in fields:
            records = decode(RECORDS, fields["Records"], "$.Records")
            return [event for record in records for event in _of_record(record, delivery)]
        if "Message" in fields:
            return _of_sns(decode(ENVELOPE, delivery.body), delivery)
        return _news(delivery.body, delivery)

    def carried(self, delivery: Delivery, content: bytes | None, name: str) -> Fetched | None:
        raw = content if content is not None else _inline(delivery)
        return file_in(raw, name) if raw is not None else None

    def follow(self, pointer: Pointer, content: bytes, delivery: Delivery) -> list[ChannelEvent]:
        return [followed(pointer.details, content, delivery.received_at)]


def _of_record(record: Record, delivery: Delivery) -> list[ChannelEvent]:
    if given(record.sns):
        return _of_sns(decode(ENVELOPE, record.sns, "$.Records[].Sns"), delivery)
    if given(record.ses):
        return _news(record.ses, delivery)
    return [_ignored(f"record:{record.source}")]


def _of_sns(message: Envelope, delivery: Delivery) -> list[ChannelEvent]:
    match message.type:
        case "Notification":
            return _of_text(message.message, delivery)
        case "SubscriptionConfirmation" if message.subscribe_url and is_sns(message.subscribe_url):
            return [Confirmation(channel=CHANNEL, url=message.subscribe_url)]
        case _:
            return [_ignored(f"sns:{message.type}")]


def _of_text(text: str, delivery: Delivery) -> list[ChannelEvent]:
    """What was published: SES's JSON. Words, such as SES's greeting to a new topic, are nobody's
    mail, and so is other JSON."""
    raw = text.encode("utf-8", "surrogatepass")
    if not text.lstrip().startswith("{"):
        return [_ignored("sns:text")]
    if not decode(FIELDS, raw).keys() & {"notificationType", "eventType", "receipt"}:
        return [_ignored("sns:json")]
    return _news(raw, delivery)


def _news(raw: bytes | msgspec.Raw, delivery: Delivery) -> list[ChannelEvent]:
    told = decode(KIND, raw)
    kind = told.notification_type or told.event_type
    if kind == "Received" or (kind is None and given(told.receipt)):
        return [received(decode(RECEIVED, raw), delivery.received_at)]
    if kind is None:
        raise ParseError("neither a message of SNS nor one of SES: it names no type")
    return feedback(kind, decode(FEEDBACK, raw), delivery.received_at)


def _inline(delivery: Delivery) -> bytes | None:
    """The mail that a delivery holds within itself, if it does."""
    raw: bytes | msgspec.Raw = delivery.body
    fields = decode(FIELDS, raw)
    if "Records" in fields:
        record, *_ = decode(RECORDS, fields["Records"], "$.Records")
        raw = record.sns if given(record.sns) else record.ses
        fields = decode(FIELDS, raw)
    if "Message" in fields:
        raw = decode(ENVELOPE, raw).message.encode("utf-8", "surrogatepass")
    return content_of(decode(RECEIVED, raw))


def _ignored(what: str) -> Ignored:
    return Ignored(channel=CHANNEL, what=counter(what))


SES = Ses()
