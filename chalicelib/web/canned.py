"""Staff API: canned answers – written once in both languages, filled in for each customer."""

import re

from chalicelib.errors import InvalidRequest
from chalicelib.outreach.canned import check
from chalicelib.store import canned, conversations, customers
from chalicelib.store.records import Conversation, Customer
from chalicelib.store.staff_records import Canned
from chalicelib.web.canned_views import (
    CannedPage,
    CannedRequest,
    CannedView,
    Removed,
    Rendered,
    RenderRequest,
)
from chalicelib.web.canned_words import words
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def put_canned(call: Call) -> CannedView:
    """Write a canned answer or replace it; its placeholders are checked now, not when it is sent.
    Send it with POST /v1/conversations/{conversation_id}/messages: {"canned": name}."""
    name, wanted = call.path["name"], call.body
    if not NAME.fullmatch(name):
        raise InvalidRequest("a canned answer's name has up to 64 of the signs a-z 0-9 _ -")
    answer = Canned(
        name=name,
        texts={"tr": wanted.tr, "en": wanted.en},
        variables=tuple(dict.fromkeys(wanted.variables)),
        updated_at=call.wiring.clock(),
        updated_by=call.key.name,
    )
    check(answer)
    return CannedView.of(canned.put(answer))


def get_canned(call: Call) -> CannedView:
    return CannedView.of(canned.get(call.path["name"]))


def list_canned(call: Call) -> CannedPage:
    page, cursor = canned.listed(limit=call.limit, after=call.cursor)
    return CannedPage(canned=[CannedView.of(one) for one in page], next_cursor=cursor)


def render_canned(call: Call) -> Rendered:
    """How a canned answer would read to a customer; refused as sending it would be."""
    wanted: RenderRequest = call.body
    answer = canned.get(call.path["name"])
    given = dict(wanted.variables)
    case, customer = _reader(call, wanted.conversation_id)
    if case is None:
        given.setdefault("order", "#1001")
    text, language = words(
        answer,
        customer=customer,
        case=case,
        playbook=call.wiring.playbook,
        agent=call.key.name,
        given=given,
        wanted=wanted.language,
    )
    return Rendered(text=text, language=language)


def _reader(call: Call, conversation_id: str | None) -> tuple[Conversation | None, Customer]:
    if conversation_id is None:
        return None, Customer(id="preview", created_at=call.wiring.clock(), name="Ayşe Yılmaz")
    case = conversations.get(conversation_id)
    return case, customers.get(case.customer_id)


def delete_canned(call: Call) -> Removed:
    canned.remove(call.path["name"])
    return Removed(name=call.path["name"])


ONE = "/v1/canned/{name}"

ENDPOINTS = (
    Endpoint(
        method="POST",
        path=f"{ONE}/render",
        scope="canned:read",
        summary="How a canned answer reads",
        handle=render_canned,
        returns=Rendered,
        body=RenderRequest,
        audited=False,
    ),
    Endpoint(
        method="PUT",
        path=ONE,
        scope="canned:write",
        summary="Write a canned answer",
        handle=put_canned,
        returns=CannedView,
        body=CannedRequest,
    ),
    Endpoint(
        method="GET",
        path="/v1/canned",
        scope="canned:read",
        summary="Canned answers, by name",
        handle=list_canned,
        returns=CannedPage,
        query=(LIMIT, CURSOR),
    ),
    Endpoint(
        method="GET",
        path=ONE,
        scope="canned:read",
        summary="One canned answer",
        handle=get_canned,
        returns=CannedView,
    ),
    Endpoint(
        method="DELETE",
        path=ONE,
        scope="canned:write",
        summary="Remove a canned answer",
        handle=delete_canned,
        returns=Removed,
    ),
)
