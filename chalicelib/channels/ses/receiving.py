"""Mails that SES received: with their content, or with the place in S3 where it lies."""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.channels.base import ChannelEvent, Ignored, Pointer
from chalicelib.channels.email.arriving import CHANNEL, Checks, arrived
from chalicelib.channels.email.headers import Headers
from chalicelib.channels.email.mail import Mail as Letter
from chalicelib.channels.email.mail import of_parts, read
from chalicelib.channels.ses.wire import Action, Mail, Receipt, Received, Verdict
from chalicelib.channels.wire import counter, iso_or
from chalicelib.clock import iso
from chalicelib.errors import ParseError


def received(news: Received, received_at: datetime) -> ChannelEvent:
    """The mail, or where it lies. One with a virus, or that SES is sure is spam, is Ignored.

    A receipt rule that stores the mail nowhere tells its header only: then the message has no text,
    but a subject, and an agent sees who wrote.
    """
    receipt = news.receipt or Receipt()
    action = receipt.action or Action()
    for what, verdict in (("virus", receipt.virus_verdict), ("spam", receipt.spam_verdict)):
        if _status(verdict) == "FAIL":
            return Ignored(channel=CHANNEL, what=what)
    if action.type == "Bounce":
        return Ignored(channel=CHANNEL, what=counter("action:Bounce"))
    facts = _facts(news.mail, receipt, iso_or(news.mail.timestamp, received_at))
    if news.content is not None:
        return followed(facts, _content(news.content, action), received_at)
    if action.type == "S3":
        return _pointer(news.mail, action, facts)
    return _judged(_head(news.mail), facts, received_at)


def content_of(news: Received) -> bytes | None:
    """The mail's bytes, if they came along."""
    action = (news.receipt or Receipt()).action or Action()
    return _content(news.content, action) if news.content is not None else None


def followed(facts: Mapping[str, Any], content: bytes, received_at: datetime) -> ChannelEvent:
    """The mail whose bytes these are; `facts` are a Pointer's details."""
    return _judged(read(content), facts, received_at)


def _judged(letter: Letter, facts: Mapping[str, Any], received_at: datetime) -> ChannelEvent:
    source = str(facts.get("source") or "")
    return arrived(
        letter,
        _checks(facts, source),
        received_at=iso_or(facts.get("at"), received_at),
        envelope_from=source,
    )


def _pointer(mail: Mail, action: Action, facts: Mapping[str, Any]) -> Pointer:
    if not action.bucket_name or not action.object_key:
        raise ParseError("`receipt.action` names no bucket and key, so the mail can't be found")
    head = _head(mail)
    return Pointer(
        channel=CHANNEL,
        message_id=mail.message_id,
        location={"bucket": action.bucket_name, "key": action.object_key},
        details={**facts, "from": head.sender and head.sender.address, "subject": head.subject},
    )


def _head(mail: Mail) -> Letter:
    """The mail as far as its header, which SES repeats, tells it."""
    fields = [(one.name, one.value.encode()) for one in mail.headers or ()]
    return of_parts(
        Headers(fields),
        kind="text/plain",
        text=None,
        html=False,
        media=(),
        charset="utf-8",
        digest=mail.message_id,
    )


def _facts(mail: Mail, receipt: Receipt, at: datetime) -> dict[str, Any]:
    return {
        "at": iso(at),
        "source": mail.source,
        "spam": _status(receipt.spam_verdict),
        "virus": _status(receipt.virus_verdict),
        "spf": _status(receipt.spf_verdict),
        "dkim": _status(receipt.dkim_verdict),
        "dmarc": _status(receipt.dmarc_verdict),
    }


def _status(verdict: Verdict | None) -> str | None:
    return verdict.status.upper() if verdict and verdict.status else None


def _checks(facts: Mapping[str, Any], source: str) -> Checks:
    spf = (source.rpartition("@")[2].strip("> ").lower(),) if facts.get("spf") == "PASS" else ()
    dmarc = {"PASS": True, "FAIL": False}.get(str(facts.get("dmarc")))
    return Checks(dmarc=dmarc, domains=spf, signed=facts.get("dkim") == "PASS")


def _content(text: str, action: Action) -> bytes:
    """The mail's bytes: SES hands them as text, or as base64 where the rule says so."""
    if (action.encoding or "").upper() != "BASE64":
        return text.encode("utf-8", "surrogatepass")
    try:
        return b64decode(text)
    except (Base64Error, ValueError) as error:
        raise ParseError("`content` is not base64, as its encoding says") from error
