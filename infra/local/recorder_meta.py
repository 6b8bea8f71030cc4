"""What Meta answers: WhatsApp's Cloud API, and the send API of Messenger and Instagram."""

import base64
import re
from typing import Any

from infra.local.recorder_records import Reply

PREFIXES = ("/whatsapp", "/messenger", "/instagram")
_SEND = re.compile(r"/(?P<platform>whatsapp|messenger|instagram)/(?:v[\d.]+/)?[\w.-]+/messages")
_MEDIA_ID = re.compile(r"/whatsapp/(?:v[\d.]+/)?(?P<id>\d+)")
_MEDIA = re.compile(r"/whatsapp/media/(?P<id>\d+)")

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
_MESSAGING_ERRORS = {
    **_WHATSAPP_ERRORS,
    400: (100, "OAuthException", "No matching user found", ""),
    403: (10, "OAuthException", "This message is sent outside of allowed window.", ""),
    429: (613, "OAuthException", "Calls to this API have exceeded the rate limit.", ""),
    500: (1, "OAuthException", "An unknown error occurred", ""),
    503: (2, "OAuthException", "Service temporarily unavailable", ""),
}
_SUBCODES = {100: 2018001, 10: 2018278}


def answered(
    method: str, path: str, headers: dict[str, str], sent: dict[str, Any], number: int
) -> Reply | None:
    """The answer to a call that Meta would understand; None for any other."""
    if method == "GET":
        return _file(path, headers)
    match = _SEND.fullmatch(path)
    if method != "POST" or match is None:
        return None
    if not headers.get("authorization", "").startswith("Bearer "):
        return refused(path, 401, {})
    return _whatsapp(sent, number) if match["platform"] == "whatsapp" else _messaging(sent, number)


def refused(path: str, status: int, headers: dict[str, str]) -> Reply:
    """Meta's own error of this status."""
    whatsapp = path.startswith("/whatsapp")
    known = (_WHATSAPP_ERRORS if whatsapp else _MESSAGING_ERRORS).get(status)
    code, kind, message, details = known or (
        131000,
        "OAuthException",
        "An unknown error occurred.",
        "",
    )
    return _error(status, (code, kind, message, details), headers, subcode=not whatsapp)


def _error(
    status: int,
    told: tuple[int, str, str, str],
    headers: dict[str, str],
    *,
    subcode: bool = False,
) -> Reply:
    code, kind, message, details = told
    error: dict[str, Any] = {"message": f"(#{code}) {message}", "type": kind, "code": code}
    if subcode and code in _SUBCODES:
        error["error_subcode"] = _SUBCODES[code]
    if details:
        error["error_data"] = {"messaging_product": "whatsapp", "details": details}
    error["fbtrace_id"] = "AbCdEfGhIjKlMnOpQrStUvW"
    return Reply(status, {"error": error}, headers)


def _missing(name: str) -> Reply:
    told = (100, "OAuthException", f"The parameter {name} is required.", "")
    return _error(400, told, {})


def _whatsapp(sent: dict[str, Any], number: int) -> Reply:
    to = str(sent.get("to") or sent.get("recipient") or "")
    if not sent.get("messaging_product"):
        return _missing("messaging_product")
    if not to:
        return _missing("to")
    id_name = "wa_id" if sent.get("to") else "user_id"
    return Reply(
        200,
        {
            "messaging_product": "whatsapp",
            "contacts": [{"input": to, id_name: to.lstrip("+")}],
            "messages": [{"id": _wamid(to, number)}],
        },
    )


def _wamid(to: str, number: int) -> str:
    secret = f"\x1c\n\x0b{to.lstrip('+')}\x15\x02\x00\x11\x18\x12{number:016X}\x00"
    return f"wamid.{base64.b64encode(secret.encode()).decode()}"


def _messaging(sent: dict[str, Any], number: int) -> Reply:
    recipient = sent.get("recipient")
    to = recipient if isinstance(recipient, dict) else {}
    if not (to.get("id") or to.get("comment_id")):
        return _missing("recipient")
    if not isinstance(sent.get("message"), dict):
        return _missing("message")
    mid = base64.urlsafe_b64encode(f"mid:{number:016X}".encode()).decode().rstrip("=")
    return Reply(200, {"recipient_id": str(to.get("id") or "17841400"), "message_id": f"m_{mid}"})


def _file(path: str, headers: dict[str, str]) -> Reply | None:
    """A media id leads to a link, and the link to the file; both want the token."""
    named, file = _MEDIA_ID.fullmatch(path), _MEDIA.fullmatch(path)
    if not named and not file:
        return None
    if not headers.get("authorization", "").startswith("Bearer "):
        return refused(path, 401, {})
    if file:
        return Reply(200, f"the file {file['id']}", {"Content-Type": "image/jpeg"})
    media = named["id"] if named else ""
    return Reply(
        200,
        {
            "messaging_product": "whatsapp",
            "id": media,
            "url": f"http://{headers.get('host', '127.0.0.1')}/whatsapp/media/{media}",
            "mime_type": "image/jpeg",
            "file_size": len(f"the file {media}"),
        },
    )
