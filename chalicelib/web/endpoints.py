"""The staff API's own small framework: an endpoint is a value, and the OpenAPI is made of them."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from chalice.app import Blueprint, Response

from chalicelib.errors import Forbidden, InvalidRequest, Unauthenticated
from chalicelib.store.records import ApiKey
from chalicelib.web import http
from chalicelib.wiring import Wiring

B = TypeVar("B")

KEY_SECONDS = 30.0
"""How long a key's record is remembered: so long a withdrawn key may still work."""

MAX_LIMIT = 100


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A query parameter."""

    name: str
    meaning: str
    required: bool = False


LIMIT = Parameter(name="limit", meaning=f"entries a page, 1 to {MAX_LIMIT}, 20 by default")
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

    @property
    def limit(self) -> int:
        """The page size asked for. Raises InvalidRequest."""
        text = self.query.get("limit", "20")
        if not text.isdecimal() or not 1 <= int(text) <= MAX_LIMIT:
            raise InvalidRequest(f"limit must be a number from 1 to {MAX_LIMIT}, not {text[:20]!r}")
        return int(text)

    @property
    def cursor(self) -> str | None:
        return self.query.get("cursor") or None


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One operation of the staff API: `scope` is what a key needs, `body` and `returns` types."""

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

    @property
    def name(self) -> str:
        return self.handle.__name__


_known_keys: dict[str, tuple[float, ApiKey]] = {}


def forget_keys() -> None:
    """Look every key up again."""
    _known_keys.clear()


def mount(blueprint: Blueprint, endpoints: Sequence[Endpoint]) -> None:
    """Give every endpoint its route."""
    for endpoint in endpoints:
        view = http.guarded(blueprint, _view(blueprint, endpoint))
        route = blueprint.route(
            endpoint.path,
            methods=[endpoint.method],
            content_types=["*/*"],
            name=endpoint.name,
        )
        route(view)


def _view(blueprint: Blueprint, endpoint: Endpoint) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        wiring = http.wiring(blueprint)
        headers = http.headers(blueprint)
        key = authenticated(wiring, headers.get("authorization", ""))
        if not allowed(key.scopes, endpoint.scope):
            raise Forbidden(f"this key lacks the scope {endpoint.scope!r}")
        call = Call(
            wiring=wiring,
            key=key,
            path={name: _unquoted(value) for name, value in path.items()},
            query=http.query(blueprint),
            headers=headers,
            body=parsed(http.raw_body(blueprint), endpoint.body) if endpoint.body else None,
        )
        return http.answer(endpoint.handle(call), endpoint.status)

    view.__name__ = endpoint.name
    return view


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


def _unquoted(text: str) -> str:
    from urllib.parse import unquote

    return unquote(text)
