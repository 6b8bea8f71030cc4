"""Sending on X: a direct message to a user, or a public answer below a post."""

import re
from functools import partial
from typing import Any

import msgspec

from chalicelib.channels.base import (
    Account,
    HttpReply,
    NotSent,
    OutboundMessage,
    Outlet,
    Rejected,
    SendResult,
    Transport,
    Unknown,
)
from chalicelib.channels.sending import Refusal, outcome
from chalicelib.channels.wire import Id, decode
from chalicelib.channels.x.access import Access
from chalicelib.channels.x.errors import explained
from chalicelib.channels.x.files import fetch
from chalicelib.channels.x.weights import LONGEST_POST, weight
from chalicelib.clock import Clock, utc_now
from chalicelib.errors import ParseError

LONGEST = 10_000
_ADDRESS = re.compile(r"(dm|post):([0-9]{1,20})")
_RESET = "x-rate-limit-reset"


class _Data(msgspec.Struct):
    id: Id | None = None
    dm_event_id: Id | None = None


class _Taken(msgspec.Struct):
    data: _Data


class _Error(msgspec.Struct):
    message: str | None = None
    code: int | None = None


class _Problem(msgspec.Struct):
    """A refusal: RFC 9457 in version 2, with a list of errors as before or instead."""

    title: str | None = None
    detail: str | None = None
    type: str | None = None
    errors: list[_Error] | None = None


_TAKEN = msgspec.json.Decoder(_Taken)
_PROBLEM = msgspec.json.Decoder(_Problem)


def send(
    message: OutboundMessage, account: Account, transport: Transport, *, clock: Clock = utc_now
) -> SendResult:
    """Raises ConfigurationError if the account lacks its tokens."""
    access = Access.of(account, clock)
    found = _ADDRESS.fullmatch(message.address)
    if found is None:
        return Rejected(code="address", detail="an address of X is dm:<user id> or post:<post id>")
    kind, number = found.groups()
    if kind == "post" and (units := weight(message.text)) > LONGEST_POST:
        return Rejected(
            code="too_long",
            detail=f"a post takes {LONGEST_POST} units as X counts them; this one has {units}. "
            "Shorten it, or ask the customer to write a direct message",
        )
    path, request = _call(kind, number, message.text)
    url = f"{access.base}{path}"
    headers = {"authorization": access.header("POST", url), "content-type": "application/json"}
    reply = transport.post(url, headers=headers, body=msgspec.json.encode(request))
    return outcome(
        _with_wait(reply, clock),
        accepted=partial(_message_id, kind),
        refused=_refusal,
        hide=access.hidden,
    )


def _call(kind: str, number: str, text: str) -> tuple[str, dict[str, Any]]:
    if kind == "dm":
        return f"/2/dm_conversations/with/{number}/messages", {"text": text}
    return "/2/tweets", {"text": text, "reply": {"in_reply_to_tweet_id": number}}


def _with_wait(reply: HttpReply | NotSent | Unknown, clock: Clock) -> HttpReply | NotSent | Unknown:
    """X says at which second it takes more, not after how many."""
    if not isinstance(reply, HttpReply) or reply.status != 429:
        return reply
    headers = {name.lower(): value for name, value in reply.headers.items()}
    reset = headers.get(_RESET, "")
    if "retry-after" in headers or not (reset.isascii() and reset.isdigit() and len(reset) < 12):
        return reply
    wait = max(int(reset) - int(clock().timestamp()), 1)
    return msgspec.structs.replace(reply, headers={**headers, "retry-after": str(wait)})


def _message_id(kind: str, body: bytes) -> str | None:
    try:
        data = decode(_TAKEN, body).data
    except ParseError:
        return None
    number = data.dm_event_id if kind == "dm" else data.id
    return f"{kind}:{number}" if number else None


def _refusal(body: bytes) -> Refusal:
    try:
        problem = decode(_PROBLEM, body)
    except ParseError:
        return Refusal()
    first = problem.errors[0] if problem.errors else _Error()
    kind = (problem.type or "").rpartition("/problems/")[2].removeprefix("about:blank")
    words = problem.detail or first.message or problem.title or kind
    return Refusal(
        code=kind or None if first.code is None else str(first.code),
        detail=explained(words, kind),
    )


OUTLET = Outlet(send=send, longest=LONGEST, fetch=fetch, account="user_id")
