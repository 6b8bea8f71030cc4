"""A transport that goes nowhere: keeps what it is told to send, gives the replies it was told."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.channels.base import HttpReply, NotSent, Unknown

Reply = HttpReply | NotSent | Unknown


@dataclass(frozen=True)
class Request:
    """One request as it would have gone over the line."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode(), keep_blank_values=True)


class Recorder:
    """Implements `Transport`. The replies are given in turn, the last one again and again."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.requests: list[Request] = []

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Reply:
        return self._take(Request("POST", url, headers, body))

    def put(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Reply:
        return self._take(Request("PUT", url, headers, body))

    def get(self, url: str, *, headers: Mapping[str, str], limit: int = 1_000_000) -> Reply:
        return self._take(Request("GET", url, headers))

    @property
    def last(self) -> Request:
        return self.requests[-1]

    @property
    def url(self) -> str:
        return self.last.url

    @property
    def headers(self) -> Mapping[str, str]:
        return self.last.headers

    @property
    def body(self) -> bytes:
        return self.last.body

    @property
    def json(self) -> Any:
        return self.last.json

    def _take(self, request: Request) -> Reply:
        self.requests.append(request)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def answer(status: int = 200, body: Any = b"", **headers: str) -> HttpReply:
    """A reply; a `body` that isn't bytes goes as JSON, underscores in header names are dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpReply(status=status, headers=named, body=raw)
