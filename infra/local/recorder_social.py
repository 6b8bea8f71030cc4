"""What Telegram, Slack and X answer to the calls that Temas makes."""

import re
import time
from http import HTTPStatus
from typing import Any

from infra.local.recorder_records import Reply

PREFIXES = ("/telegram", "/slack", "/x/")
_TELEGRAM = re.compile(r"/telegram/bot(?P<token>[^/]+)/(?P<method>\w+)")
_TELEGRAM_FILE = re.compile(r"/telegram/file/bot(?P<token>[^/]+)/(?P<path>.+)")
_SLACK = re.compile(r"/slack/chat\.postMessage")
_SLACK_FILE = re.compile(r"/slack/files(?:\.info\?file=(?P<id>\w+)|/(?P<name>[\w.]+))")
_DIRECT = re.compile(r"/x/2/dm_conversations/with/(?P<user>\d+)/messages")
_POST = re.compile(r"/x/2/tweets")
_DIRECT_FILE = re.compile(r"/x/2/dm_conversations/media/\d+/\d+/[\w.-]+")

_TOKEN = re.compile(r"\d+:[\w-]{20,}")
_CONTENT = {
    "sendMessage": "text",
    "sendPhoto": "photo",
    "sendVideo": "video",
    "sendAudio": "audio",
    "sendVoice": "voice",
    "sendDocument": "document",
    "sendSticker": "sticker",
}
_FILE = "a file that a customer sent"


def answered(
    method: str, path: str, headers: dict[str, str], sent: dict[str, Any], number: int
) -> Reply | None:
    """The answer to a call that one of these platforms would understand; None for any other."""
    if method == "GET":
        return _file(path, headers)
    if method != "POST":
        return None
    if match := _TELEGRAM.fullmatch(path):
        return _telegram(match["token"], match["method"], sent, number)
    if _SLACK.fullmatch(path):
        return _slack(headers, sent, number)
    if match := _DIRECT.fullmatch(path):
        event = {"dm_conversation_id": f"{match['user']}-1", "dm_event_id": _snowflake(number)}
        return _x(headers, sent, event)
    if _POST.fullmatch(path):
        return _x(headers, sent, {"id": _snowflake(number), "text": sent.get("text")})
    return None


def refused(path: str, status: int, headers: dict[str, str]) -> Reply:
    """The platform's own error of this status."""
    if path.startswith("/telegram"):
        return _telegram_error(status, _TELEGRAM_ERRORS.get(status), headers)
    if path.startswith("/slack"):
        # Slack refuses with status 200, and only rate limits and breakdowns show outside.
        code = _SLACK_ERRORS.get(status, "internal_error")
        outside = status if status == 429 or status >= 500 else 200
        return Reply(outside, {"ok": False, "error": code}, headers)
    phrase = _phrase(status)
    body = {"title": phrase, "detail": _X_ERRORS.get(status, phrase), "type": "about:blank"}
    return Reply(status, {**body, "status": status}, headers)


_TELEGRAM_ERRORS = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    429: "Too Many Requests: retry after 1",
}
_SLACK_ERRORS = {
    400: "channel_not_found",
    401: "invalid_auth",
    403: "not_in_channel",
    404: "channel_not_found",
    429: "ratelimited",
}
_X_ERRORS = {
    400: "One or more parameters to your request was invalid.",
    403: "You do not have permission to DM one or more participants.",
    429: "Too Many Requests",
}


def _telegram(token: str, method: str, sent: dict[str, Any], number: int) -> Reply:
    if not _TOKEN.fullmatch(token):
        return _telegram_error(401, "Unauthorized", {})
    if method == "getFile":
        return _located(sent)
    if method not in _CONTENT:
        return _telegram_error(404, "Not Found", {})
    if not sent.get("chat_id"):
        return _telegram_error(400, "Bad Request: chat_id is empty", {})
    field = _CONTENT[method]
    if not sent.get(field):
        what = "message text is empty" if field == "text" else f"there is no {field} in the request"
        return _telegram_error(400, f"Bad Request: {what}", {})
    bot = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Temas"}
    message: dict[str, Any] = {
        "message_id": number,
        "from": {**bot, "username": "temas_bot"},
        "chat": {"id": sent["chat_id"], "type": "private"},
        "date": int(time.time()),
        **{name: sent[name] for name in ("text", "caption") if name in sent},
    }
    return Reply(200, {"ok": True, "result": message})


def _located(sent: dict[str, Any]) -> Reply:
    name = str(sent.get("file_id") or "")
    if not name:
        return _telegram_error(400, "Bad Request: file_id not specified", {})
    found = {"file_id": name, "file_unique_id": name, "file_size": len(_FILE)}
    return Reply(200, {"ok": True, "result": {**found, "file_path": "photos/file_1.jpg"}})


def _telegram_error(status: int, description: str | None, headers: dict[str, str]) -> Reply:
    body: dict[str, Any] = {
        "ok": False,
        "error_code": status,
        "description": description or _phrase(status),
    }
    if status == 429:
        body["parameters"] = {"retry_after": int(headers.get("Retry-After", 1))}
    return Reply(status, body, headers)


def _slack(headers: dict[str, str], sent: dict[str, Any], number: int) -> Reply:
    if not headers.get("authorization", "").startswith("Bearer xoxb-"):
        return refused("/slack", 401, {})
    if not sent.get("channel"):
        return refused("/slack", 404, {})
    if not sent.get("text"):
        return Reply(200, {"ok": False, "error": "no_text"})
    stamp = f"{int(time.time())}.{number:06d}"
    message = {"type": "message", "text": sent["text"], "ts": stamp, "bot_id": "B0TEMAS"}
    return Reply(200, {"ok": True, "channel": sent["channel"], "ts": stamp, "message": message})


def _x(headers: dict[str, str], sent: dict[str, Any], data: dict[str, Any]) -> Reply:
    if not headers.get("authorization", "").startswith(("Bearer ", "OAuth ")):
        return refused("/x/", 401, {})
    return Reply(201, {"data": data}) if sent.get("text") else refused("/x/", 400, {})


def _snowflake(number: int) -> str:
    """An id as X makes them: the time, and a number."""
    return str((int(time.time() * 1000) - 1_288_834_974_657 << 22) + number)


def _file(path: str, headers: dict[str, str]) -> Reply | None:
    """A file that came in; None for any other path."""
    if match := _TELEGRAM_FILE.fullmatch(path):
        known = _TOKEN.fullmatch(match["token"]) is not None
        return _content() if known else _telegram_error(401, "Unauthorized", {})
    match = _SLACK_FILE.fullmatch(path)
    if match is None and not _DIRECT_FILE.fullmatch(path):
        return None
    if not headers.get("authorization", "").startswith(("Bearer ", "OAuth ")):
        return refused(path, 401, {})
    if match is None or match["name"]:
        return _content()
    url = f"http://{headers.get('host', '127.0.0.1')}/slack/files/{match['id']}"
    return Reply(200, {"ok": True, "file": {"id": match["id"], "url_private": url}})


def _content() -> Reply:
    return Reply(200, _FILE, {"Content-Type": "image/jpeg"})


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
