"""OAuth 1.0a: tokens that do not run out, and a signature for every request."""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex
from urllib.parse import quote

from chalicelib.channels.signatures import base64_hmac
from chalicelib.clock import Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """The app's key and the account's token, each with its secret."""

    key: str
    secret: str
    token: str
    token_secret: str

    def header(
        self, method: str, url: str, clock: Clock, nonce: Callable[[], str] = token_hex
    ) -> str:
        """The Authorization header for a request whose URL has no query and whose body is no
        form: these would have to be signed too."""
        fields = {
            "oauth_consumer_key": self.key,
            "oauth_nonce": nonce(),
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": str(int(clock().timestamp())),
            "oauth_token": self.token,
            "oauth_version": "1.0",
        }
        signed = "&".join(f"{name}={_quoted(value)}" for name, value in sorted(fields.items()))
        base = "&".join(map(_quoted, (method, url, signed)))
        key = f"{_quoted(self.secret)}&{_quoted(self.token_secret)}"
        fields["oauth_signature"] = base64_hmac(key.encode(), base.encode(), "sha1")
        return "OAuth " + ", ".join(f'{name}="{_quoted(v)}"' for name, v in sorted(fields.items()))


def _quoted(text: str) -> str:
    return quote(text, safe="~")
