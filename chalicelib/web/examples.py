"""Staff API: what staff said messages are about, as examples for the classifier to learn from."""

from chalice.app import Response

from chalicelib.clock import parse_iso
from chalicelib.errors import InvalidRequest, NotFound, ParseError
from chalicelib.inbox.redaction import redacted
from chalicelib.outreach.csv_text import lines
from chalicelib.store import conversations, customers, labels
from chalicelib.store.staff_records import Label
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint, Parameter
from chalicelib.web.http import SAFE_HEADERS
from chalicelib.web.views import View

FORMAT = Parameter(
    name="format",
    meaning="csv: text,category · json: the same with the next page's cursor",
    schema={"type": "string", "enum": ["csv", "json"], "default": "csv"},
)
AFTER = Parameter(
    name="after",
    meaning="only what was said later than this moment, e.g. 2026-11-20T00:00:00Z",
    schema={"type": "string", "format": "date-time"},
)
NEXT = "X-Next-Cursor"

LONGEST = 2000
"""Characters of a text: as many as are read to understand a message."""


class Example(View, frozen=True, kw_only=True):
    """A conversation's first message, without addresses and numbers, and what it is about."""

    text: str
    category: str


class ExamplePage(View, frozen=True, kw_only=True):
    examples: list[Example]
    next_cursor: str | None = None


def export_examples(call: Call) -> ExamplePage | Response:
    """The first message of each conversation that a person gave a category, corrected or confirmed,
    oldest word first. Mail addresses, links, phone, order and other long numbers and the customer's
    own name are taken out; nothing is kept twice for it: what was erased is not in here.

    `limit` counts conversations; a page may be empty and still have a next one. A table's next
    cursor is in the header `X-Next-Cursor`; its head is on the first page only.
    """
    form = call.query.get("format", "csv")
    if form not in ("csv", "json"):
        raise InvalidRequest("format must be csv or json")
    page, after = labels.listed(limit=call.limit, after=_start(call))
    found = [example for label in page if (example := _example(label))]
    if form == "json":
        return ExamplePage(examples=found, next_cursor=after)
    head = [] if call.cursor else [("text", "category")]
    table = lines([*head, *((one.text, one.category) for one in found)], delimiter=",")
    follows = {NEXT: after} if after else {}
    return Response(
        body=table,
        status_code=200,
        headers={"Content-Type": "text/csv; charset=utf-8", **SAFE_HEADERS, **follows},
    )


def _start(call: Call) -> str | None:
    text = call.query.get("after") or None
    if text is None or call.cursor:
        return call.cursor
    try:
        # A plus in a URL's query is a space once decoded.
        return labels.since(parse_iso(text.replace(" ", "+")))
    except ParseError as error:
        raise InvalidRequest(f"after: {error}") from error


def _example(label: Label) -> Example | None:
    if label.example is None:
        return None
    try:
        case = conversations.get(label.conversation_id)
        customer = customers.get(case.customer_id)
    except NotFound:  # erased meanwhile
        return None
    family = dict.fromkeys((case.customer_id, *customer.family))
    text = labels.first_words(list(family), case)
    if not text or not text.strip():
        return None
    names = [customer.name] if customer.name else []
    return Example(text=" ".join(redacted(text[:LONGEST], names).split()), category=label.example)


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/triage/examples",
        scope="triage:read",
        summary="Messages with the category that staff gave them",
        handle=export_examples,
        returns=ExamplePage,
        query=(FORMAT, AFTER, LIMIT, CURSOR),
        also=("text/csv",),
    ),
)
