"""The staff API's own small framework: an endpoint is a value, and the OpenAPI is made of them."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from chalice.app import Blueprint, Response

from chalicelib.errors import Forbidden, InvalidRequest, NotFound, Unauthenticated
from chalicelib.store.records import ApiKey
from chalicelib.web import http
from chalicelib.wiring import Wiring

B = TypeVar("B")

KEY_SECONDS = 30.0
"""How long a key's record is remembered: so long a withdrawn key may still work."""

MAX_LIMIT = 100
LONGEST = 500
"""Characters of an id, a cursor or a search: DynamoDB refuses keys far beyond, ours are shorter."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A query parameter."""

    name: str
    meaning: str
    required: bool = False
    schema: Mapping[str, Any] = field(
        default_factory=lambda: {"type": "string", "maxLength": LONGEST}
    )


LIMIT = Parameter(
    name="limit",
    meaning="entries a page",
    schema={"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 20},
)
CURSOR = Parameter(name="cursor", meaning="`next_cursor` of the page before")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request as a handler gets it: authenticated, parsed, with everything it may use."""

    wiring: Wiring
    key: ApiKey
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None
    noted: dict[str, Any] = field(default_factory=dict)
    """What the audit trail should tell besides: ids and names of things, never what a customer
    said or is called."""

    @property
    def limit(self) -> int:
        """The page size asked for. Raises InvalidRequest."""
        text = self.query.get("limit", "20")
        if not text.isdecimal() or len(text) > 3 or not 1 <= int(text) <= MAX_LIMIT:
            raise InvalidRequest(f"limit must be a number from 1 to {MAX_LIMIT}, not {text[:20]!r}")
        return int(text)

    @property
    def cursor(self) -> str | None:
        return self.query.get("cursor") or None


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One operation of the staff API: `scope` is what a key needs, `body` and `returns` types;
    `also` the content types it may answer with besides JSON, as a Response of its own; `read` reads
    a body that must not be refused as a whole for one part of it; `audited` whether the audit trail
    tells of it, as it does of all that changes something, but for what devices report and shows
    that change nothing."""

    method: str
    path: str
    scope: str
    summary: str
    handle: Callable[[Call], Any]
    returns: type
    body: type | None = None
    query: Sequence[Parameter] = ()
    status: int = 200
    tag: str = ""
    also: Sequence[str] = ()
    read: Callable[[bytes], Any] | None = None
    audited: bool = True

    @property
    def name(self) -> str:
        return self.handle.__name__

    @property
    def route(self) -> str:
        return f"{self.method} {self.path}"


_known_keys: dict[str, tuple[float, ApiKey]] = {}


def forget_keys() -> None:
    """Look every key up again."""
    _known_keys.clear()


def carry_out(blueprint: Blueprint, endpoint: Endpoint, path: Mapping[str, str]) -> Response:
    """Answer the blueprint's present request. Raises what the handler raises, and RequestError for
    a caller without a key, without the scope, or with a body of another shape."""
    wiring = http.wiring(blueprint)
    headers = http.headers(blueprint)
    key = authenticated(wiring, headers.get("authorization", ""))
    if not allowed(key.scopes, endpoint.scope):
        raise Forbidden(f"this key lacks the scope {endpoint.scope!r}")
    raw = http.raw_body(blueprint)
    call = Call(
        wiring=wiring,
        key=key,
        path={name: _named(value) for name, value in path.items()},
        query=_checked(http.query(blueprint)),
        headers=headers,
        body=_body(raw, endpoint),
    )
    said = endpoint.handle(call)
    answer = said if isinstance(said, Response) else http.answer(said, endpoint.status)
    if endpoint.audited and endpoint.method != "GET":
        from chalicelib.web.auditing import note

        note(call, endpoint, raw, answer.status_code)
    return answer


def _body(raw: bytes, endpoint: Endpoint) -> Any:
    if endpoint.read:
        return endpoint.read(raw)
    return parsed(raw, endpoint.body) if endpoint.body else None


def parsed(raw: bytes, kind: type[B]) -> B:
    """The body as its type. Raises InvalidRequest naming the field."""
    try:
        return msgspec.json.decode(raw or b"{}", type=kind)
    except msgspec.DecodeError as error:
        raise InvalidRequest(f"the body is not as documented: {error}") from error
    except RecursionError as error:
        raise InvalidRequest("the body is nested too deeply") from error


def authenticated(wiring: Wiring, header: str) -> ApiKey:
    """The key record behind an Authorization header. Raises Unauthenticated."""
    from chalicelib.store import api_keys

    scheme, _, text = header.partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise Unauthenticated("send the header `Authorization: Bearer <key>`")
    assert wiring.table
    digest = api_keys.digest(text.strip())
    kept = _known_keys.get(digest)
    if kept and time.monotonic() - kept[0] < KEY_SECONDS:
        return kept[1]
    key = api_keys.find(text.strip())
    if key is None:
        raise Unauthenticated("this API key is not known here")
    _known_keys[digest] = (time.monotonic(), key)
    return key


def allowed(scopes: Sequence[str], needed: str) -> bool:
    """Whether a key with these scopes may do what needs `needed` ("customers:read"): "*" allows
    everything, "customers:*" everything with customers, "*:read" all reading. Pure."""
    resource, _, action = needed.partition(":")
    return bool({"*", needed, f"{resource}:*", f"*:{action}"} & set(scopes))


def _named(text: str) -> str:
    """The id in a path. Raises NotFound for one that nothing can have."""
    from urllib.parse import unquote

    name = unquote(text)
    if len(name) > LONGEST:
        raise NotFound(f"no id has more than {LONGEST} characters")
    return name


def _checked(query: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in query.items():
        if len(value) > LONGEST:
            raise InvalidRequest(f"{name[:40]} may have {LONGEST} characters, not {len(value)}")
    return query
