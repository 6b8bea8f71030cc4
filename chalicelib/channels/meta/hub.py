"""How Meta calls: a GET handshake with a token of ours, and signed bodies afterwards."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice

from chalicelib.channels import signatures
from chalicelib.channels.base import Channel, ChannelEvent, Secrets
from chalicelib.errors import ParseError, SignatureError

MOST_EVENTS = 5000
"""In one delivery. Meta sends a thousand at most; more is a flood that would hold up everything
behind it."""


class HubChannel(Channel):
    """A platform of Meta's. Its signature has no time stamp, so an old call can't be told apart:
    repeats are harmless because every event has a name of its own."""

    def verify(
        self,
        *,
        headers: Mapping[str, str],
        body: bytes,
        secrets: Secrets,
        now: datetime,
        url: str = "",
    ) -> None:
        given = signatures.header(headers, "x-hub-signature-256")
        signatures.check_hex(given, body, signatures.listed(secrets), prefix="sha256=")

    def handshake(self, *, query: Mapping[str, str], secrets: Secrets) -> str:
        token, challenge = secrets.get("verify_token"), query.get("hub.challenge")
        if query.get("hub.mode") != "subscribe" or not challenge or not isinstance(token, str):
            raise SignatureError("Not a webhook subscription with a verify token")
        signatures.check_token(query.get("hub.verify_token", ""), [token])
        return challenge


def counted(events: Iterator[ChannelEvent]) -> list[ChannelEvent]:
    """The events of a delivery; ParseError for a flood."""
    found = list(islice(events, MOST_EVENTS + 1))
    if len(found) > MOST_EVENTS:
        raise ParseError(f"$ holds more than {MOST_EVENTS} events")
    return found
