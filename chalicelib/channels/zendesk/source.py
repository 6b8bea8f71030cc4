"""Zendesk's webhooks: subscribed to events (`type` is there), or called by a trigger's template.

`account` is the subdomain (Zendesk's account number in its own events), `address` the ticket's
number. One comment is one message, named by ticket and comment. The requester's mail address is
what somebody wrote into a form: it is told in `details`, and never a handle.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from chalicelib.channels import signatures
from chalicelib.channels.base import Answer, Channel, ChannelEvent, Delivery, Secrets
from chalicelib.channels.wire import decode
from chalicelib.channels.zendesk import native, tickets
from chalicelib.clock import parse_iso
from chalicelib.errors import ParseError, SignatureError

_STAMP = "x-zendesk-webhook-signature-timestamp"


class Envelope(msgspec.Struct):
    type: object = None


_ENVELOPE = msgspec.json.Decoder(Envelope)


class Zendesk(Channel):
    name = "zendesk"

    def verify(
        self,
        *,
        headers: Mapping[str, str],
        body: bytes,
        secrets: Secrets,
        now: datetime,
        url: str = "",
    ) -> None:
        given = signatures.header(headers, "x-zendesk-webhook-signature")
        stamp = signatures.header(headers, _STAMP)
        signed = stamp.encode("utf-8", "surrogatepass") + body
        signatures.check_base64(given, signed, keys=signatures.listed(secrets))
        try:
            age = now - parse_iso(stamp)
        except ParseError as error:
            raise SignatureError(f"{_STAMP} is no time: {error}") from error
        if abs(age.total_seconds()) > signatures.TOLERANCE_SECONDS:
            raise SignatureError(f"{_STAMP} is not within five minutes of now")

    def answer(self, *, headers: Mapping[str, str], body: bytes) -> Answer | None:
        """A webhook without a body is signed and says nothing: there is nothing to keep."""
        return None if body.strip() else Answer(text="", kept=False)

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        kind = decode(_ENVELOPE, delivery.body).type
        if isinstance(kind, str) and kind.startswith(native.PREFIX):
            return [native.event(delivery.body, delivery.received_at)]
        return [tickets.event(delivery.body, delivery.received_at)]


ZENDESK = Zendesk()
