"""Webhook headers as each platform signs them: for the story, the tests and the benchmarks."""

import base64
import hmac
from datetime import datetime
from hashlib import sha256

from standardwebhooks import Webhook


def signed(
    source: str, secret: str, body: bytes, at: datetime, *, topic: str = "", shop: str = ""
) -> dict[str, str]:
    """The headers with which `source` would send this body at this time."""
    headers = {"content-type": "application/json"}
    match source:
        case "whatsapp":
            digest = hmac.new(secret.encode(), body, sha256).hexdigest()
            return headers | {"x-hub-signature-256": f"sha256={digest}"}
        case "telegram":
            return headers | {"x-telegram-bot-api-secret-token": secret}
        case "shopify":
            mac = hmac.new(secret.encode(), body, sha256).digest()
            return headers | {
                "x-shopify-hmac-sha256": base64.b64encode(mac).decode(),
                "x-shopify-topic": topic,
                "x-shopify-shop-domain": shop,
                "x-shopify-webhook-id": sha256(body + topic.encode()).hexdigest()[:32],
            }
        case "chat":
            name = f"msg_{sha256(body).hexdigest()[:20]}"
            return headers | {
                "webhook-id": name,
                "webhook-timestamp": str(int(at.timestamp())),
                "webhook-signature": Webhook(secret).sign(name, at, body.decode()),
            }
    raise ValueError(f"nothing is known of how {source!r} signs")
