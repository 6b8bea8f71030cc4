"""The audit trail: who changed what, day by day (UTC). Lines are added and never changed; they go
by themselves after the playbook's time."""

from collections.abc import Callable
from datetime import date, timedelta

from chalicelib.store import keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import Item
from chalicelib.store.models_staff import AuditItem
from chalicelib.store.staff_records import AuditLine
from chalicelib.store.table import translated

PAGE, MOST_PAGES = 100, 5
"""How many lines are looked through in one call for some of them."""


def keep(line: AuditLine, how_long: timedelta) -> None:
    item = AuditItem(
        pk=_day(line.at.date()), sk=keys.moment(line.at, line.id), **fields(line, "id")
    )
    item.expires_at = int((line.at + how_long).timestamp())
    with translated():
        item.save()


def listed(
    day: date, *, fits: Callable[[AuditLine], bool] | None, limit: int, after: str | None
) -> tuple[list[AuditLine], str | None]:
    """A day's lines of which `fits` holds, oldest first, and the cursor of the next page. Where few
    fit, a page may have less than `limit`, or none, and others follow."""
    found: list[AuditLine] = []
    for _ in range(MOST_PAGES if fits else 1):
        size = PAGE if fits else limit
        bound = AuditItem.sk > after if after else None
        with translated():
            rows = list(AuditItem.query(_day(day), bound, limit=size, page_size=size))
        for row in rows:
            after = row.sk
            line = _from_item(row)
            if fits is None or fits(line):
                found.append(line)
            if len(found) == limit:
                return found, after
        if len(rows) < size:
            return found, None
    return found, after


def _day(day: date) -> str:
    return f"AUDIT#{day.isoformat()}"


def _from_item(found: Item) -> AuditLine:
    return record(AuditLine, found, id=found.sk.partition("#")[2])
