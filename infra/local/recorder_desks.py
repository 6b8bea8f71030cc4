"""What Twilio, the helpdesks and the review sites answer to the calls that Temas makes."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from infra.local.recorder_records import Reply

PREFIXES = ("/twilio/", "/zendesk/", "/freshdesk/", "/trustpilot/", "/google/")

_TOKEN = {"access_token": "recorded-token", "expires_in": 3599, "token_type": "Bearer"}
_REVIEW = {"starRating": "FOUR", "comment": "Kahveler taze, sıra uzundu."}

Answering = Callable[[re.Match[str], dict[str, Any], int], Reply]


def _twilio(match: re.Match[str], _: dict[str, Any], number: int) -> Reply:
    body = {"sid": f"SM{number:032x}", "account_sid": match["sid"], "status": "queued"}
    return Reply(201, {**body, "error_code": None, "error_message": None})


def _zendesk(match: re.Match[str], sent: dict[str, Any], number: int) -> Reply:
    ticket = sent.get("ticket")
    comment = ticket.get("comment") if isinstance(ticket, dict) else None
    if not isinstance(comment, dict) or not comment.get("body"):
        return refused(match.string, 422, {})
    events = [{"id": number, "type": "Comment", "public": True, "body": comment["body"]}]
    audit = {"id": 900_000 + number, "ticket_id": int(match["id"]), "events": events}
    return Reply(200, {"ticket": {"id": int(match["id"])}, "audit": audit})


def _freshdesk(match: re.Match[str], sent: dict[str, Any], number: int) -> Reply:
    if not sent.get("body"):
        return refused(match.string, 400, {})
    return Reply(201, {"id": number, "ticket_id": int(match["id"]), "body": sent["body"]})


def _trustpilot(match: re.Match[str], sent: dict[str, Any], _: int) -> Reply:
    return Reply(201) if sent.get("message") else refused(match.string, 400, {})


def _google(match: re.Match[str], sent: dict[str, Any], _: int) -> Reply:
    if not sent.get("comment"):
        return refused(match.string, 400, {})
    return Reply(200, {"comment": sent["comment"], "updateTime": "2026-11-22T10:00:00Z"})


def _review(match: re.Match[str], _: dict[str, Any], __: int) -> Reply:
    times = {"createTime": "2026-11-22T09:00:00Z", "updateTime": "2026-11-22T09:00:00Z"}
    name = {"name": match["name"], "reviewId": match["name"].rpartition("/")[2]}
    return Reply(200, {**name, "reviewer": {"displayName": "Mehmet Demir"}, **_REVIEW, **times})


def _token(_: re.Match[str], __: dict[str, Any], ___: int) -> Reply:
    return Reply(200, _TOKEN)


_NAME = r"(?P<name>accounts/[^/]+/locations/[^/]+/reviews/[^/]+)"
_CALLS: tuple[tuple[str, re.Pattern[str], str, Answering], ...] = tuple(
    (method, re.compile(path), scheme, answer)
    for method, path, scheme, answer in (
        ("POST", r"/twilio/2010-04-01/Accounts/(?P<sid>\w+)/Messages\.json", "Basic ", _twilio),
        ("PUT", r"/zendesk/api/v2/tickets/(?P<id>\d+)\.json", "Basic ", _zendesk),
        ("POST", r"/freshdesk/api/v2/tickets/(?P<id>\d+)/reply", "Basic ", _freshdesk),
        ("POST", r"/trustpilot/v1/oauth/[\w-]+/accesstoken", "Basic ", _token),
        ("POST", r"/trustpilot/v1/private/reviews/(?P<id>\w+)/reply", "Bearer ", _trustpilot),
        ("POST", r"/google/token", "", _token),
        ("GET", rf"/google/v4/{_NAME}", "Bearer ", _review),
        ("PUT", rf"/google/v4/{_NAME}/reply", "Bearer ", _google),
    )
)


def answered(
    method: str, path: str, headers: dict[str, str], sent: dict[str, Any], number: int
) -> Reply | None:
    """The answer to a call that one of these platforms would understand; None for any other."""
    for wanted, pattern, scheme, answer in _CALLS:
        match = pattern.fullmatch(path)
        if match and method == wanted:
            if not headers.get("authorization", "").startswith(scheme):
                return refused(path, 401, {})
            return answer(match, sent, number)
    return None


# status: code, message
_TWILIO_ERRORS = {
    400: (21211, "The 'To' number is not a valid phone number."),
    401: (20003, "Authenticate"),
    403: (21610, "Attempt to send to unsubscribed recipient"),
    404: (20404, "The requested resource was not found"),
    429: (20429, "Too Many Requests"),
    500: (20500, "Internal Server Error"),
    503: (20503, "Service Unavailable"),
}
_ZENDESK_ERRORS = {404: "RecordNotFound", 409: "UpdateConflict", 422: "RecordInvalid"}
_FRESHDESK_ERRORS = {401: "invalid_credentials", 403: "access_denied"}
_GOOGLE_ERRORS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


def refused(path: str, status: int, headers: dict[str, str]) -> Reply:
    """The platform's own error of this status."""
    phrase = _phrase(status)
    body: dict[str, Any]
    match path.split("/")[1]:
        case "twilio":
            code, message = _TWILIO_ERRORS.get(status, (20000 + status, phrase))
            body = {"code": code, "message": message, "status": status}
        case "zendesk":
            body = {"error": _ZENDESK_ERRORS.get(status, phrase), "description": phrase}
        case "freshdesk":
            body = {"code": _FRESHDESK_ERRORS.get(status), "message": phrase}
        case "google":
            error = {"code": status, "message": phrase, "status": _GOOGLE_ERRORS.get(status)}
            body = {"error": error}
        case _:
            body = {"message": phrase}
    return Reply(status, body, headers)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
