"""What goes over the line for one message: a template, files, and words with what to press.

A file takes the words along as its caption, unless it has none (audio, stickers) or they are too
long for one: then the files go first, and the words after them as a message of their own.
"""

from typing import Any

from chalicelib.channels.base import Media, OutboundMessage, Template

MOST_BUTTONS = 3
LONGEST_TITLE = 20
LONGEST_PAYLOAD = 256
LONGEST_BUTTON_TEXT = 1024
MOST_ROWS = 10
LONGEST_ROW_TITLE = 24
LONGEST_ROW_ID = 200
LONGEST_CAPTION = 1024
OPEN_LIST = "☰"
"""The button that opens a list; a sign, because it reads the same in every language."""
MEDIA = frozenset({"image", "audio", "video", "document", "sticker"})
_CAPTIONED = frozenset({"image", "video", "document"})


def parts(message: OutboundMessage) -> list[dict[str, Any]]:
    """The requests' bodies, without their recipient, in the order they go out."""
    found = [_template(message.template)] if message.template else _files_and_words(message)
    if message.reply_to:
        found[0]["context"] = {"message_id": message.reply_to}
    return found


def _template(template: Template) -> dict[str, Any]:
    # Line breaks and tabs in what fills a place are refused.
    values = [{"type": "text", "text": " ".join(one.split())} for one in template.variables]
    body = [{"type": "body", "parameters": values}] if values else []
    return {
        "type": "template",
        "template": {
            "name": template.name,
            "language": {"code": template.language},
            **({"components": body} if body else {}),
        },
    }


def _files_and_words(message: OutboundMessage) -> list[dict[str, Any]]:
    files = [file for file in message.media if file.url and file.kind in MEDIA]
    captioned = (
        len(files) == 1
        and files[0].kind in _CAPTIONED
        and not message.buttons
        and len(message.text) <= LONGEST_CAPTION
    )
    found = [_file(file, message.text if captioned else "") for file in files]
    if not captioned and (message.text or not files):
        found.append(_words(message))
    return found


def _file(file: Media, caption: str) -> dict[str, Any]:
    sent: dict[str, Any] = {"link": file.url}
    if caption:
        sent["caption"] = caption
    if file.kind == "document" and file.name:
        sent["filename"] = file.name
    return {"type": file.kind, file.kind: sent}


def _words(message: OutboundMessage) -> dict[str, Any]:
    if _fits(message, most=MOST_BUTTONS, title=LONGEST_TITLE, payload=LONGEST_PAYLOAD):
        return _interactive(message, "button", {"buttons": [*map(_button, message.buttons)]})
    many = len(message.buttons) > MOST_BUTTONS
    if many and _fits(message, most=MOST_ROWS, title=LONGEST_ROW_TITLE, payload=LONGEST_ROW_ID):
        rows = [{"id": payload, "title": label} for payload, label in message.buttons]
        return _interactive(message, "list", {"button": OPEN_LIST, "sections": [{"rows": rows}]})
    return {"type": "text", "text": {"body": message.text}}


def _button(button: tuple[str, str]) -> dict[str, Any]:
    payload, label = button
    return {"type": "reply", "reply": {"id": payload, "title": label}}


def _interactive(message: OutboundMessage, kind: str, action: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "interactive",
        "interactive": {"type": kind, "body": {"text": message.text}, "action": action},
    }


def _fits(message: OutboundMessage, *, most: int, title: int, payload: int) -> bool:
    payloads = {one for one, _ in message.buttons}
    labels = {label for _, label in message.buttons}
    count = len(message.buttons)
    return (
        0 < count <= most
        and len(payloads) == len(labels) == count
        and all(0 < len(one) <= payload for one in payloads)
        and all(0 < len(label) <= title for label in labels)
        and 0 < len(message.text) <= LONGEST_BUTTON_TEXT
    )
