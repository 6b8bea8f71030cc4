"""HTTP calls as API Gateway passes them to the api function, and its answers."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import boto3

from infra.keys import make_key
from tests.support.webhook_calls import signed
from tests.support.world import DEPLOYMENT, REGION, START, Context, World

BINARY = ("application/octet-stream", "application/zip", "image/jpeg", "multipart/form-data")
"""Content types whose bodies come as base64 (some of chalice's own list, and ours)."""


@dataclass(frozen=True)
class Answer:
    """What the caller gets. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def is_problem(self) -> bool:
        """Whether it is RFC 9457 problem details about this very status."""
        if self.headers["content-type"] != "application/problem+json":
            return False
        known: dict[str, Any] = self.json
        return known["status"] == self.status and {"type", "title", "detail"} <= set(known)


def event(
    method: str,
    url: str,
    *,
    resource: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> dict[str, Any]:
    """A REST API proxy event. `resource` is the route that API Gateway matched; `url` has its path
    and query percent-encoded, and path parameters stay so."""
    parts = urlsplit(url)
    given = {"Host": "api.kahve.example", **(headers or {})}
    kind = next((v for k, v in given.items() if k.lower() == "content-type"), "")
    binary = body is not None and kind.split(";")[0] in BINARY
    query = parse_qs(parts.query, keep_blank_values=True)
    names, values = resource.split("/"), parts.path.split("/")
    path = {n.strip("{}"): v for n, v in zip(names, values, strict=True) if n.startswith("{")}
    text = None if body is None else body.decode("utf-8", "replace")
    return {
        "resource": resource,
        "path": parts.path,
        "httpMethod": method,
        "headers": given,
        "multiValueHeaders": {name: [value] for name, value in given.items()},
        "queryStringParameters": {k: v[-1] for k, v in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": path or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": method,
            "stage": "local",
            "path": f"/local{parts.path}",
            "identity": {"sourceIp": "203.0.113.7"},
        },
        "body": base64.b64encode(body or b"").decode() if binary else text,
        "isBase64Encoded": binary,
    }


def routed(method: str, url: str) -> str:
    """The route that API Gateway would match: literal segments before parameters."""
    import app

    values = urlsplit(url).path.split("/")
    fitting = [
        route
        for route in app.app.routes
        if len(parts := route.split("/")) == len(values)
        and all(p.startswith("{") or p == v for p, v in zip(parts, values, strict=True))
    ]
    assert fitting, f"API Gateway has no route for {method} {url}"
    return min(fitting, key=lambda route: route.count("{"))


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    resource: str | None = None,
) -> Answer:
    """One call through the api function's handler."""
    import app

    given = event(method, url, resource=resource or routed(method, url), headers=headers, body=body)
    reply = app.app(given, Context())
    found = {name.lower(): value for name, value in reply["headers"].items()}
    return Answer(status=reply["statusCode"], headers=found, text=reply["body"])


def deliver(
    source: str,
    payload: Any,
    at: datetime,
    *,
    topic: str = "",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """A platform's signed webhook call; `payload` is JSON-able or the raw bytes. `headers` replace
    signed ones, None removes one."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    given = {**signed(source, body, at, topic=topic), **(headers or {})}
    return call("POST", f"/webhooks/{source}", headers=given, body=body)


@dataclass(frozen=True)
class Staff:
    """A person or program with an API key."""

    key: str

    def get(self, url: str, **headers: str) -> Answer:
        return self.send("GET", url, None, **headers)

    def post(self, url: str, body: Any = None, **headers: str) -> Answer:
        return self.send("POST", url, body, **headers)

    def put(self, url: str, body: Any, **headers: str) -> Answer:
        return self.send("PUT", url, body, **headers)

    def patch(self, url: str, body: Any, **headers: str) -> Answer:
        return self.send("PATCH", url, body, **headers)

    def delete(self, url: str, **headers: str) -> Answer:
        return self.send("DELETE", url, None, **headers)

    def send(self, method: str, url: str, body: Any, **headers: str) -> Answer:
        """`body` is JSON-able, raw bytes, or None; `idempotency_key="x"` is a header."""
        raw = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"} | given
        return call(method, url, headers=given, body=raw)

    def pages(self, url: str, things: str, *, limit: int) -> list[list[Any]]:
        """All pages of a listing, following its cursors."""
        found: list[list[Any]] = []
        cursor = ""
        mark = "&" if "?" in url else "?"
        while True:
            answer = self.get(f"{url}{mark}limit={limit}{cursor}")
            assert answer.status == 200, answer.text
            found.append(answer.json[things])
            if (after := answer.json.get("next_cursor")) is None:
                return found
            cursor = f"&cursor={quote(after, safe='')}"


def staff(world: World, *scopes: str, name: str = "Support desk") -> Staff:
    """Someone with a new key of these scopes (by default all)."""
    assert world.wiring.table
    session = boto3.Session(region_name=REGION)
    key = make_key(DEPLOYMENT.table, session, name=name, scopes=scopes or ("*",), at=START)
    return Staff(key)


def problem_of(answer: Answer, status: int) -> str:
    """The `detail` of what must be a problem of this status."""
    assert answer.status == status, answer.text
    assert answer.is_problem, answer
    detail: str = answer.json["detail"]
    return detail
