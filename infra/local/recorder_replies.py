"""What the platforms answer, as their documentation and their servers have it."""

import base64
import re
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

_TELEGRAM = re.compile(r"/telegram/bot(?P<token>[^/]+)/(?P<method>\w+)")
_WHATSAPP = re.compile(r"/whatsapp/(?:v[\d.]+/)?(?P<number>\d+)/messages")
_CHAT = re.compile(r"/chat(/.*)?")


@dataclass(frozen=True)
class Reply:
    """An answer. A `body` of text goes out as it is, anything else as JSON, None as nothing."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def succeeded(method: str, path: str, headers: dict[str, str], sent: Any, number: int) -> Reply:
    """The platform's answer to a request, which is an error where the platform would refuse it.
    `number` makes the ids in the answer unique."""
    if method != "POST":
        return Reply(405, {"error": "this only takes POST"})
    sent = sent if isinstance(sent, dict) else {}
    if match := _TELEGRAM.fullmatch(path):
        return _telegram(match["token"], sent, number)
    if match := _WHATSAPP.fullmatch(path):
        return _whatsapp(headers, sent, number)
    if _CHAT.fullmatch(path):
        return Reply(200, {"ok": True})
    # What both say to a path that is none of theirs.
    return failed(path, 404, {})


def failed(path: str, status: int, headers: dict[str, str]) -> Reply:
    """The error that the platform itself would answer with this status."""
    if path.startswith("/telegram"):
        return _telegram_error(status, _TELEGRAM_ERRORS.get(status), headers)
    if path.startswith("/whatsapp"):
        return _whatsapp_error(status, _WHATSAPP_ERRORS.get(status), headers)
    return Reply(status, {"error": _phrase(status)}, headers)


_TELEGRAM_ERRORS = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    429: "Too Many Requests: retry after 1",
}


def _telegram(token: str, sent: dict[str, Any], number: int) -> Reply:
    if not re.fullmatch(r"\d+:[\w-]{20,}", token):
        return _telegram_error(401, "Unauthorized", {})
    if not sent.get("chat_id"):
        return _telegram_error(400, "Bad Request: chat_id is empty", {})
    if not sent.get("text"):
        return _telegram_error(400, "Bad Request: message text is empty", {})
    bot = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Temas"}
    message = {
        "message_id": number,
        "from": {**bot, "username": "temas_bot"},
        "chat": {"id": sent["chat_id"], "type": "private"},
        "date": int(time.time()),
        "text": sent["text"],
    }
    return Reply(200, {"ok": True, "result": message})


def _telegram_error(status: int, description: str | None, headers: dict[str, str]) -> Reply:
    body: dict[str, Any] = {
        "ok": False,
        "error_code": status,
        "description": description or _phrase(status),
    }
    if status == 429:
        body["parameters"] = {"retry_after": int(headers.get("Retry-After", 1))}
    return Reply(status, body, headers)


# status: code, type, message, details
_WHATSAPP_ERRORS = {
    400: (131026, "OAuthException", "Message undeliverable", "Unable to deliver the message."),
    401: (190, "OAuthException", "Error validating access token: Session has expired.", ""),
    403: (10, "OAuthException", "Application does not have permission for this action", ""),
    404: (100, "GraphMethodException", "Unsupported post request.", ""),
    429: (130429, "OAuthException", "Rate limit hit", "Cloud API message throughput reached."),
    500: (131000, "OAuthException", "Something went wrong", "An unknown error occurred."),
    503: (131016, "OAuthException", "Service unavailable", "A service is overloaded."),
}


def _whatsapp(headers: dict[str, str], sent: dict[str, Any], number: int) -> Reply:
    if not headers.get("authorization", "").startswith("Bearer "):
        return _whatsapp_error(401, _WHATSAPP_ERRORS[401], {})
    for name in ("messaging_product", "to"):
        if not sent.get(name):
            message = f"The parameter {name} is required."
            return _whatsapp_error(400, (100, "OAuthException", message, ""), {})
    to = str(sent["to"])
    return Reply(
        200,
        {
            "messaging_product": "whatsapp",
            "contacts": [{"input": to, "wa_id": to.lstrip("+")}],
            "messages": [{"id": _wamid(to, number)}],
        },
    )


def _wamid(to: str, number: int) -> str:
    secret = f"\x1c\n\x0b{to.lstrip('+')}\x15\x02\x00\x11\x18\x12{number:016X}\x00"
    return f"wamid.{base64.b64encode(secret.encode()).decode()}"


def _whatsapp_error(
    status: int, known: tuple[int, str, str, str] | None, headers: dict[str, str]
) -> Reply:
    code, kind, message, details = known or (131000, "OAuthException", _phrase(status), "")
    error: dict[str, Any] = {"message": f"(#{code}) {message}", "type": kind, "code": code}
    if details:
        error["error_data"] = {"messaging_product": "whatsapp", "details": details}
    error["fbtrace_id"] = "AbCdEfGhIjKlMnOpQrStUvW"
    return Reply(status, {"error": error}, headers)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
