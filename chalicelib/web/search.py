"""Staff API: search what customers wrote, and orders by their names."""

from datetime import datetime, timedelta

from chalicelib.clock import parse_iso
from chalicelib.errors import Conflict, InvalidRequest, ParseError
from chalicelib.search.finding import Search, find
from chalicelib.search.words import SHORTEST, order_name, sought
from chalicelib.store import customers, orders, searching
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint, Parameter
from chalicelib.web.views import EntryView, OrderView, View

QUERY = Parameter(
    name="q",
    meaning="words, or the beginnings of words, all of which a message has; or an order's name",
    required=True,
)
CUSTOMER = Parameter(name="customer_id", meaning="only what this customer wrote")
FROM = Parameter(
    name="from",
    meaning="not what was written before this moment",
    schema={"type": "string", "format": "date-time"},
)
TO = Parameter(
    name="to",
    meaning="only what was written before this moment",
    schema={"type": "string", "format": "date-time"},
)


class SearchPage(View, frozen=True, kw_only=True):
    """`messages`, the latest first, with the conversation each belongs to; on the first page also
    `orders` that are called so."""

    messages: list[EntryView]
    orders: tuple[OrderView, ...] = ()
    next_cursor: str | None = None


def search(call: Call) -> SearchPage:
    """Messages that customers wrote in the last days (the playbook's `[search]`, 90 at most) and
    that have every word, however it is typed: "siparis" finds "Siparişim". Words have three letters
    at least. Of a long message its twelve longest words are found, numbers first."""
    playbook = call.wiring.playbook
    if playbook.search is None:
        raise Conflict("nothing is kept for searching: add [search] to the playbook")
    wanted = _wanted(call, playbook.search.keep)
    messages, cursor = find(wanted, limit=call.limit)
    named = [] if call.cursor else _orders(call.query["q"])
    views = [EntryView.of(entry) for entry in messages]
    return SearchPage(messages=views, orders=tuple(named), next_cursor=cursor)


def _orders(query: str) -> list[OrderView]:
    from chalicelib.commerce import records

    name = order_name(query)
    found = [orders.find(key) for key in searching.orders_named(name)] if name else []
    return [
        OrderView.of(records.from_record(order.document), order.customer_id)
        for order in found
        if order is not None
    ]


def _wanted(call: Call, keep: timedelta) -> Search:
    """Raises InvalidRequest."""
    text, now = call.query.get("q", ""), call.wiring.clock()
    found = sought(text)
    if not found:
        raise InvalidRequest(f"q needs a word of at least {SHORTEST} letters or digits")
    customer_id = call.query.get("customer_id")
    end = _moment(call, "to") or now + timedelta(days=1)
    return Search(
        words=tuple(found),
        start=max(_moment(call, "from") or now - keep, now - keep),
        # A platform's clock may run ahead of ours.
        end=min(end, now + timedelta(days=1)),
        before=call.cursor or "~",
        family=customers.get(customer_id).family if customer_id else (),
    )


def _moment(call: Call, name: str) -> datetime | None:
    text = call.query.get(name)
    try:
        # A plus in a URL's query is a space once decoded.
        return parse_iso(text.replace(" ", "+")) if text else None
    except ParseError as error:
        raise InvalidRequest(f"{name}: {error}") from error


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/search",
        scope="conversations:read",
        summary="Search what customers wrote, and orders by name",
        handle=search,
        returns=SearchPage,
        query=(QUERY, CUSTOMER, FROM, TO, LIMIT, CURSOR),
    ),
)
