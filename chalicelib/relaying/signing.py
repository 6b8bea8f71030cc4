"""Standard Webhooks: the secrets of endpoints, and what a call is signed with. Pure.

No secret is stored: each is worked out from the stage's relay key (in Secrets Manager) and a random
salt in the table, so that who reads only one of the two can forge nothing.
"""

import base64
import hmac
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from chalicelib.channels.signatures import standard_webhook_key, standard_webhook_signature
from chalicelib.store.relay_records import RelaySecret


def secret(stage_key: bytes, endpoint_id: str, salt: str) -> str:
    """The secret that an endpoint has with this salt: `whsec_` and 32 bytes in base64."""
    about = f"temas relay\x1f{endpoint_id}\x1f{salt}".encode()
    return f"whsec_{base64.b64encode(hmac.new(stage_key, about, sha256).digest()).decode()}"


def active(secrets: Sequence[RelaySecret], now: datetime) -> list[RelaySecret]:
    """Those that calls are signed with at this moment, the newest first."""
    return sorted(
        (one for one in secrets if one.until is None or one.until > now),
        key=lambda one: one.made_at,
        reverse=True,
    )


def headers(message_id: str, at: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The headers of a call made at `at`, with a signature for each secret (`whsec_…`)."""
    timestamp = str(int(at.timestamp()))
    keys = [key for one in secrets if (key := standard_webhook_key(one))]
    signatures = [standard_webhook_signature(key, message_id, timestamp, body) for key in keys]
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }
