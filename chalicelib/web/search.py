"""Staff API: search what customers and staff wrote, and orders by their names."""

from datetime import datetime, timedelta

import msgspec

from chalicelib.clock import parse_iso
from chalicelib.errors import Conflict, InvalidRequest, ParseError
from chalicelib.search.finding import Search, find
from chalicelib.search.naming import name_words
from chalicelib.search.sources import SOURCES, Source, source
from chalicelib.search.words import SHORTEST, order_name, sought
from chalicelib.store import customers, orders, searching
from chalicelib.store.records import Entry
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint, Parameter
from chalicelib.web.identities import home_countries, keys_of
from chalicelib.web.search_people import PersonView, people
from chalicelib.web.views import EntryView, OrderView, View

QUERY = Parameter(
    name="q",
    meaning="words, or the beginnings of words, all of which a text has; or an order's name",
    required=True,
)
CUSTOMER = Parameter(name="customer_id", meaning="only what this customer wrote or was written")
IN = Parameter(
    name="in",
    meaning="only in customers' messages, staff's replies, notes, or labels",
    schema={"type": "string", "enum": list(SOURCES)},
)
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


class HitView(EntryView, frozen=True, kw_only=True):
    """A line that was found, and in what: a customer's message, a reply of staff's (here or in
    another program), a note, or labels, which are in `details`."""

    found_in: Source

    @classmethod
    def of(cls, entry: Entry) -> "HitView":
        found_in = source(entry)
        assert found_in is not None  # nothing else is found
        return cls(**msgspec.structs.asdict(EntryView.of(entry)), found_in=found_in)


class SearchPage(View, frozen=True, kw_only=True):
    """`messages` are what was found, the latest first, with the conversation each belongs to; on
    the first page also `orders` that are called so and, for a key with customers:read, `customers`
    of this name, or with this phone number or mail address."""

    messages: list[HitView]
    orders: tuple[OrderView, ...] = ()
    customers: tuple[PersonView, ...] = ()
    next_cursor: str | None = None


def search(call: Call) -> SearchPage:
    """What customers and staff wrote in the last days (the playbook's `[search]`, 90 at most) and
    that has every word, however it is typed: "siparis" finds "Siparişim". Words have three letters
    at least, codes such as E4 two. Searched are messages with their subjects, staff's replies,
    notes, and the labels conversations have now; not what Temas writes by itself. Of a long text
    its 24 most telling words are found, of one up to 250 characters 12."""
    playbook = call.wiring.playbook
    if playbook.search is None:
        raise Conflict("nothing is kept for searching: add [search] to the playbook")
    wanted = _wanted(call, playbook.search.keep)
    messages, cursor = find(wanted, limit=call.limit)
    named = [] if call.cursor else _orders(call.query["q"])
    views = [HitView.of(entry) for entry in messages]
    who = () if call.cursor else people(call)
    return SearchPage(messages=views, orders=tuple(named), customers=who, next_cursor=cursor)


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
    countries = home_countries(call.wiring.playbook)
    if not (found or name_words(text) or keys_of(text, countries)):
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
        within=_within(call),
    )


def _within(call: Call) -> Source | None:
    text = call.query.get("in", "")
    found = next((one for one in SOURCES if one == text), None)
    if text and found is None:
        raise InvalidRequest(f"in must be one of {', '.join(SOURCES)}, not {text[:40]!r}")
    return found


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
        summary="Search what customers and staff wrote, and orders by name",
        handle=search,
        returns=SearchPage,
        query=(QUERY, IN, CUSTOMER, FROM, TO, LIMIT, CURSOR),
    ),
)
