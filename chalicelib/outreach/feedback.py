"""What SES reports back over SNS: hard bounces and complaints suppress the address.

A soft bounce (a full mailbox) suppresses nothing: SES itself retries, and the next mail may arrive.
Field names follow SES's notification format for SNS.
"""

from datetime import datetime
from email.utils import parseaddr

import msgspec

from chalicelib.channels.handles import email_handle
from chalicelib.errors import ParseError
from chalicelib.store.records import Suppression


class _Recipient(msgspec.Struct, rename="camel"):
    email_address: str


class _Bounce(msgspec.Struct, rename="camel"):
    bounce_type: str = ""
    bounced_recipients: list[_Recipient] = []


class _Complaint(msgspec.Struct, rename="camel"):
    complained_recipients: list[_Recipient] = []


class _Report(msgspec.Struct, rename="camel"):
    notification_type: str = ""
    event_type: str = ""
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None


class _Sns(msgspec.Struct, rename="pascal"):
    type: str
    topic_arn: str
    message: str


GREETING = "Successfully validated SNS topic"
"""What SES publishes, as plain text, when it is first pointed at a topic."""


def is_feedback(body: str) -> bool:
    """Whether a message of the queue `inbound` came from SNS rather than from a webhook."""
    return '"TopicArn"' in body and '"delivery_id"' not in body


def suppressions(body: str, at: datetime) -> list[Suppression]:
    """The addresses this report suppresses; [] for deliveries and soft bounces. Pure.

    Raises ParseError for what isn't a report.
    """
    try:
        message = msgspec.json.decode(body, type=_Sns).message
        if message.startswith(GREETING):
            return []
        report = msgspec.json.decode(message, type=_Report)
    except msgspec.DecodeError as error:
        raise ParseError(f"not a report of SES: {error}") from error
    hard: list[str] = []
    if report.bounce and report.bounce.bounce_type == "Permanent":
        hard = [recipient.email_address for recipient in report.bounce.bounced_recipients]
    complained = report.complaint.complained_recipients if report.complaint else []
    reasons = [(address, "bounced") for address in hard]
    reasons += [(recipient.email_address, "complained") for recipient in complained]
    return [
        Suppression(channel="email", address=_normal(address), reason=reason, at=at)
        for address, reason in reasons
    ]


def _normal(text: str) -> str:
    """The address as contacts hold it; SES repeats it as the receiving server spelt it."""
    address = parseaddr(text)[1] or text
    handle = email_handle(address)
    return handle.value if handle else address.strip().lower()
