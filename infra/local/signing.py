"""Webhook headers as each platform signs them: for the story, the tests and the benchmarks."""

import base64
import hmac
from datetime import datetime
from hashlib import sha1, sha256
from urllib.parse import parse_qsl

from standardwebhooks import Webhook


def signed(
    source: str,
    secret: str,
    body: bytes,
    at: datetime,
    *,
    topic: str = "",
    shop: str = "",
    url: str = "",
) -> dict[str, str]:
    """The headers with which `source` would send this body at this time; `url` is where to, which
    Twilio signs, too."""
    headers = {"content-type": "application/json"}
    match source:
        case "whatsapp" | "messenger" | "instagram":
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
        case "twilio":
            form = sorted(parse_qsl(body.decode(), keep_blank_values=True))
            text = url + "".join(name + value for name, value in form)
            mac = hmac.new(secret.encode(), text.encode(), sha1).digest()
            return {
                "content-type": "application/x-www-form-urlencoded",
                "x-twilio-signature": base64.b64encode(mac).decode(),
            }
        case "woocommerce":
            mac = hmac.new(secret.encode(), body, sha256).digest()
            return headers | {
                "x-wc-webhook-signature": base64.b64encode(mac).decode(),
                "x-wc-webhook-topic": topic,
                "x-wc-webhook-source": f"https://{shop}/",
            }
        case "chat" | "orders":
            name = f"msg_{sha256(body).hexdigest()[:20]}"
            return headers | {
                "webhook-id": name,
                "webhook-timestamp": str(int(at.timestamp())),
                "webhook-signature": Webhook(secret).sign(name, at, body.decode()),
            }
    raise ValueError(f"nothing is known of how {source!r} signs")
