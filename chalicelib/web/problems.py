"""Errors that no view of ours gave, as problems (RFC 9457) like all others.

Chalice refuses a method, and answers what goes wrong around the views, in a JSON shape of its own.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from chalice.app import Response

from chalicelib.web import http


def as_problems(request: Any, get_response: Callable[[Any], Response]) -> Response:
    """Middleware of the whole HTTP surface."""
    try:
        response = get_response(request)
    except Exception as error:  # noqa: BLE001  the outermost boundary of HTTP
        return http.fault(getattr(request, "lambda_context", None), error)
    body = response.body
    if response.status_code < 400 or not isinstance(body, dict) or "Code" not in body:
        return response
    title = HTTPStatus(response.status_code).phrase
    answer = http.problem(response.status_code, title, str(body.get("Message", title)))
    answer.headers.update({k: v for k, v in response.headers.items() if k.lower() == "allow"})
    return answer
