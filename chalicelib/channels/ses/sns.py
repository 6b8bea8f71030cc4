"""Is this from the SNS topic it names? SNS signs with its own certificate, for every AWS account.

So a valid signature proves only that some account published it: the topic must be one of ours too.
SNS repeats a call for up to an hour, with the time stamp of the first one: what is older than that
is refused. A repeat within the hour does no harm, as a mail is kept once by its id.
"""

import re
from base64 import b64decode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.channels.base import HttpReply, Secrets
from chalicelib.channels.ses.wire import Sns
from chalicelib.clock import parse_iso
from chalicelib.errors import ParseError, SignatureError, Unavailable

if TYPE_CHECKING:
    from chalicelib.channels.public_keys import Digest

OLDEST = timedelta(hours=1)
AHEAD = timedelta(minutes=5)
_HOST = re.compile(r"sns\.[a-z0-9-]{2,30}\.amazonaws\.com(?:\.cn)?")
_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_CERTIFICATE_BYTES = 20_000
_MOST_CERTIFICATES = 8

FetchCertificate = Callable[[str], bytes]
"""The PEM behind a URL of SNS; raises SignatureError if there is none, Unavailable for now."""


def check_topic(message: Sns, secrets: Secrets) -> None:
    """The topic is one of those in the secret; SignatureError naming the fix otherwise."""
    topics = secrets.get("topics")
    if not isinstance(topics, list | tuple) or message.topic_arn not in topics:
        raise SignatureError(
            f"the topic {message.topic_arn[:200]!r} is not listed under ses.topics in the secret "
            "temas-<stage>-webhooks: add its ARN if the topic is yours"
        )


def check_age(message: Sns, now: datetime) -> None:
    try:
        sent = parse_iso(message.timestamp)
    except ParseError as error:
        raise SignatureError("SNS's time stamp can't be read") from error
    if not now - OLDEST <= sent <= now + AHEAD:
        raise SignatureError("SNS's message is more than an hour old, or from the future")


def is_sns(url: str, suffix: str = "") -> bool:
    """Whether a URL is of SNS itself, by HTTPS, its path ending in `suffix`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and "\\" not in url
    return (
        plain
        and parts.scheme == "https"
        and port in (None, 443)
        and parts.username is None
        and bool(_HOST.fullmatch(parts.hostname or ""))
        and parts.path.endswith(suffix)
    )


def fetch_certificate(url: str) -> bytes:
    from chalicelib.channels.http import HttpsTransport

    reply = HttpsTransport().get(url, headers={}, limit=_CERTIFICATE_BYTES)
    if not isinstance(reply, HttpReply) or reply.status >= 500:
        raise Unavailable("SNS's certificate can't be fetched now")
    if reply.status != 200:
        raise SignatureError("SNS has no certificate at this address")
    return reply.body


class Certificates:
    """Checks signatures; keeps the certificates it fetched, which SNS changes once a year."""

    def __init__(self, fetch: FetchCertificate = fetch_certificate) -> None:
        self._fetch = fetch
        self._known: dict[str, bytes] = {}

    def check(self, message: Sns) -> None:
        """The signature is SNS's and fits; SignatureError otherwise. Raises Unavailable if the
        certificate can't be fetched now: SNS will call again."""
        if not is_sns(message.signing_cert_url, ".pem"):
            raise SignatureError("the certificate's address is not SNS's")
        url = message.signing_cert_url
        pem = self._known.get(url) or self._fetch(url)
        _check_signature(message, pem)
        # Kept once it has proved to be one: others could fill the memory with addresses.
        if len(self._known) < _MOST_CERTIFICATES:
            self._known[url] = pem


_DIGESTS: "dict[str, Digest]" = {"1": "sha1", "2": "sha256"}
"""SHA-1 is what version 1 of SNS's signatures is defined with."""


def _check_signature(message: Sns, pem: bytes) -> None:
    # Needed only where SNS calls over HTTPS.
    from chalicelib.channels.public_keys import check_rsa

    digest = _DIGESTS.get(message.signature_version)
    if digest is None:
        raise SignatureError("SNS's signature has an unknown version")
    try:
        given = b64decode(message.signature, validate=True)
    except ValueError as error:
        raise SignatureError("SNS's signature can't be read") from error
    check_rsa(pem, given, signed_text(message), digest)


def signed_text(message: Sns) -> bytes:
    """The fields that SNS signs, each with its name, in the order of their names."""
    values = {
        "Message": message.message,
        "MessageId": message.message_id,
        "Subject": message.subject,
        "SubscribeURL": message.subscribe_url,
        "Timestamp": message.timestamp,
        "Token": message.token,
        "TopicArn": message.topic_arn,
        "Type": message.type,
    }
    names = _NOTIFICATION if message.type == "Notification" else _CONFIRMATION
    lines = (f"{name}\n{values[name]}\n" for name in names if values[name] is not None)
    return "".join(lines).encode("utf-8", "surrogatepass")
