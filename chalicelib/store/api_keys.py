"""Staff API keys, made by `infra.keys`: only their SHA-256 is stored.

A key has 256 random bits, so the hash needs neither salt nor slowness.
"""

from hashlib import sha256

from chalicelib.store import keys
from chalicelib.store.mapping import record
from chalicelib.store.records import ApiKey
from chalicelib.store.table import get_many


def digest(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def find(key: str) -> ApiKey | None:
    """The record of a key, or None for one that was never made."""
    wanted = keys.api_key(digest(key))
    found = get_many([wanted], consistent=False).get(wanted)
    return record(ApiKey, found, digest=digest(key)) if found else None
