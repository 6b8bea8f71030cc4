"""Staff API: the consents of all customers, page by page, for İYS and for the brand's own books."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from chalice.app import Response

from chalicelib.clock import parse_iso
from chalicelib.errors import InvalidRequest, ParseError
from chalicelib.outreach import iys
from chalicelib.outreach.consent_files import ConsentRow, csv_of_all, csv_of_iys, every
from chalicelib.outreach.iys import Remark, Row
from chalicelib.store import audience, keys, suppressions
from chalicelib.store.records import Customer
from chalicelib.web.endpoints import Call, Endpoint, Parameter
from chalicelib.web.http import SAFE_HEADERS
from chalicelib.web.views import View

if TYPE_CHECKING:
    from chalicelib.store.audience import Cursor

FORMATS = ("json", "csv", "iys", "iys_csv")

FORMAT = Parameter(
    name="format",
    meaning="json: every consent · csv: the same as a table · iys: marketing consents in the shape "
    "of İYS's bulk request · iys_csv: the same as the list its portal takes",
    schema={"type": "string", "enum": list(FORMATS), "default": "json"},
)
SINCE = Parameter(
    name="since",
    meaning="only what was said after this moment, e.g. 2026-11-20T00:00:00Z",
    schema={"type": "string", "format": "date-time"},
)
LIMIT = Parameter(
    name="limit",
    meaning="customers a page, not consents",
    schema={"type": "integer", "minimum": 1, "maximum": audience.LARGEST, "default": 20},
)
CURSOR = Parameter(name="cursor", meaning="`next_cursor` of the page before")

NEXT = "X-Next-Cursor"
"""The header with the next page's cursor, where the answer is a table."""

_CURSOR = re.compile(r"([0-9]{1,2})((?:C#[\x21-\x7e]{1,200})?)")


class ConsentPage(View, frozen=True, kw_only=True):
    """Which of the two lists is filled depends on `format`. `remarks` name what was left out of
    İYS's, and what a person should look at. `done` is the share of all customers up to here."""

    consents: tuple[ConsentRow, ...] = ()
    iys: tuple[Row, ...] = ()
    remarks: tuple[Remark, ...] = ()
    done: float
    next_cursor: str | None = None


def export_consents(call: Call) -> ConsentPage | Response:
    """What every customer has last said, a page of customers at a time, from a listing: no scan.

    A page may be empty and still have a next one. A table's next cursor is in the header
    `X-Next-Cursor`; its head is on the first page only, so that pages joined are one table. Rows
    that come again are harmless: İYS keeps the last word by its date.
    """
    form, since, start = _format(call), _since(call), _start(call.cursor)
    people, after = _people(start, call.limit)
    page = _page(form, people, since, after)
    head = call.cursor is None
    if form == "csv":
        return _table(csv_of_all(page.consents, head=head), page.next_cursor)
    if form == "iys_csv":
        return _table(csv_of_iys(page.iys, head=head), page.next_cursor)
    return page


def _people(start: "Cursor", limit: int) -> "tuple[list[Customer], Cursor | None]":
    """Customers from there on, over as many shards as it takes to have looked at `limit`."""
    found: list[Customer] = []
    after: Cursor | None = start
    left = limit
    while after is not None and left > 0:
        page = audience.page(after, left)
        found += [lead for lead, _ in page.people]
        after, left = page.after, left - page.looked_at
    return found, after


def _page(
    form: str, people: Sequence[Customer], since: datetime | None, after: "Cursor | None"
) -> ConsentPage:
    share = round(audience.share(after), 4)
    cursor = f"{after[0]}{after[1]}" if after else None
    if not form.startswith("iys"):
        said = (row for customer in people for row in every(customer, since=since))
        return ConsentPage(consents=tuple(said), done=share, next_cursor=cursor)
    wanted = [customer for customer in people if iys.concerns(customer)]
    refusals = suppressions.standing(contact for one in wanted for contact in iys.reached(one))
    told = [iys.rows(customer, refusals, since=since) for customer in wanted]
    return ConsentPage(
        iys=tuple(row for rows, _ in told for row in rows),
        remarks=tuple(remark for _, remarks in told for remark in remarks),
        done=share,
        next_cursor=cursor,
    )


def _table(text: str, cursor: str | None) -> Response:
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="consents.csv"',
        **SAFE_HEADERS,
        **({NEXT: cursor} if cursor else {}),
    }
    return Response(body=text, status_code=200, headers=headers)


def _format(call: Call) -> str:
    form = call.query.get("format", "json")
    if form not in FORMATS:
        raise InvalidRequest(f"format must be one of {', '.join(FORMATS)}, not {form[:20]!r}")
    return form


def _since(call: Call) -> datetime | None:
    text = call.query.get("since")
    try:
        return parse_iso(text) if text else None
    except ParseError as error:
        raise InvalidRequest(f"since: {error}") from error


def _start(cursor: str | None) -> "Cursor":
    if cursor is None:
        return audience.START
    found = _CURSOR.fullmatch(cursor)
    if found is None or int(found[1]) >= keys.CUSTOMER_SHARDS:
        raise InvalidRequest("cursor must be the `next_cursor` of the page before")
    return int(found[1]), found[2]


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/consents/export",
        scope="consents:read",
        summary="The consents of all customers, also for İYS",
        handle=export_consents,
        returns=ConsentPage,
        query=(FORMAT, SINCE, LIMIT, CURSOR),
        also=("text/csv",),
    ),
)
