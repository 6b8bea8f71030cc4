import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.channels.base import Handle, Ignored, Media
from chalicelib.errors import ParseError
from tests.unit.channels.recorded_events import (
    RECEIVED,
    only_message,
    parse,
    parse_recorded,
    recorded,
)

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "channels" / "chat.md"


def reparse(name: str, change: Any) -> list[Any]:
    event = json.loads(recorded(f"chat/{name}"))
    change(event)
    return parse("chat", json.dumps(event).encode())


def test_a_message_is_kept_with_its_verified_handles() -> None:
    message = only_message(parse_recorded("chat/created_verified"))
    assert message.text == "Merhaba, faturamı şirket adına düzeltebilir misiniz?"
    assert message.key == "chat:web-shop:msg-70411"
    assert message.at == datetime(2026, 11, 22, 9, 15, 1, tzinfo=UTC)
    assert message.address == "uye-20418"
    assert (message.sender.name, message.sender.locale) == ("Zeynep Kaya", "tr-TR")
    assert message.sender.handles == (
        Handle(kind="chat", value="uye-20418", account="web-shop"),
        Handle(kind="email", value="zeynep.kaya@example.com"),
        Handle(kind="phone", value="+905325550199"),
    )


def test_an_address_that_the_platform_did_not_verify_is_no_handle() -> None:
    message = only_message(parse_recorded("chat/created_guest"))
    assert [handle.kind for handle in message.sender.handles] == ["chat"]


def test_a_verified_address_that_is_none_is_no_handle() -> None:
    def break_both(event: Any) -> None:
        event["data"]["customer"].update(email="zeynep", phone="0532 555 01 99")

    message = only_message(reparse("created_verified", break_both))
    assert [handle.kind for handle in message.sender.handles] == ["chat"]


def test_a_pressed_button_carries_its_payload() -> None:
    message = only_message(parse_recorded("chat/button"))
    assert (message.kind, message.text, message.payload, message.reply_to) == (
        *("button", "Memnunum", "survey:good"),
        "ntf-5512",
    )


def test_an_attachment_alone_is_a_message_of_its_kind() -> None:
    message = only_message(parse_recorded("chat/attachment"))
    assert (message.kind, message.text) == ("document", None)
    assert message.media == (
        Media(
            kind="document",
            url="https://files.example.com/u/20418/vergi-levhasi.pdf",
            mime="application/pdf",
            name="vergi levhası.pdf",
        ),
    )


def test_an_attachment_never_links_to_anything_but_the_web() -> None:
    def link(event: Any) -> None:
        event["data"]["message"]["attachments"][0].update(url="javascript:alert(1)", kind="script")

    media = only_message(reparse("attachment", link)).media[0]
    assert (media.kind, media.url) == ("document", None)


def test_a_batch_keeps_every_message() -> None:
    first, second = parse_recorded("chat/batch")
    assert getattr(first, "message_id", None) == "msg-70520"
    assert getattr(second, "text", None) == "I was disconnected, sorry."


def test_the_platform_may_name_another_address_and_no_channel() -> None:
    def change(event: Any) -> None:
        event["data"].update(address="room-7")
        del event["data"]["channel_id"]

    message = only_message(reparse("created_guest", change))
    assert (message.address, message.account) == ("room-7", "")


def test_other_types_are_ignored_under_their_names() -> None:
    assert parse_recorded("chat/typing") == [Ignored(channel="chat", what="typing.started")]
    assert parse("chat", b'{"type": "ping"}') == [Ignored(channel="chat", what="ping")]


@pytest.mark.parametrize(
    "stamp", [None, "gestern", "2026-11-22T10:00:00", 5, "0001-01-01T00:00+14:00"]
)
def test_an_unusable_time_falls_back_to_the_event_s_and_then_to_the_arrival(stamp: object) -> None:
    def spoil_message(event: Any) -> None:
        event["data"]["message"]["sent_at"] = stamp

    def spoil_both(event: Any) -> None:
        spoil_message(event)
        event["timestamp"] = stamp

    event_time = datetime(2026, 11, 22, 9, 15, 2, tzinfo=UTC)
    assert only_message(reparse("created_verified", spoil_message)).at == event_time
    assert only_message(reparse("created_verified", spoil_both)).at == RECEIVED


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("message", "id"), 7, r"\$\.data\.message\.id"),
        (("message", "id"), "", r"\$\.data\.message\.id"),
        (("message", "text"), "", "no text, payload or attachment"),
        (("customer", "id"), None, r"\$\.data\.customer\.id"),
        (("customer", "email_verified"), "true", r"\$\.data\.customer\.email_verified"),
    ],
)
def test_what_is_not_as_documented_is_an_error_that_names_the_field(
    path: tuple[str, str], value: object, named: str
) -> None:
    with pytest.raises(ParseError, match=named):
        reparse("created_verified", lambda event: event["data"][path[0]].update({path[1]: value}))


@pytest.mark.parametrize(
    "body",
    [
        b'{"type": "message.created"}',
        b'{"type": "message.created", "data": {"customer": {"id": "1"}}}',
    ],
)
def test_a_created_message_needs_a_message(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse("chat", body)


def test_the_documented_example_is_understood() -> None:
    example = re.findall(r"```json\n(.*?)```", DOCUMENTATION.read_text(), re.DOTALL)[0]
    message = only_message(parse("chat", example.encode()))
    assert message.message_id == "msg-70411"
    assert len(message.sender.handles) == 3
