"""What staff work with, as frozen values."""

from datetime import datetime
from typing import Any

import msgspec

from chalicelib.store.records import Record


class Label(Record, frozen=True, kw_only=True):
    """What staff last said of a conversation, who, when: `category` is what it counts as since,
    `was` what it did before. `example` is the category that a person gave it, then or earlier; None
    if only machines ever gave it one."""

    conversation_id: str
    customer_id: str
    at: datetime
    by: str
    category: str | None = None
    was: str | None = None
    example: str | None = None
    labels: tuple[str, ...] = ()


class Canned(Record, frozen=True, kw_only=True):
    """An answer that is written once and sent often: its text by locale, with {placeholders};
    `variables` are those that whoever sends it fills in."""

    name: str
    texts: dict[str, str]
    variables: tuple[str, ...] = ()
    updated_at: datetime
    updated_by: str
    version: int | None = None


class AuditLine(Record, frozen=True, kw_only=True):
    """One change that was made over the staff API: when, by which key (its name, and the beginning
    of its hash), which operation on which ids, which fields, with which answer. No values."""

    id: str
    at: datetime
    by: str
    key: str
    route: str
    status: int
    ids: dict[str, str] = msgspec.field(default_factory=dict)
    fields: tuple[str, ...] = ()
    facts: dict[str, Any] = msgspec.field(default_factory=dict)
