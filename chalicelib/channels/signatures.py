"""Is this webhook really from whom it says? Checks on raw bytes, in constant time, several secrets.

Every check raises SignatureError unless one of the secrets fits. All secrets are always tried, and
header text is compared as bytes, so neither a wrong length nor non-ASCII text changes the answer or
raises anything else. Secrets that are empty or not text never fit: an empty key could be forged.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from chalicelib.channels.base import Secrets
from chalicelib.errors import SignatureError

TOLERANCE_SECONDS = 300
"""How far a signed time stamp may lie from now, to either side."""
_TIMESTAMP_DIGITS = 12
_KEY_PREFIX = "whsec_"


def header(headers: Mapping[str, str], name: str) -> str:
    """The value of a header, whatever the case of its name; SignatureError if it is missing."""
    value = headers.get(name)
    if value is None:
        value = next((v for k, v in headers.items() if k.lower() == name), None)
    if not value:
        raise SignatureError(f"The header {name} is missing")
    return value.strip()


def listed(secrets: Secrets) -> list[str]:
    """The usable verification secrets, in the order configured; SignatureError if none is set."""
    values = secrets.get("secrets")
    found = (
        [s for s in values if isinstance(s, str) and s] if isinstance(values, list | tuple) else []
    )
    if not found:
        raise SignatureError("No verification secret is set for this source")
    return found


def check_hex(given: str, body: bytes, keys: list[str], *, prefix: str = "") -> None:
    """`given` is prefix + hex HMAC-SHA256 of the body under one of the keys."""
    text = given.lower()
    _any_equal(text, [f"{prefix}{hmac.new(_raw(k), body, sha256).hexdigest()}" for k in keys])


def check_base64(given: str, body: bytes, keys: list[str]) -> None:
    """`given` is the base64 HMAC-SHA256 of the body under one of the keys."""
    _any_equal(given, [_base64_hmac(_raw(key), body) for key in keys])


def check_token(given: str, tokens: list[str]) -> None:
    """`given` is one of the agreed tokens."""
    _any_equal(given, tokens)


def check_standard_webhook(
    headers: Mapping[str, str], body: bytes, secrets: list[str], now: datetime
) -> None:
    """The Standard Webhooks headers fit the body and are at most five minutes from `now`."""
    message_id, timestamp = header(headers, "webhook-id"), header(headers, "webhook-timestamp")
    given = header(headers, "webhook-signature").split()
    plain = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _TIMESTAMP_DIGITS
    if not plain or abs(now.timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        raise SignatureError("webhook-timestamp is not within five minutes of now")
    keys = [key for key in map(standard_webhook_key, secrets) if key]
    wanted = [standard_webhook_signature(k, message_id, timestamp, body) for k in keys]
    matches = [_equal(g, w) for g in given for w in wanted]
    if not any(matches):
        raise SignatureError("webhook-signature does not match the body")


def standard_webhook_key(secret: str) -> bytes | None:
    """The key inside `whsec_<base64>`; None if there is no usable one."""
    try:
        return base64.b64decode(secret.removeprefix(_KEY_PREFIX) + "==") or None
    except (binascii.Error, ValueError):
        return None


def standard_webhook_signature(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """`v1,<base64>` over `id.timestamp.body`."""
    signed = _raw(f"{message_id}.{timestamp}.") + body
    return f"v1,{_base64_hmac(key, signed)}"


def _base64_hmac(key: bytes, data: bytes) -> str:
    return base64.b64encode(hmac.new(key, data, sha256).digest()).decode()


def _any_equal(given: str, wanted: list[str]) -> None:
    # A list first: every comparison is made, so timing does not tell which secret fits.
    matches = [_equal(given, one) for one in wanted if one]
    if not any(matches):
        raise SignatureError("The signature does not match the body")


def _equal(left: str, right: str) -> bool:
    return hmac.compare_digest(_raw(left), _raw(right))


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
