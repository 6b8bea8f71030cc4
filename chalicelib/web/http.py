"""What all views share: answers, problems (RFC 9457), the request as they need it."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import quote

import msgspec
from chalice.app import Blueprint, Response

from chalicelib.errors import ConfigurationError, RequestError, TemasError
from chalicelib.wiring import Wiring, wired

P = ParamSpec("P")

JSON = "application/json"
PROBLEM = "application/problem+json"

Headers = dict[str, str | list[str]]

SAFE_HEADERS: Headers = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def answer(value: Any, status: int = 200) -> Response:
    """A JSON answer from any value msgspec can write."""
    return Response(
        body=msgspec.json.encode(value).decode(),
        status_code=status,
        headers={"Content-Type": JSON, **SAFE_HEADERS},
    )


def problem(status: int, title: str, detail: str, **more: Any) -> Response:
    """An error as RFC 9457 problem details."""
    headers: Headers = {"Content-Type": PROBLEM, **SAFE_HEADERS}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status == 503:
        headers["Retry-After"] = "2"
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return Response(body=msgspec.json.encode(body).decode(), status_code=status, headers=headers)


def page(html: str, status: int = 200) -> Response:
    """A small public page: no scripts, no frames, nothing from elsewhere."""
    headers: Headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "no-referrer",
        **SAFE_HEADERS,
    }
    return Response(body=html, status_code=status, headers=headers)


def guarded(blueprint: Blueprint, view: Callable[P, Response]) -> Callable[P, Response]:
    """The view with every error answered as a problem, and never as a stack trace.

    Our own request errors explain themselves to the caller; anything else is logged and answered
    with no more than the id under which to find it.
    """

    @wraps(view)
    def guard(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return view(*args, **kwargs)
        except TemasError as error:
            if isinstance(error, RequestError) or error.status < 500 or error.transient:
                return problem(error.status, error.title, str(error))
            return fault(blueprint.lambda_context, error)
        except Exception as error:  # noqa: BLE001  the outermost boundary of HTTP
            return fault(blueprint.lambda_context, error)

    return guard


def fault(context: Any, error: Exception) -> Response:
    """The answer to an error that is ours, which the logs tell and the caller isn't told.

    What the deployment lacks is 503: whoever calls again once it is set has lost nothing.
    """
    request_id = getattr(context, "aws_request_id", "unknown")
    wired(context.invoked_function_arn).logger.error(
        "request failed", request_id=request_id, exc_info=error
    )
    status = 503 if isinstance(error, ConfigurationError) else 500
    title = error.title if isinstance(error, TemasError) else TemasError.title
    detail = f"the logs tell more under request id {request_id}"
    return problem(status, title, detail, request_id=request_id)


def wiring(blueprint: Blueprint) -> Wiring:
    """The wiring of this process, from the ARN of the function that runs."""
    return wired(blueprint.lambda_context.invoked_function_arn)


def raw_body(blueprint: Blueprint) -> bytes:
    """The request's bytes exactly as they came."""
    body = blueprint.current_request.raw_body
    return body if isinstance(body, bytes) else body.encode()


def headers(blueprint: Blueprint) -> dict[str, str]:
    """The request's headers by lower-case name."""
    return {name.lower(): value for name, value in blueprint.current_request.headers.items()}


def query(blueprint: Blueprint) -> Mapping[str, str]:
    """The query parameters; of a repeated one, the last."""
    found = blueprint.current_request.query_params
    return dict(found) if found else {}


def url(blueprint: Blueprint) -> str:
    """The URL that was called, as far as it can be told behind API Gateway: the query comes decoded
    from there, and is written here with %20 for a space, in the order in which it was given."""
    request = blueprint.current_request
    event = request.to_original_event()
    given = headers(blueprint)
    found: dict[str, list[str]] = event.get("multiValueQueryStringParameters") or {}
    pairs = [(name, value) for name, values in found.items() for value in values]
    query_text = "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs
    )
    host = given.get("host", "")
    scheme = given.get("x-forwarded-proto", "https").split(",")[0].strip()
    path = event.get("requestContext", {}).get("path") or request.path
    return f"{scheme}://{host}{path}" + (f"?{query_text}" if query_text else "")
