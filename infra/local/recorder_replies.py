"""What the platforms answer, as their documentation and their servers have it."""

import re
import time
from http import HTTPStatus
from typing import Any

from infra.local import recorder_desks, recorder_meta
from infra.local.recorder_records import Reply

_TELEGRAM = re.compile(r"/telegram/bot(?P<token>[^/]+)/(?P<method>\w+)")
_CHAT = re.compile(r"/chat(/.*)?")


def succeeded(method: str, path: str, headers: dict[str, str], sent: Any, number: int) -> Reply:
    """The platform's answer to a request, which is an error where the platform would refuse it.
    `number` makes the ids in the answer unique."""
    sent = sent if isinstance(sent, dict) else {}
    if reply := recorder_meta.answered(method, path, headers, sent, number):
        return reply
    if reply := recorder_desks.answered(method, path, headers, sent, number):
        return reply
    if method != "POST":
        return Reply(405, {"error": "this only takes POST"})
    if match := _TELEGRAM.fullmatch(path):
        return _telegram(match["token"], sent, number)
    if _CHAT.fullmatch(path):
        return Reply(200, {"ok": True})
    # What both say to a path that is none of theirs.
    return failed(path, 404, {})


def failed(path: str, status: int, headers: dict[str, str]) -> Reply:
    """The error that the platform itself would answer with this status."""
    if path.startswith("/telegram"):
        return _telegram_error(status, _TELEGRAM_ERRORS.get(status), headers)
    if path.startswith(recorder_meta.PREFIXES):
        return recorder_meta.refused(path, status, headers)
    if path.startswith(recorder_desks.PREFIXES):
        return recorder_desks.refused(path, status, headers)
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


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
