import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.channels.base import Handle, Ignored, InboundMessage, Media, StatusUpdate
from chalicelib.errors import ParseError
from tests.unit.channels.recorded_events import (
    RECEIVED,
    only_message,
    parse,
    parse_recorded,
    recorded,
)

SHOP = "104857600000217"


def reparse(name: str, change: Any) -> list[Any]:
    """The recorded event's events, after `change` was given its first change's value."""
    payload = json.loads(recorded(f"whatsapp/{name}"))
    change(payload["entry"][0]["changes"][0]["value"])
    return parse("whatsapp", json.dumps(payload).encode())


def test_a_text_is_kept_with_its_sender_number_and_time() -> None:
    message = only_message(parse_recorded("whatsapp/text"))
    assert message.text == (
        "Merhaba, dün verdiğim 48213 numaralı siparişim ne zaman kargoya verilecek?"
    )
    assert message.key == f"whatsapp:{SHOP}:wamid.VEVNQVMtQVlTRS0wMDAx"
    assert message.at == datetime(2026, 11, 22, 8, 41, 12, tzinfo=UTC)
    assert (message.kind, message.address) == ("text", "905325550147")
    assert (message.sender.name, message.sender.locale) == ("Ayşe Yılmaz", None)
    assert message.sender.handles == (
        Handle(kind="phone", value="+905325550147"),
        Handle(kind="whatsapp_user", value="TR.48213097716520443", account=SHOP),
    )


def test_a_sender_without_a_number_is_known_by_the_scoped_id_of_the_account() -> None:
    message = only_message(parse_recorded("whatsapp/scoped_user_only"))
    scoped = Handle(kind="whatsapp_user", value="TR.90331258804417725", account=SHOP)
    assert message.sender.handles == (scoped,)
    assert message.address == "TR.90331258804417725"
    assert message.sender.name == "Mert"


def test_without_any_id_in_the_message_its_only_contact_is_the_sender() -> None:
    def drop(value: Any) -> None:
        del value["messages"][0]["from"], value["messages"][0]["from_user_id"]

    message = only_message(reparse("text", drop))
    assert message.address == "905325550147"


def test_a_contact_of_somebody_else_is_not_joined_to_the_sender() -> None:
    def swap(value: Any) -> None:
        value["contacts"][0].update(wa_id="905000000000", user_id="TR.1")

    sender = only_message(reparse("text", swap)).sender
    assert sender.name is None
    assert [h.value for h in sender.handles] == ["+905325550147", "TR.48213097716520443"]


def test_a_user_name_stands_in_for_a_missing_name() -> None:
    def rename(value: Any) -> None:
        value["contacts"][0]["profile"] = {"name": " ", "username": "ayse.y"}

    assert only_message(reparse("text", rename)).sender.name == "ayse.y"


def test_a_sender_that_is_no_phone_number_is_still_kept() -> None:
    def odd(value: Any) -> None:
        value["messages"][0].update({"from": "<PHONE>", "from_user_id": None})

    message = only_message(reparse("text", odd))
    odd_handle = Handle(kind="whatsapp_user", value="<PHONE>", account=SHOP)
    assert message.sender.handles == (odd_handle,)


def test_nobody_as_sender_is_an_error_that_names_the_fields() -> None:
    def empty(value: Any) -> None:
        value["messages"][0].update({"from": "", "from_user_id": ""})
        value["contacts"] = []

    with pytest.raises(ParseError, match="from_user_id"):
        reparse("text", empty)


def test_in_a_group_the_answer_goes_to_the_group() -> None:
    message = only_message(
        reparse("text", lambda value: value["messages"][0].update(group_id="R3J1cC0x"))
    )
    assert (message.address, message.group) == ("R3J1cC0x", "R3J1cC0x")
    assert message.sender.handles[0].value == "+905325550147"


def test_a_reply_names_the_message_it_answers() -> None:
    message = only_message(parse_recorded("whatsapp/text_reply"))
    assert message.reply_to == "wamid.VEVNQVMtQlJBTkQtMDAwMQ"


@pytest.mark.parametrize(
    ("name", "kind", "text", "payload"),
    [
        ("button_reply", "button_reply", "Memnunum", "survey:good"),
        ("list_reply", "list_reply", "Returns", "topic:returns"),
        ("template_button", "button", "Remind me later", "review:later"),
        ("order", "order", "Hediye paketi olsun lütfen", None),
        ("location", "location", None, None),
        ("unsupported", "unsupported", None, None),
    ],
)
def test_each_kind_yields_its_words_and_payload(
    name: str, kind: str, text: str | None, payload: str | None
) -> None:
    message = only_message(parse_recorded(f"whatsapp/{name}"))
    assert (message.kind, message.text, message.payload) == (kind, text, payload)


def test_a_form_yields_its_answers_and_not_the_words_of_the_app() -> None:
    message = only_message(parse_recorded("whatsapp/form_reply"))
    assert (message.kind, message.text) == ("nfm_reply", None)
    assert json.loads(message.payload or "")["neden"] == "beden büyük"


def test_a_kind_nobody_has_heard_of_is_still_a_message() -> None:
    message = only_message(
        reparse("text", lambda value: value["messages"][0].update(type="hologram"))
    )
    assert (message.kind, message.text) == ("hologram", None)


def test_an_interactive_kind_nobody_has_heard_of_is_still_a_message() -> None:
    message = only_message(
        reparse("button_reply", lambda v: v["messages"][0].update(interactive={"type": "dial"}))
    )
    assert (message.kind, message.text, message.payload) == ("dial", None, None)


def test_a_caption_is_the_text_of_its_picture() -> None:
    message = only_message(parse_recorded("whatsapp/image_caption"))
    assert (message.kind, message.text) == ("image", "This is the dent")
    assert message.media == (
        Media(
            kind="image",
            id="1530042214770981",
            url="https://media.example.com/whatsapp/1530042214770981",
            mime="image/jpeg",
            expires=True,
        ),
    )


def test_a_voice_note_is_told_from_other_audio() -> None:
    message = only_message(parse_recorded("whatsapp/voice_note"))
    assert message.text is None
    assert message.media[0].voice
    assert message.media[0].mime == "audio/ogg; codecs=opus"


def test_a_document_keeps_its_name() -> None:
    assert only_message(parse_recorded("whatsapp/document")).media[0].name == "fatura-48213.pdf"


def test_statuses_come_in_the_order_of_the_delivery() -> None:
    events = parse_recorded("whatsapp/statuses")
    statuses = [event for event in events if isinstance(event, StatusUpdate)]
    assert [status.status for status in statuses] == ["read", "sent", "delivered", "failed"]
    assert statuses[0].key == f"whatsapp:{SHOP}:wamid.VEVNQVMtQlJBTkQtMDAwMQ"
    assert statuses[3].error_code == "131026"
    assert (statuses[3].error or "").endswith("(Message Undeliverable.)")
    assert statuses[3].recipient == "447700900462"


def test_a_played_voice_note_was_read_and_unknown_statuses_are_ignored() -> None:
    def change(value: Any) -> None:
        value["statuses"][0]["status"] = "played"
        value["statuses"][1]["status"] = "melted away"

    events = reparse("statuses", change)
    assert events[0].status == "read"
    assert events[1] == Ignored(channel="whatsapp", what="status:melted_away")


def test_a_status_in_a_group_is_that_of_the_participant() -> None:
    events = reparse(
        "statuses",
        lambda v: v["statuses"][0].update(recipient_id="G1", recipient_participant_id="90532"),
    )
    assert (events[0].recipient, events[0].group) == ("90532", "G1")


def test_a_status_without_a_number_names_the_scoped_recipient() -> None:
    events = reparse("statuses", lambda v: v["statuses"][0].pop("recipient_id"))
    assert events[0].recipient == "TR.48213097716520443"


def test_every_entry_change_message_and_status_of_a_delivery_is_read() -> None:
    events = parse_recorded("whatsapp/batch")
    assert [type(event) for event in events] == [
        *(InboundMessage, InboundMessage, InboundMessage, Ignored),
        *(InboundMessage, StatusUpdate),
    ]
    messages = [event for event in events if isinstance(event, InboundMessage)]
    assert [m.sender.name for m in messages] == [
        *("Ayşe Yılmaz", "Ayşe Yılmaz", "Mert", "James Whitfield")
    ]
    assert messages[3].account != messages[0].account
    assert events[3] == Ignored(channel="whatsapp", what="message_template_status_update")


def test_a_thousand_messages_in_one_delivery_are_all_kept() -> None:
    def multiply(value: Any) -> None:
        one = value["messages"][0]
        value["messages"] = [{**one, "id": f"wamid.{n}"} for n in range(1000)]

    events = reparse("text", multiply)
    assert len({event.key for event in events}) == 1000


def test_errors_of_the_account_and_other_objects_are_ignored() -> None:
    def fail(value: Any) -> None:
        value["errors"] = [{"code": 130429, "title": "Rate limit hit"}]
        del value["messages"], value["metadata"]

    assert reparse("text", fail) == [Ignored(channel="whatsapp", what="errors")]
    page = parse("whatsapp", b'{"object": "page", "entry": []}')
    assert page == [Ignored(channel="whatsapp", what="object:page")]


def test_an_empty_notification_yields_nothing() -> None:
    assert parse("whatsapp", b'{"object": "whatsapp_business_account", "entry": [{}]}') == []


@pytest.mark.parametrize("stamp", [None, "", "soon", "-1", 1795336872000, True, {}, "nan", 10**300])
def test_an_unusable_time_stamp_costs_the_time_and_not_the_message(stamp: object) -> None:
    message = only_message(
        reparse("text", lambda value: value["messages"][0].update(timestamp=stamp))
    )
    assert message.at == RECEIVED


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("id", 17, r"\$\.entry\[0\]\.changes\[0\]\.value\.messages\[0\]\.id"),
        ("id", "", r"\.messages\[0\]\.id"),
        ("id", "w" * 300, r"\.messages\[0\]\.id"),
        ("text", "Merhaba", r"\.messages\[0\]\.text"),
        ("text", {"body": 5}, r"\.messages\[0\]\.text\.body"),
        ("context", [], r"\.messages\[0\]\.context"),
    ],
)
def test_a_wrong_type_is_an_error_that_names_the_field(
    field: str, value: object, path: str
) -> None:
    with pytest.raises(ParseError, match=path):
        reparse("text", lambda v: v["messages"][0].update({field: value}))


def test_messages_for_an_unnamed_number_are_an_error() -> None:
    with pytest.raises(ParseError, match="metadata"):
        reparse("text", lambda value: value.pop("metadata"))
