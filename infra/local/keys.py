"""A first staff API key for a local stack."""

from datetime import UTC, datetime
from typing import Any

from infra.keys import make_key


def make_api_key(table_name: str, session: Any) -> str:
    """A key that may do everything, under the name "local"."""
    return make_key(table_name, session, name="local", scopes=("*",), at=datetime.now(UTC))
