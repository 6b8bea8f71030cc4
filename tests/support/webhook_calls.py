"""Webhook calls as platforms make them, and messages as their webhooks hold them."""

import json
from datetime import datetime
from typing import Any

from chalicelib.channels.base import Delivery
from chalicelib.envelope import seal
from chalicelib.ids import new_id
from infra.local import signing
from tests.support.world import SECRETS

SHOP = "kahve-dukkani.myshopify.com"


def chat_message(
    message_id: str,
    at: datetime,
    *,
    text: str = "Merhaba",
    customer: str = "visitor-1",
    **about: Any,
) -> dict[str, Any]:
    """A chat event with one message; `about` adds to the customer (email, email_verified …)."""
    return {
        "type": "message.created",
        "timestamp": at.isoformat(),
        "data": {
            "customer": {"id": customer, **about},
            "message": {"id": message_id, "text": text, "sent_at": at.isoformat()},
        },
    }


def whatsapp_message(
    message_id: str, at: datetime, *, text: str = "Merhaba", sender: str = "905321112233"
) -> dict[str, Any]:
    """A WhatsApp delivery with one text message."""
    message = {
        "from": sender,
        "id": message_id,
        "timestamp": str(int(at.timestamp())),
        "type": "text",
        "text": {"body": text},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550001111", "phone_number_id": "15550001111"},
        "contacts": [{"profile": {"name": "Ayşe Yılmaz"}, "wa_id": sender}],
        "messages": [message],
    }
    change = {"field": "messages", "value": value}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}


def telegram_message(
    message_id: int, at: datetime, *, text: str = "Merhaba", sender: int = 4242
) -> dict[str, Any]:
    """A Telegram update with one private message."""
    person = {"id": sender, "is_bot": False, "first_name": "Mehmet", "language_code": "tr"}
    return {
        "update_id": 900000 + message_id,
        "message": {
            "message_id": message_id,
            "from": person,
            "chat": {"id": sender, "type": "private", "first_name": "Mehmet"},
            "date": int(at.timestamp()),
            "text": text,
        },
    }


def signed(source: str, body: bytes, at: datetime, *, topic: str = "") -> dict[str, str]:
    """The headers with which the platform would send this body at this time."""
    secret = SECRETS["webhooks"][source]["secrets"][0]
    return signing.signed(source, secret, body, at, topic=topic, shop=SHOP)


def queued(
    source: str,
    payload: Any,
    at: datetime,
    *,
    delivery_id: str | None = None,
    headers: dict[str, str] | None = None,
) -> str:
    """What the api function puts on `inbound` for this payload."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return seal(
        Delivery(
            delivery_id=delivery_id or new_id("dlv"),
            source=source,
            received_at=at,
            headers=headers or {},
            body=body,
        )
    )


def queued_order(topic: str, payload: Any, at: datetime) -> str:
    """A Shopify delivery as it lies on `inbound`."""
    headers = {"x-shopify-topic": topic, "x-shopify-shop-domain": SHOP}
    return queued("shopify", payload, at, headers=headers)
