"""Staff API: the audit trail – who changed what, when."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import msgspec

from chalicelib.errors import InvalidRequest
from chalicelib.store import audit
from chalicelib.store.staff_records import AuditLine
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint, Parameter
from chalicelib.web.views import View

DAY = Parameter(
    name="day",
    meaning="the day, by UTC, as 2026-11-20; today by default",
    schema={"type": "string", "format": "date"},
)
BY = Parameter(name="by", meaning="only what this key (its name) did")
ID = Parameter(
    name="id", meaning="only what was done to this thing: a conversation's id, a customer's …"
)


class AuditView(View, frozen=True, kw_only=True):
    """A change: by which key (its name; `key` is the beginning of its hash), which operation on
    which ids, which fields of the body were given, and what besides. Values and texts are not kept.
    """

    id: str
    at: datetime
    by: str
    key: str
    route: str
    status: int
    ids: dict[str, str] = msgspec.field(default_factory=dict)
    fields: tuple[str, ...] = ()
    facts: dict[str, Any] = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, line: AuditLine) -> "AuditView":
        return cls(**{name: getattr(line, name) for name in cls.__struct_fields__})


class AuditPage(View, frozen=True, kw_only=True):
    lines: list[AuditView]
    next_cursor: str | None = None


def list_audit(call: Call) -> AuditPage:
    """A day's changes over this API, oldest first: all calls that succeeded and change something.
    What only reads is not in here, nor what devices report, nor what Temas does by itself (that is
    on the timelines). A page may be short although others follow."""
    page, cursor = audit.listed(_day(call), fits=_fits(call), limit=call.limit, after=call.cursor)
    return AuditPage(lines=[AuditView.of(line) for line in page], next_cursor=cursor)


def _day(call: Call) -> date:
    text = call.query.get("day") or call.wiring.clock().date().isoformat()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequest(f"day must read 2026-11-20, not {text[:40]!r}") from error


def _fits(call: Call) -> Callable[[AuditLine], bool] | None:
    by, thing = call.query.get("by"), call.query.get("id")
    if not by and not thing:
        return None

    def fits(line: AuditLine) -> bool:
        about = {*line.ids.values(), *line.facts.get("ids", ())}
        return by in (None, "", line.by) and (not thing or thing in about)

    return fits


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/audit",
        scope="audit:read",
        summary="Who changed what, by day",
        handle=list_audit,
        returns=AuditPage,
        query=(DAY, BY, ID, LIMIT, CURSOR),
    ),
)
