"""Signed, expiring links: they prove what they were made for and reveal nothing.

A token is `payload.signature`, both base64url; the payload holds ids (never names or addresses),
what the link is for and when it ends; the signature is HMAC-SHA256 under the stage's own key.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

import msgspec

from chalicelib.errors import Forbidden

LIFETIME = timedelta(days=180)

Use = Literal["unsubscribe", "preferences", "review", "survey"]

PATHS: dict[Use, str] = {"unsubscribe": "u", "preferences": "p", "review": "r", "survey": "s"}
"""Where each link leads: the first part of its path."""


class Token(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a link says: `use` is what it is for, `until` Unix seconds; `about` is the purpose that
    an unsubscribe link ends, or the id of the notification that a review or survey link came with.
    """

    use: Use
    customer_id: str
    about: str = ""
    until: int


@dataclass(frozen=True, kw_only=True)
class Links:
    """Makes and reads links. `base_url` is where the API answers, without a slash at the end."""

    key: bytes
    base_url: str

    def unsubscribe(self, customer_id: str, purpose: str, now: datetime) -> str:
        """The URL that ends this purpose's mails for this customer, with one click (RFC 8058)."""
        return self._url("unsubscribe", customer_id, purpose, now)

    def preferences(self, customer_id: str, now: datetime) -> str:
        """The URL of the page on which the customer sees and chooses what they get."""
        return self._url("preferences", customer_id, "", now)

    def review(self, customer_id: str, notification_id: str, now: datetime) -> str:
        """The URL of the page on which the customer reviews what that reminder is about."""
        return self._url("review", customer_id, notification_id, now)

    def survey(self, customer_id: str, notification_id: str, now: datetime) -> str:
        """The URL of the page on which the customer answers that question."""
        return self._url("survey", customer_id, notification_id, now)

    def read(self, text: str, use: str, now: datetime) -> Token:
        """The token, if it is ours, for this use and not over; Forbidden otherwise."""
        try:
            token = msgspec.json.decode(self.unseal(text), type=Token)
        except msgspec.DecodeError as error:
            raise Forbidden("this link is for something else") from error
        if token.use != use or token.until < now.timestamp():
            raise Forbidden("this link is not valid any more")
        return token

    def seal(self, body: bytes) -> str:
        """What is said, signed: `payload.signature`. Whoever signs something else than a Token
        gives it a shape that no Token has."""
        return ".".join(
            urlsafe_b64encode(part).rstrip(b"=").decode() for part in (body, self._mac(body))
        )

    def unseal(self, text: str) -> bytes:
        """What was sealed; Forbidden if not by us."""
        try:
            body = urlsafe_b64decode(_padded(text.partition(".")[0]))
        except ValueError:
            body = b""
        # Compared as text, so that one token has one spelling.
        if not hmac.compare_digest(text.encode(errors="replace"), self.seal(body).encode()):
            raise Forbidden("this link is not valid")
        return body

    def _url(self, use: Use, customer_id: str, about: str, now: datetime) -> str:
        until = int((now + LIFETIME).timestamp())
        token = Token(use=use, customer_id=customer_id, about=about, until=until)
        return f"{self.base_url}/{PATHS[use]}/{self.seal(msgspec.json.encode(token))}"

    def _mac(self, body: bytes) -> bytes:
        return hmac.new(self.key, body, sha256).digest()


def _padded(text: str) -> bytes:
    return text.encode("ascii", errors="replace") + b"=" * (-len(text) % 4)
