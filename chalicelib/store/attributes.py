"""Two attribute types: moments as sortable text, and nested values as one JSON text.

Nested values are JSON rather than DynamoDB maps because nothing queries inside them, they are
always written whole under a version, and encoding them natively costs several times the CPU.
"""

from datetime import datetime
from typing import Any

import msgspec
from pynamodb.attributes import Attribute
from pynamodb.constants import STRING

from chalicelib.clock import iso, parse_iso


class MomentAttribute(Attribute[datetime]):
    """An aware datetime as fixed-width UTC text."""

    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        return iso(value)

    def deserialize(self, value: str) -> datetime:
        return parse_iso(value)


class DocumentAttribute(Attribute[Any]):
    """Any JSON-able value (msgspec structs included) as JSON text."""

    attr_type = STRING

    def serialize(self, value: Any) -> str:
        return msgspec.json.encode(value).decode()

    def deserialize(self, value: str) -> Any:
        return msgspec.json.decode(value)
