"""What SNS and SES put on the wire, as Temas reads it; other fields are passed over."""

from typing import Annotated

import msgspec

from chalicelib.channels.wire import Id

_NULL = msgspec.Raw(b"null")
Address = Annotated[str, msgspec.Meta(max_length=1000)]


class Envelope(msgspec.Struct, rename="pascal"):
    """SNS's envelope, as far as reading it goes."""

    message: str
    type: str = "Notification"
    subscribe_url: str | None = msgspec.field(name="SubscribeURL", default=None)


class Sns(Envelope, rename="pascal"):
    """SNS's envelope, with what its signature is about."""

    topic_arn: str = ""
    message_id: str = ""
    subject: str | None = None
    timestamp: str = ""
    token: str | None = None
    signature_version: str = ""
    signature: str = ""
    signing_cert_url: str = msgspec.field(name="SigningCertURL", default="")


class Record(msgspec.Struct):
    """One of a Lambda event: SES's own, or SNS's message."""

    ses: msgspec.Raw = _NULL
    sns: msgspec.Raw = msgspec.field(name="Sns", default=_NULL)
    source: object = msgspec.field(name="eventSource", default="unknown")


class Header(msgspec.Struct):
    name: str = ""
    value: str = ""


class Mail(msgspec.Struct, rename="camel"):
    """`source` is the address that bounces go to, often a robot's: not the writer's."""

    message_id: Id
    timestamp: object = None
    source: str | None = None
    destination: list[Address] | None = None
    headers: list[Header] | None = None


class Verdict(msgspec.Struct):
    status: str | None = None


class Action(msgspec.Struct, rename="camel"):
    type: str | None = None
    bucket_name: str | None = None
    object_key: str | None = None
    encoding: str | None = None


class Receipt(msgspec.Struct, rename="camel"):
    spam_verdict: Verdict | None = None
    virus_verdict: Verdict | None = None
    spf_verdict: Verdict | None = None
    dkim_verdict: Verdict | None = None
    dmarc_verdict: Verdict | None = None
    action: Action | None = None


class Received(msgspec.Struct):
    mail: Mail
    receipt: Receipt | None = None
    content: str | None = None


class Recipient(msgspec.Struct, rename="camel"):
    email_address: Address
    status: str | None = None
    diagnostic_code: str | None = None


class Bounce(msgspec.Struct, rename="camel"):
    bounce_type: str = "Undetermined"
    bounce_sub_type: str | None = None
    bounced_recipients: list[Recipient] = []
    timestamp: object = None


class Complaint(msgspec.Struct, rename="camel"):
    complained_recipients: list[Recipient] = []
    complaint_feedback_type: str | None = None
    timestamp: object = None


class Delivered(msgspec.Struct):
    recipients: list[Address] | None = None
    timestamp: object = None


class Click(msgspec.Struct):
    """Who followed it from where (`ipAddress`, `userAgent`) is nobody's business: not read."""

    link: object = None
    timestamp: object = None


class Reject(msgspec.Struct):
    reason: str | None = None


class Failure(msgspec.Struct, rename="camel"):
    error_message: str | None = None


class Topics(msgspec.Struct, rename="camel"):
    unsubscribe_all: bool = False


class Subscription(msgspec.Struct, rename="camel"):
    new_topic_preferences: Topics | None = None
    timestamp: object = None


class Kind(msgspec.Struct, rename="camel"):
    """What a message of SES is about: a notification's name, or an event's; a receipt rule's
    Lambda event has none, and is known by its receipt."""

    notification_type: str | None = None
    event_type: str | None = None
    receipt: msgspec.Raw = _NULL


class Feedback(msgspec.Struct):
    mail: Mail | None = None
    bounce: Bounce | None = None
    complaint: Complaint | None = None
    delivery: Delivered | None = None
    click: Click | None = None
    reject: Reject | None = None
    failure: Failure | None = None
    subscription: Subscription | None = None


def given(raw: msgspec.Raw) -> bool:
    """Whether a field was there, and not null."""
    return bytes(raw) != b"null"


FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
RECORDS = msgspec.json.Decoder(list[Record])
ENVELOPE = msgspec.json.Decoder(Envelope)
SNS = msgspec.json.Decoder(Sns)
KIND = msgspec.json.Decoder(Kind)
RECEIVED = msgspec.json.Decoder(Received)
FEEDBACK = msgspec.json.Decoder(Feedback)
