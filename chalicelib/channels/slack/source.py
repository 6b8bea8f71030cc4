"""Slack apps: workspaces in which the brand supports other businesses, or its own people.

`account` is the brand's workspace, a message "{channel}:{ts}", and an address "{channel}", or
"{channel}:{thread_ts}" for what was asked in a thread. In channels shared with customers (Slack
Connect), what colleagues write is the brand's and comes as an Echo.

Not messages of a customer, and therefore Ignored under their names: other bots' messages, notes of
the channel (joins, topics, …), changes without new words, and all events that are about the
workspace, the app or files rather than about messages.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from chalicelib.channels import signatures
from chalicelib.channels.base import Answer, Channel, ChannelEvent, Delivery, Secrets
from chalicelib.channels.slack import interactions
from chalicelib.channels.slack.changes import deleted, edited, reacted
from chalicelib.channels.slack.messages import ignored, written
from chalicelib.channels.slack.people import account_of
from chalicelib.channels.slack.wire import ENVELOPE, KIND, Envelope
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

Reader = Callable[[msgspec.Raw, Envelope, str, datetime], ChannelEvent]
_READERS: dict[str, Reader] = {
    "message": written,
    "app_mention": written,
    "message/message_changed": edited,
    "message/message_deleted": deleted,
    "reaction_added": reacted,
    "reaction_removed": reacted,
}


class Slack(Channel):
    name = "slack"

    def verify(
        self,
        *,
        headers: Mapping[str, str],
        body: bytes,
        secrets: Secrets,
        now: datetime,
        url: str = "",
    ) -> None:
        given = signatures.header(headers, "x-slack-signature")
        stamp = signatures.header(headers, "x-slack-request-timestamp")
        signatures.check_time(stamp, now, what="x-slack-request-timestamp")
        signed = b":".join((b"v0", stamp.encode(), body))
        signatures.check_hex(given, signed, signatures.listed(secrets), prefix="v0=")

    def answer(self, *, headers: Mapping[str, str], body: bytes) -> Answer | None:
        """The challenge of a new URL. Commands and buttons want an empty answer: anything else
        would be shown to whoever gave them."""
        if not _is_json(body):
            return Answer(text="")
        if b'"url_verification"' not in body:
            return None
        try:
            envelope = decode(ENVELOPE, body)
        except ParseError:
            return None
        if envelope.type != "url_verification" or envelope.challenge is None:
            return None
        return Answer(text=envelope.challenge, kept=False)

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        if not _is_json(delivery.body):
            return interactions.read(delivery.body, delivery.received_at)
        envelope = decode(ENVELOPE, delivery.body)
        if envelope.type == "url_verification":
            return []
        if envelope.type != "event_callback":
            return [ignored(envelope.type, envelope.team_id or "")]
        kind = decode(KIND, envelope.event, "$.event")
        account = account_of(envelope)
        reader = _READERS.get(f"{kind.type}/{kind.subtype}") or _READERS.get(kind.type)
        if reader is None:
            return [ignored(kind.type, account)]
        return [reader(envelope.event, envelope, account, delivery.received_at)]


def _is_json(body: bytes) -> bool:
    return body[:64].lstrip()[:1] in (b"{", b"[")


SLACK = Slack()
