"""One call of an endpoint, and what its answer means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from chalicelib.channels.base import HttpReply, NotSent, Transport, Unknown
from chalicelib.channels.sending import retry_after
from chalicelib.errors import ConfigurationError, InvalidRequest
from chalicelib.relaying import signing
from chalicelib.relaying.addresses import check_url
from chalicelib.relaying.messages import Sending
from chalicelib.store.relay_records import RelayAttempt, RelayEndpoint

GONE_STATUS = 410


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a call came to. `gone`: the endpoint wants no more, ever. `asked` are the seconds for
    which it wants to be left alone."""

    delivered: bool
    attempt: RelayAttempt
    gone: bool = False
    asked: float | None = None


@dataclass(frozen=True, kw_only=True)
class Keyring:
    """What the stage knows of its own: `key` all secrets are worked out from, `trusted` hosts."""

    key: bytes
    trusted: frozenset[str] = frozenset()

    @classmethod
    def of(cls, secret: Mapping[str, object], name: str) -> "Keyring":
        """From the secret of this name. Raises ConfigurationError."""
        key, hosts = secret.get("signing_key"), secret.get("trusted_hosts", [])
        if not isinstance(key, str) or len(key) < 32:
            raise ConfigurationError(
                f"the secret {name} lacks signing_key (32 characters or more): `make deploy` makes "
                "it"
            )
        if not isinstance(hosts, list) or not all(isinstance(one, str) for one in hosts):
            raise ConfigurationError(
                f'trusted_hosts in the secret {name} must be a list such as ["desk.example:8443"]'
            )
        return cls(key=key.encode(), trusted=frozenset(one.lower() for one in hosts))

    def secrets(self, endpoint: RelayEndpoint, now: datetime) -> list[str]:
        """What the endpoint's calls are signed with now, the newest first."""
        found = signing.active(endpoint.secrets, now)
        return [signing.secret(self.key, endpoint.id, one.salt) for one in found]


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Calls endpoints. `monotonic` gives seconds."""

    transport: Callable[[], Transport]
    keyring: Callable[[], Keyring]
    monotonic: Callable[[], float]

    def call(self, endpoint: RelayEndpoint, sending: Sending, now: datetime) -> Outcome:
        """Raises Unavailable or ConfigurationError where it is us who can't."""
        keyring, body = self.keyring(), sending.body.encode()
        began = self.monotonic()
        try:
            check_url(endpoint.url, keyring.trusted)
        except InvalidRequest as error:
            return _judged(NotSent(code="url_refused", detail=str(error)), sending, now, 0)
        headers = signing.headers(sending.event_id, now, body, keyring.secrets(endpoint, now))
        try:
            reply = self.transport().post(endpoint.url, headers=headers, body=body)
        except ConfigurationError as error:
            reply = NotSent(code="url_refused", detail=str(error))
        return _judged(reply, sending, now, round(1000 * (self.monotonic() - began)))


def _judged(
    reply: HttpReply | NotSent | Unknown, sending: Sending, at: datetime, millis: int
) -> Outcome:
    """Only 2xx is yes: a redirect, too, is a no, or a call could be led anywhere. Pure."""
    made = RelayAttempt(at=at, millis=millis, number=sending.attempt, round=sending.round)
    if not isinstance(reply, HttpReply):
        attempt = replace(made, code=reply.code, detail=reply.detail[:200])
        return Outcome(delivered=False, attempt=attempt)
    attempt = replace(made, status=reply.status)
    if 200 <= reply.status < 300:
        return Outcome(delivered=True, attempt=attempt)
    gone = reply.status == GONE_STATUS
    return Outcome(delivered=False, attempt=attempt, gone=gone, asked=retry_after(reply))
