"""SendGrid Inbound Parse: mails as a form, taken apart by SendGrid or raw in its field `email`.

SendGrid signs with ECDSA where a security policy asks for it; else a secret in the URL shows that
the caller knows it. A sender is believed if SPF or DKIM vouches for the very domain in From.

News of the Event Webhook (JSON lists of delivered, open, …) is Ignored under its names: mails from
Temas leave by SES.
"""

from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import msgspec

from chalicelib.channels import signatures
from chalicelib.channels.base import Channel, ChannelEvent, Delivery, Fetched, Ignored, Secrets
from chalicelib.channels.email.arriving import CHANNEL, arrived
from chalicelib.channels.email.mail import file_in
from chalicelib.channels.email.mail import read as read_mail
from chalicelib.channels.sendgrid.form import read
from chalicelib.channels.sendgrid.parsed import checks, envelope_from, mail_of
from chalicelib.channels.wire import counter, decode
from chalicelib.errors import ParseError, SignatureError

_SIGNATURE = "x-twilio-email-event-webhook-signature"
_TIMESTAMP = "x-twilio-email-event-webhook-timestamp"
_LONGEST_SIGNATURE = 500


class _News(msgspec.Struct):
    event: str = "unknown"


_EVENTS = msgspec.json.Decoder(Annotated[list[_News], msgspec.Meta(min_length=1)])


class SendGrid(Channel):
    name = "sendgrid"
    kept_headers = ("content-type",)
    verified_by = ("public_keys", "secrets")

    def verify(
        self,
        *,
        headers: Mapping[str, str],
        body: bytes,
        secrets: Secrets,
        now: datetime,
        url: str = "",
    ) -> None:
        keys = secrets.get("public_keys")
        if not keys:
            signatures.check_shared_secret(headers, url, secrets)
            return
        given = signatures.header(headers, _SIGNATURE)
        timestamp = signatures.header(headers, _TIMESTAMP)
        signatures.check_time(timestamp, now, what=_TIMESTAMP)
        _check_ecdsa(given, timestamp.encode() + body, keys)

    def carried(self, delivery: Delivery, content: bytes | None, name: str) -> Fetched | None:
        form = read(delivery.body, delivery.headers.get("content-type", ""))
        if "email" in form.fields:
            return file_in(form.fields["email"], name)
        found = next((file for file in form.files if file.name == name), None)
        return Fetched(content=found.content, mime=found.mime or None) if found else None

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        if delivery.body.lstrip()[:1] in (b"[", b"{", b""):
            news = decode(_EVENTS, delivery.body)
            return [Ignored(channel=CHANNEL, what=counter(f"event:{one.event}")) for one in news]
        form = read(delivery.body, delivery.headers.get("content-type", ""))
        mail = form.fields.get("email")
        if mail is None and not form.fields.keys() & {"headers", "from", "text", "html"}:
            raise ParseError("the form has neither `email` nor `headers`: no mail of SendGrid")
        return [
            arrived(
                mail_of(form) if mail is None else read_mail(mail),
                checks(form),
                received_at=delivery.received_at,
                envelope_from=envelope_from(form),
            )
        ]


def _check_ecdsa(given: str, signed: bytes, keys: object) -> None:
    """The signature fits one of the public keys, given as base64 of their DER."""
    # Needed only where SendGrid is told to sign.
    from chalicelib.channels.public_keys import fits_ecdsa

    for text in keys if isinstance(keys, list | tuple) else ():
        try:
            key, raw = b64decode(str(text)), b64decode(given[:_LONGEST_SIGNATURE])
        except ValueError:
            continue
        if fits_ecdsa(key, raw, signed):
            return
    raise SignatureError("the signature does not fit the body under any of sendgrid.public_keys")


SENDGRID = SendGrid()
