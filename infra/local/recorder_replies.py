"""What the platforms answer, as their documentation and their servers have it."""

import re
from http import HTTPStatus
from typing import Any

from infra.local import recorder_desks, recorder_meta, recorder_social
from infra.local.recorder_records import Reply

_CHAT = re.compile(r"/chat(/.*)?")


def succeeded(method: str, path: str, headers: dict[str, str], sent: Any, number: int) -> Reply:
    """The platform's answer to a request, which is an error where the platform would refuse it.
    `number` makes the ids in the answer unique."""
    sent = sent if isinstance(sent, dict) else {}
    if reply := recorder_meta.answered(method, path, headers, sent, number):
        return reply
    if reply := recorder_desks.answered(method, path, headers, sent, number):
        return reply
    if reply := recorder_social.answered(method, path, headers, sent, number):
        return reply
    if method != "POST":
        return Reply(405, {"error": "this only takes POST"})
    if _CHAT.fullmatch(path):
        return Reply(200, {"ok": True})
    # What both say to a path that is none of theirs.
    return failed(path, 404, {})


def failed(path: str, status: int, headers: dict[str, str]) -> Reply:
    """The error that the platform itself would answer with this status."""
    if path.startswith(recorder_meta.PREFIXES):
        return recorder_meta.refused(path, status, headers)
    if path.startswith(recorder_desks.PREFIXES):
        return recorder_desks.refused(path, status, headers)
    if path.startswith(recorder_social.PREFIXES):
        return recorder_social.refused(path, status, headers)
    return Reply(status, {"error": _phrase(status)}, headers)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
