"""Names of things: random where nobody may guess them, derived where repeats must meet."""

import secrets
from base64 import b32encode
from hashlib import sha256


def new_id(prefix: str) -> str:
    """A random id such as `cus_7k2m…` (100 bits)."""
    return f"{prefix}_{_text(secrets.token_bytes(13))}"


def stable_id(prefix: str, *parts: str) -> str:
    """The same id for the same parts, always: what makes a repeated step land on its first run.

    The parts are joined by a unit separator, so ("a", "bc") and ("ab", "c") differ.
    """
    return f"{prefix}_{_text(sha256(chr(31).join(parts).encode()).digest()[:13])}"


def _text(raw: bytes) -> str:
    return b32encode(raw).decode().rstrip("=").lower()[:20]
