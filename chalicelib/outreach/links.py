"""Signed, expiring links: they prove what they were made for and reveal nothing.

A token is `payload.signature`, both base64url; the payload holds ids (never names or addresses),
what the link is for and when it ends; the signature is HMAC-SHA256 under the stage's own key.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from chalicelib.errors import Forbidden

LIFETIME = timedelta(days=180)


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """What a link says: `use` is what it is for ("unsubscribe"), `until` Unix seconds."""

    use: str
    customer_id: str
    purpose: str
    until: int


@dataclass(frozen=True, kw_only=True)
class Links:
    """Makes and reads links. `base_url` is where the API answers, without a slash at the end."""

    key: bytes
    base_url: str

    def unsubscribe(self, customer_id: str, purpose: str, now: datetime) -> str:
        """The URL that ends this purpose's mails for this customer, with one click (RFC 8058)."""
        until = int((now + LIFETIME).timestamp())
        token = Token(use="unsubscribe", customer_id=customer_id, purpose=purpose, until=until)
        return f"{self.base_url}/u/{self._sign(msgspec.json.encode(token))}"

    def read(self, text: str, use: str, now: datetime) -> Token:
        """The token, if it is ours, for this use and not over; Forbidden otherwise."""
        try:
            body = urlsafe_b64decode(_padded(text.partition(".")[0]))
        except ValueError:
            body = b""
        # Compared as text, so that one token has one spelling.
        if not hmac.compare_digest(text.encode(errors="replace"), self._sign(body).encode()):
            raise Forbidden("this link is not valid")
        try:
            token = msgspec.json.decode(body, type=Token)
        except msgspec.DecodeError as error:
            raise Forbidden("this link is for something else") from error
        if token.use != use or token.until < now.timestamp():
            raise Forbidden("this link is not valid any more")
        return token

    def _sign(self, body: bytes) -> str:
        return ".".join(
            urlsafe_b64encode(part).rstrip(b"=").decode() for part in (body, self._mac(body))
        )

    def _mac(self, body: bytes) -> bytes:
        return hmac.new(self.key, body, sha256).digest()


def _padded(text: str) -> bytes:
    return text.encode("ascii", errors="replace") + b"=" * (-len(text) % 4)
