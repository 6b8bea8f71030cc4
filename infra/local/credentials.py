"""Secrets of a local stack: strong, random, new at every `up`, and nobody else's."""

import base64
import json
import secrets
from typing import Any

DIGITS = 10**14


def store_secrets(client: Any, stage: str, *, api_url: str, recorder_url: str) -> dict[str, str]:
    """Fill the four secrets of the stage, so that every platform is the recorder; returns what
    each platform signs with, by source, and what it must know besides (`whatsapp_verify_token`).

    `client` is a boto3 Secrets Manager client.
    """
    known = signing_secrets()
    webhooks = _webhooks(known)
    # As an operator writes it down: Twilio signs the address it was given.
    webhooks["twilio"] |= {"urls": [f"{api_url}/webhooks/twilio"]}
    _put(client, f"temas-{stage}-webhooks", webhooks)
    _put(client, f"temas-{stage}-platforms", platform_accounts(recorder_url, known))
    # The signing key was made with the stack; only the address is known later.
    links = json.loads(client.get_secret_value(SecretId=f"temas-{stage}-links")["SecretString"])
    _put(client, f"temas-{stage}-links", {**links, "base_url": api_url})
    # The recorder, and whoever tries out webhook endpoints, are on this machine.
    relay = json.loads(client.get_secret_value(SecretId=f"temas-{stage}-relay")["SecretString"])
    _put(client, f"temas-{stage}-relay", {**relay, "trusted_hosts": ["127.0.0.1", "localhost"]})
    return known


def signing_secrets() -> dict[str, str]:
    """What each platform signs with, or knows, by source."""
    keys = ("whatsapp", "messenger", "instagram", "twilio", "shopify", "woocommerce", "slack", "x")
    shared = ("zendesk", "freshdesk", "trustpilot", "google", "sendgrid")
    return {
        **{source: secrets.token_hex(32) for source in keys},
        **{source: secrets.token_urlsafe(24) for source in shared},
        **{source: _standard_webhooks_secret() for source in ("chat", "orders")},
        "telegram": secrets.token_urlsafe(32),
        "whatsapp_verify_token": secrets.token_urlsafe(24),
    }


def _webhooks(known: dict[str, str]) -> dict[str, Any]:
    sources: dict[str, Any] = {
        source: {"secrets": [secret]}
        for source, secret in known.items()
        if source != "whatsapp_verify_token"
    }
    for source in ("whatsapp", "messenger", "instagram"):
        sources[source] |= {"verify_token": known["whatsapp_verify_token"]}
    return sources


def platform_accounts(recorder: str, known: dict[str, str]) -> dict[str, Any]:
    """The brand's accounts on every platform, all of which are the recorder at this URL."""
    return {
        "whatsapp": {
            "access_token": f"EAA{secrets.token_hex(60)}",
            "phone_number_id": _digits(),
            "api_base": f"{recorder}/whatsapp/v21.0",
        },
        "messenger": {
            "access_token": f"EAA{secrets.token_hex(60)}",
            "page_id": _digits(),
            "api_base": f"{recorder}/messenger/v21.0",
        },
        "instagram": {
            "access_token": f"IGAA{secrets.token_hex(60)}",
            "account_id": _digits(),
            "api_base": f"{recorder}/instagram/v21.0",
        },
        "telegram": {
            "token": f"{10**9 + secrets.randbelow(10**9)}:AA{secrets.token_urlsafe(25)[:33]}",
            "api_base": f"{recorder}/telegram",
        },
        "twilio": {
            "account_sid": f"AC{secrets.token_hex(16)}",
            "auth_token": known["twilio"],
            "from": "+12125550100",
            "whatsapp_from": "+12125550101",
            "api_base": f"{recorder}/twilio",
        },
        "slack": {"token": f"xoxb-{secrets.token_hex(24)}", "api_base": f"{recorder}/slack"},
        "x": {"access_token": secrets.token_urlsafe(48), "api_base": f"{recorder}/x"},
        "zendesk": {
            "email": "agent@kahve.example",
            "api_token": secrets.token_urlsafe(30),
            "api_base": f"{recorder}/zendesk",
        },
        "freshdesk": {
            "api_key": secrets.token_urlsafe(20),
            "api_base": f"{recorder}/freshdesk",
        },
        "trustpilot": {
            "access_token": secrets.token_urlsafe(24),
            "business_user_id": secrets.token_hex(12),
            "api_base": f"{recorder}/trustpilot",
        },
        "google": {
            "client_id": secrets.token_hex(12),
            "client_secret": secrets.token_urlsafe(24),
            "refresh_token": secrets.token_urlsafe(48),
            "api_base": f"{recorder}/google",
            "token_url": f"{recorder}/google/token",
        },
        "chat": {"url": f"{recorder}/chat", "secret": _standard_webhooks_secret()},
    }


def _digits() -> str:
    return str(DIGITS + secrets.randbelow(9 * DIGITS))


def _standard_webhooks_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _put(client: Any, name: str, value: dict[str, Any]) -> None:
    client.put_secret_value(SecretId=name, SecretString=json.dumps(value))
