"""What is known of one contact – a conversation, or a review – as an issue. Pure.

The facts come in any order and more than once. Each is laid down so that the order makes no
difference: the earliest, the latest word, the gravest. What a contact adds to the counters is
worked out from all of them anew, and the difference to what it has added so far is counted.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.clock import iso, parse_iso
from chalicelib.device_limits import SEVERITIES, Severity

UNKNOWN = "-"
"""The category, channel or product of what has none that is known."""

LONGEST_PLACE = 1_000
"""Characters: DynamoDB takes 1,024 bytes."""


class Mark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, order=True):
    """Something that was said: when, in which message, and what. Sorted by these."""

    at: datetime
    id: str
    what: str = ""


class Facts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A contact's facts: its first message (`what`: on which channel), the last one that has a
    category, the last word of staff on that, the first that names a product, the gravest severity.
    `version`: of a review, which may be changed, the number of the change that counts."""

    first: Mark | None = None
    triaged: Mark | None = None
    staff: Mark | None = None
    named: Mark | None = None
    severity: Severity = "info"
    version: int = 0


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted together."""

    category: str
    severity: Severity
    channel: str
    product: str

    @property
    def counter(self) -> str:
        parts = (self.category, self.severity, self.channel, self.product)
        return "|".join(map(plain, parts))

    @classmethod
    @lru_cache(maxsize=20_000)  # the same few names on every day
    def parse(cls, counter: str) -> "Cell":
        """The reverse of `counter`."""
        category, severity, channel, product = map(unquote, counter.split("|"))
        grave = next((one for one in SEVERITIES if one == severity), SEVERITIES[0])
        return cls(category=category, severity=grave, channel=channel, product=product)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a contact stands in the list of its issue: by time. `message_key` is what to read; ""
    where it is not known, or too long for a key of the list."""

    at: datetime
    subject: str
    channel: str
    product: str
    message_key: str

    @property
    def text(self) -> str:
        parts = map(plain, (self.subject, self.channel, self.product))
        text = "#".join((iso(self.at), *parts, quote(self.message_key, safe="-:")))
        return text if len(text) <= LONGEST_PLACE else text.rpartition("#")[0] + "#"

    @classmethod
    def parse(cls, text: str) -> "Place":
        at, *parts = text.split("#")
        subject, channel, product, message_key = map(unquote, parts)
        return cls(
            at=parse_iso(at),
            subject=subject,
            channel=channel,
            product=product,
            message_key=message_key,
        )


def plain(text: str) -> str:
    """A name as it can stand in a counter's name and in a key."""
    return quote(text[:200], safe="-:")[:300]


def issue_list(category: str, severity: str) -> str:
    """The name of the list of contacts about an issue."""
    return f"VOICE#{plain(category)}#{severity}"


def joined(one: Facts, other: Facts) -> Facts:
    """What is known from both: the same whichever is first, and however often either is joined."""
    if one.version != other.version:
        return max(one, other, key=lambda facts: facts.version)
    return Facts(
        first=_first(one.first, other.first),
        triaged=_last(one.triaged, other.triaged),
        staff=_last(one.staff, other.staff),
        named=_first(one.named, other.named),
        severity=max(one.severity, other.severity, key=SEVERITIES.index),
        version=one.version,
    )


def _first(*marks: Mark | None) -> Mark | None:
    return min((mark for mark in marks if mark is not None), default=None)


def _last(*marks: Mark | None) -> Mark | None:
    return max((mark for mark in marks if mark is not None), default=None)


def counted(subject: str, facts: Facts, zone: ZoneInfo) -> tuple[str, Cell, Place] | None:
    """What a contact adds: once in this cell on this day (of its first message, in the brand's
    zone), and a line of the issue's list. None as long as nothing is known that counts."""
    said = facts.staff or facts.triaged
    first = facts.first or facts.staff
    if first is None:
        return None
    cell = Cell(
        category=said.what if said else UNKNOWN,
        severity=facts.severity,
        channel=(facts.first.what if facts.first else "") or UNKNOWN,
        product=facts.named.what if facts.named else UNKNOWN,
    )
    told = facts.triaged or facts.first
    place = Place(
        at=first.at,
        subject=subject,
        channel=cell.channel,
        product=cell.product,
        message_key=told.id if told else "",
    )
    return first.at.astimezone(zone).date().isoformat(), cell, place
