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
from hashlib import sha1, sha256
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

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


Algorithm = Literal["sha256", "sha1"]
_ALGORITHMS = {"sha256": sha256, "sha1": sha1}


def check_hex(given: str, signed: bytes, keys: list[str], *, prefix: str = "") -> None:
    """`given` is prefix + hex HMAC-SHA256 of the signed bytes under one of the keys."""
    text = given.lower()
    _any_equal(text, [f"{prefix}{hmac.new(_raw(k), signed, sha256).hexdigest()}" for k in keys])


def check_base64(
    given: str,
    *signed: bytes,
    keys: list[str],
    algorithm: Algorithm = "sha256",
    prefix: str = "",
) -> None:
    """`given` is prefix + base64 HMAC under one of the keys of one of the `signed` byte strings
    (several where a platform leaves open which one it signs)."""
    wanted = [prefix + base64_hmac(_raw(k), data, algorithm) for k in keys for data in signed]
    _any_equal(given, wanted)


def check_time(text: str, now: datetime, *, what: str) -> None:
    """Unix seconds as a signed header (called `what`) has them, within five minutes of `now`."""
    plain = text.isascii() and text.isdigit() and len(text) <= _TIMESTAMP_DIGITS
    if not plain or abs(now.timestamp() - int(text)) > TOLERANCE_SECONDS:
        raise SignatureError(f"{what} is not within five minutes of now")


def check_shared_secret(headers: Mapping[str, str], url: str, secrets: Secrets) -> None:
    """For platforms that sign nothing: one of the secrets is the query parameter `secret` of the
    URL, the header X-Temas-Secret, or the password of HTTP basic authentication."""
    given = [
        dict(query_of(url)).get("secret", ""),
        headers.get("x-temas-secret", "").strip(),
        _basic_password(headers.get("authorization", "")),
    ]
    matches = [_equal(text, one) for text in given if text for one in listed(secrets)]
    if not any(matches):
        raise SignatureError(
            "no known secret came with the call: put it into the webhook's URL as ?secret=…, "
            "or into the header X-Temas-Secret"
        )


def query_of(url: str) -> list[tuple[str, str]]:
    """The parameters of a URL's query, decoded, in order; [] for text that is no URL."""
    try:
        return parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return []


def _basic_password(header: str) -> str:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded.strip()).decode("utf-8", "replace").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def check_token(given: str, tokens: list[str]) -> None:
    """`given` is one of the agreed tokens."""
    _any_equal(given, tokens)


def check_standard_webhook(
    headers: Mapping[str, str], body: bytes, secrets: list[str], now: datetime
) -> None:
    """The Standard Webhooks headers fit the body and are at most five minutes from `now`."""
    message_id, timestamp = header(headers, "webhook-id"), header(headers, "webhook-timestamp")
    given = header(headers, "webhook-signature").split()
    check_time(timestamp, now, what="webhook-timestamp")
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
    return f"v1,{base64_hmac(key, signed)}"


def base64_hmac(key: bytes, data: bytes, algorithm: Algorithm = "sha256") -> str:
    return base64.b64encode(hmac.new(key, data, _ALGORITHMS[algorithm]).digest()).decode()


def _any_equal(given: str, wanted: list[str]) -> None:
    # A list first: every comparison is made, so timing does not tell which secret fits.
    matches = [_equal(given, one) for one in wanted if one]
    if not any(matches):
        raise SignatureError("The signature does not match the body")


def _equal(left: str, right: str) -> bool:
    return hmac.compare_digest(_raw(left), _raw(right))


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
