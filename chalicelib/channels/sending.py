"""What all senders share: account settings, and reading a reply as one of four results."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from chalicelib.channels.base import (
    Account,
    HttpReply,
    NotSent,
    Rejected,
    SendResult,
    Sent,
    Unknown,
)
from chalicelib.errors import ConfigurationError

_DETAIL_LENGTH = 500
_LONGEST_WAIT = 86_400.0
_BUSY = (429, 503)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A platform's own words for saying no; `temporary` where its code means "later"."""

    code: str | None = None
    detail: str | None = None
    retry_after: float | None = None
    temporary: bool = False


def setting(account: Account, channel: str, key: str, default: str | None = None) -> str:
    """One setting of the account; ConfigurationError names the secret and key if it is unusable."""
    value = account.get(key) or default
    text = value.strip() if isinstance(value, str) else ""
    if text and text.isascii() and text.isprintable():
        return text
    raise ConfigurationError(
        f"{channel}.{key} is missing or not plain text in the secret temas-<stage>-platforms: "
        f"set it with `aws secretsmanager put-secret-value --secret-id temas-<stage>-platforms`"
    )


def outcome(
    reply: HttpReply | NotSent | Unknown,
    *,
    accepted: Callable[[bytes], str | None],
    refused: Callable[[bytes], Refusal],
    hide: tuple[str, ...] = (),
    idempotent: bool = False,
) -> SendResult:
    """What a reply means for the message. Pure.

    `accepted` finds the message id in the body of a 2xx (None: unreadable), `refused` the
    platform's words in any other. Text in `hide` (tokens) is cut out of these words. Where the
    platform is `idempotent` on our key, not knowing is as good as not sent: a repeat is harmless.
    """
    result = reply if not isinstance(reply, HttpReply) else _judge(reply, accepted, refused, hide)
    if idempotent and isinstance(result, Unknown):
        return NotSent(code=result.code, detail=result.detail)
    return result


def _judge(
    reply: HttpReply,
    accepted: Callable[[bytes], str | None],
    refused: Callable[[bytes], Refusal],
    hide: tuple[str, ...],
) -> SendResult:
    if 200 <= reply.status < 300:
        message_id = accepted(reply.body)
        if message_id:
            return Sent(message_id=message_id)
        return Unknown(code="unreadable_reply", detail="accepted, but the reply can't be read")
    refusal = refused(reply.body)
    code = _shown(refusal.code or str(reply.status), hide)
    detail = _shown(refusal.detail or f"HTTP {reply.status}", hide)
    if reply.status in _BUSY or (refusal.temporary and reply.status < 500):
        wait = _seconds(refusal.retry_after)
        return NotSent(
            code=code, detail=detail, retry_after=retry_after(reply) if wait is None else wait
        )
    if reply.status >= 500:
        return Unknown(code=code, detail=detail)
    return Rejected(code=code, detail=detail)


def retry_after(reply: HttpReply) -> float | None:
    """Seconds to wait by the Retry-After header, given as a number or as an HTTP date."""
    headers = {name.lower(): value for name, value in reply.headers.items()}
    text = headers.get("retry-after", "")
    try:
        return _seconds(float(text))
    except ValueError:
        until, now = _http_date(text), _http_date(headers.get("date", ""))
        return _seconds((until - now).total_seconds()) if until and now else None


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else None


def _seconds(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return min(max(value, 0.0), _LONGEST_WAIT)


def _shown(text: str, hide: tuple[str, ...]) -> str:
    for secret in hide:
        text = text.replace(secret, "***") if secret else text
    return text[:_DETAIL_LENGTH]
