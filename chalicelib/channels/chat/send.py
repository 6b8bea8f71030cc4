"""Sending on the open chat channel: one signed webhook to the brand's platform."""

from datetime import datetime

import msgspec

from chalicelib.channels.base import Account, OutboundMessage, Outlet, SendResult, Transport
from chalicelib.channels.sending import Refusal, outcome, setting
from chalicelib.channels.signatures import standard_webhook_key, standard_webhook_signature
from chalicelib.clock import Clock, iso, utc_now
from chalicelib.errors import ConfigurationError


def send(
    message: OutboundMessage, account: Account, transport: Transport, *, clock: Clock = utc_now
) -> SendResult:
    """Raises ConfigurationError if the account lacks url or a usable secret.

    Any 2xx counts as taken. Not knowing counts as not sent: the receiver drops repeats by the
    webhook-id, which is the idempotency key.
    """
    url, secret = setting(account, "chat", "url"), setting(account, "chat", "secret")
    key = standard_webhook_key(secret)
    if key is None:
        raise ConfigurationError(
            "chat.secret in the secret temas-<stage>-platforms is not whsec_ and base64"
        )
    now = clock()
    body = _body(message, now)
    timestamp = str(int(now.timestamp()))
    signature = standard_webhook_signature(key, message.idempotency_key, timestamp, body)
    reply = transport.post(
        url,
        headers={
            "content-type": "application/json",
            "webhook-id": message.idempotency_key,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature,
        },
        body=body,
    )
    return outcome(
        reply,
        accepted=lambda _: message.idempotency_key,
        refused=_refusal,
        hide=(secret, url),
        idempotent=True,
    )


def _body(message: OutboundMessage, now: datetime) -> bytes:
    buttons = [{"payload": payload, "label": label} for payload, label in message.buttons]
    content = {"id": message.idempotency_key, "text": message.text, "buttons": buttons}
    return msgspec.json.encode(
        {
            "type": "message.outgoing",
            "timestamp": iso(now),
            "data": {
                "message": content,
                "address": message.address,
                "conversation_id": message.conversation_id,
            },
        }
    )


def _refusal(body: bytes) -> Refusal:
    return Refusal(detail=body.decode("utf-8", "replace").strip() or None)


OUTLET = Outlet(send=send, longest=65_536, idempotent=True)
