"""Secrets of a local stack: strong, random, new at every `up`, and nobody else's."""

import base64
import json
import secrets
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class WebhookSecrets:
    """What the platforms sign with, one text each."""

    whatsapp: str
    whatsapp_verify_token: str
    telegram: str
    chat: str
    shopify: str


def store_secrets(client: Any, stage: str, *, api_url: str, recorder_url: str) -> WebhookSecrets:
    """Fill the three secrets of the stage, so that every platform is the recorder.

    `client` is a boto3 Secrets Manager client.
    """
    fresh = WebhookSecrets(
        whatsapp=secrets.token_hex(32),
        whatsapp_verify_token=secrets.token_urlsafe(24),
        telegram=secrets.token_urlsafe(32),
        chat=_standard_webhooks_secret(),
        shopify=secrets.token_hex(32),
    )
    _put(
        client,
        f"temas-{stage}-webhooks",
        {
            "whatsapp": {
                "secrets": [fresh.whatsapp],
                "verify_token": fresh.whatsapp_verify_token,
            },
            "telegram": {"secrets": [fresh.telegram]},
            "chat": {"secrets": [fresh.chat]},
            "shopify": {"secrets": [fresh.shopify]},
        },
    )
    _put(
        client,
        f"temas-{stage}-platforms",
        {
            "whatsapp": {
                "access_token": f"EAA{secrets.token_hex(60)}",
                "phone_number_id": str(10**14 + secrets.randbelow(10**14)),
                "api_base": f"{recorder_url}/whatsapp/v21.0",
            },
            "telegram": {
                "token": f"{10**9 + secrets.randbelow(10**9)}:AA{secrets.token_urlsafe(25)[:33]}",
                "api_base": f"{recorder_url}/telegram",
            },
            "chat": {"url": f"{recorder_url}/chat", "secret": _standard_webhooks_secret()},
        },
    )
    # The signing key was made with the stack; only the address is known later.
    links = json.loads(client.get_secret_value(SecretId=f"temas-{stage}-links")["SecretString"])
    _put(client, f"temas-{stage}-links", {**links, "base_url": api_url})
    return fresh


def _standard_webhooks_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _put(client: Any, name: str, value: dict[str, Any]) -> None:
    client.put_secret_value(SecretId=name, SecretString=json.dumps(value))
