"""On whose behalf Temas calls X: by a token that is sent along, or by one that signs."""

from dataclasses import dataclass

from chalicelib.channels.base import Account
from chalicelib.channels.sending import setting
from chalicelib.channels.x.oauth1 import Credentials
from chalicelib.clock import Clock

API_BASE = "https://api.x.com"


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """`bearer` is an OAuth 2.0 user access token; with `credentials` every request is signed."""

    base: str
    bearer: str
    credentials: Credentials | None
    clock: Clock

    @classmethod
    def of(cls, account: Account, clock: Clock) -> "Access":
        """Raises ConfigurationError if the account lacks a token, or one of the four."""
        base = setting(account, "x", "api_base", API_BASE).rstrip("/")
        token = setting(account, "x", "access_token")
        if not account.get("access_token_secret"):
            return cls(base=base, bearer=token, credentials=None, clock=clock)
        credentials = Credentials(
            key=setting(account, "x", "api_key"),
            secret=setting(account, "x", "api_secret"),
            token=token,
            token_secret=setting(account, "x", "access_token_secret"),
        )
        return cls(base=base, bearer="", credentials=credentials, clock=clock)

    def header(self, method: str, url: str) -> str:
        if self.credentials:
            return self.credentials.header(method, url, self.clock)
        return f"Bearer {self.bearer}"

    @property
    def hidden(self) -> tuple[str, ...]:
        one = self.credentials
        return (one.key, one.secret, one.token, one.token_secret) if one else (self.bearer,)
