import json
from datetime import UTC, datetime
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


def reparse(name: str, **changes: Any) -> list[Any]:
    """The recorded update's events, after its message was changed; None takes a field away."""
    update = json.loads(recorded(f"telegram/{name}"))
    message = {**update["message"], **changes}
    update["message"] = {name: value for name, value in message.items() if value is not None}
    return parse("telegram", json.dumps(update).encode())


def ignored(what: str) -> list[Ignored]:
    return [Ignored(channel="telegram", what=what)]


def test_a_text_is_kept_with_its_sender_chat_and_time() -> None:
    message = only_message(parse_recorded("telegram/text"))
    assert message.text == "Selam, çaydanlığın kapağı ayrı satılıyor mu?"
    assert message.key == "telegram::5820147733:412"
    assert message.at == datetime(2026, 11, 22, 10, 2, 5, tzinfo=UTC)
    assert message.address == "5820147733"
    assert message.sender.handles == (Handle(kind="telegram", value="5820147733"),)
    assert (message.sender.name, message.sender.locale) == ("Elif Demir", "tr")


def test_a_pressed_button_is_a_message_with_its_label_and_payload() -> None:
    message = only_message(parse_recorded("telegram/callback"))
    assert message.message_id == "cb:5249018826415577003"
    assert (message.kind, message.text, message.payload) == (
        *("button", "Evet, çözüldü"),
        "survey:good",
    )
    assert (message.address, message.reply_to) == ("5820147733", "5820147733:430")
    assert message.at == RECEIVED


def test_a_press_below_an_inline_message_answers_to_the_person() -> None:
    update = json.loads(recorded("telegram/callback"))
    del update["callback_query"]["message"]
    message = only_message(parse("telegram", json.dumps(update).encode()))
    assert (message.address, message.text, message.reply_to) == ("5820147733", None, None)


def test_a_press_that_starts_a_game_is_ignored() -> None:
    update = json.loads(recorded("telegram/callback"))
    del update["callback_query"]["data"]
    assert parse("telegram", json.dumps(update).encode()) == ignored("callback_without_data")


def test_a_photo_is_kept_in_its_largest_size_with_its_caption() -> None:
    message = only_message(parse_recorded("telegram/photo_caption"))
    assert (message.kind, message.text) == ("photo", "Şu model")
    assert message.media == (Media(kind="image", id="AgACAgQAAxkBAAIB_buyuk", size=98210),)
    assert message.details == {"album": "13907216640055321"}


@pytest.mark.parametrize(
    ("field", "kind", "voice"),
    [
        ("voice", "audio", True),
        ("audio", "audio", False),
        ("video", "video", False),
        ("video_note", "video", False),
        ("animation", "video", False),
        ("document", "document", False),
        ("sticker", "sticker", False),
    ],
)
def test_each_kind_of_file_is_kept_as_a_reference(field: str, kind: str, voice: bool) -> None:
    file = {"file_id": "F1", "mime_type": "x/y", "file_name": "ad.ext"}
    message = only_message(reparse("text", text=None, **{field: file}))
    assert message.kind == field
    assert message.media == (Media(kind=kind, id="F1", mime="x/y", name="ad.ext", voice=voice),)


@pytest.mark.parametrize(
    "kind",
    ["location", "venue", "contact", "dice", "poll", "game", "story", "checklist"],
)
def test_content_without_words_is_still_a_message(kind: str) -> None:
    message = only_message(reparse("text", text=None, **{kind: {"emoji": "🎲"}}))
    assert (message.kind, message.text) == (kind, None)


def test_data_of_a_web_app_is_a_payload() -> None:
    message = only_message(
        reparse("text", text=None, web_app_data={"data": "beden=M", "button_text": "Beden seç"})
    )
    assert (message.kind, message.text, message.payload) == (
        *("web_app_data", "Beden seç"),
        "beden=M",
    )


def test_in_a_group_the_answer_goes_to_the_group_and_replies_are_named() -> None:
    message = only_message(parse_recorded("telegram/group_reply"))
    assert message.address == "-1002240815516"
    assert message.message_id == "-1002240815516:8841"
    assert message.reply_to == "-1002240815516:8839"
    assert message.sender.handles[0].value == "6044908812"


def test_the_root_of_a_forum_topic_is_not_what_a_message_answers() -> None:
    assert only_message(parse_recorded("telegram/forum_topic")).reply_to is None
    bare = {"message_id": 8801}
    assert only_message(reparse("forum_topic", reply_to_message=bare)).reply_to is None


def test_a_reply_inside_a_forum_topic_is_one() -> None:
    message = only_message(reparse("forum_topic", reply_to_message={"message_id": 8849}))
    assert message.reply_to == "-1002240815516:8849"


def test_who_writes_in_the_name_of_a_chat_is_that_chat() -> None:
    stand_in = {"id": 136817688, "is_bot": True, "first_name": "Channel"}
    chat = {"id": -1001999000111, "title": "Ev Dünyası", "type": "channel"}
    message = only_message(reparse("group_reply", sender_chat=chat, **{"from": stand_in}))
    assert message.sender.handles == (Handle(kind="telegram", value="-1001999000111"),)
    assert message.sender.name == "Ev Dünyası"


def test_bots_automatic_forwards_and_nobody_write_no_messages() -> None:
    bot = {"id": 7, "is_bot": True, "first_name": "Bot"}
    assert reparse("text", **{"from": bot}) == ignored("bot")
    assert reparse("text", **{"from": None}) == ignored("no_sender")
    assert reparse("text", is_automatic_forward=True) == ignored("automatic_forward")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("added_to_group", "added"),
        ("automatic_forward", "automatic_forward"),
        ("boost", "chat_boost"),
        ("business_connection", "business_connection"),
        ("channel_post", "channel_post"),
        ("chat_member", "chat_member"),
        ("forum_topic_created", "service:forum_topic_created"),
        ("group_upgraded", "service:migrate_to_chat_id"),
        ("inline_query", "inline_query"),
        ("join_request", "chat_join_request"),
        ("live_location_moved", "edited_message:location"),
        ("new_members", "service:new_chat_members"),
        ("pinned", "service:pinned_message"),
        ("poll_answer", "poll_answer"),
        ("pre_checkout", "pre_checkout_query"),
        ("reaction_count", "message_reaction_count"),
    ],
)
def test_what_is_no_message_is_ignored_under_its_name(name: str, what: str) -> None:
    assert parse_recorded(f"telegram/{name}") == ignored(what)


def test_joining_a_group_is_a_service_note() -> None:
    events = reparse("text", text=None, new_chat_members=[{"id": 7}])
    assert events == ignored("service:new_chat_members")
    assert reparse("text", text=None) == ignored("service:empty")


def test_an_animation_is_one_though_telegram_adds_a_copy_as_document() -> None:
    file = {"file_id": "F1"}
    assert only_message(reparse("text", text=None, document=file, animation=file)).kind == (
        "animation"
    )


@pytest.mark.parametrize(
    ("chat", "old", "new", "what"),
    [
        ("supergroup", "left", "member", "added"),
        ("supergroup", "member", "left", "removed"),
        ("supergroup", "member", "administrator", "my_chat_member"),
    ],
)
def test_news_of_the_bot_s_membership_is_named(chat: str, old: str, new: str, what: str) -> None:
    update = json.loads(recorded("telegram/blocked"))
    member = update["my_chat_member"]
    member["chat"]["type"] = chat
    member["old_chat_member"]["status"], member["new_chat_member"]["status"] = old, new
    assert parse("telegram", json.dumps(update).encode()) == ignored(what)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b'{"update_id": 0, "channel_post": {}}', "channel_post"),
        (b'{"update_id": 0, "message": null, "poll": {}}', "poll"),
        (b'{"update_id": 0, "tele pathy": 1}', "unknown:tele_pathy"),
        (b'{"update_id": 0}', "empty"),
    ],
)
def test_other_updates_are_ignored_under_their_names(body: bytes, what: str) -> None:
    assert parse("telegram", body) == ignored(what)


def test_ids_beyond_two_to_the_53_stay_whole() -> None:
    chat = {"id": -9007199254740993, "type": "supergroup"}
    message = only_message(reparse("text", chat=chat, message_id=9007199254740993))
    assert message.message_id == "-9007199254740993:9007199254740993"


@pytest.mark.parametrize("date", [None, "soon", 0, -5, 1795341600000, [], 10**300])
def test_an_unusable_date_costs_the_time_and_not_the_message(date: object) -> None:
    assert only_message(reparse("text", date=date)).at == RECEIVED


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("message_id", "412", r"\$\.message\.message_id"),
        ("chat", 7, r"\$\.message\.chat"),
        ("text", 5, r"\$\.message\.text"),
        ("photo", {}, r"\$\.message\.photo"),
    ],
)
def test_a_wrong_type_is_an_error_that_names_the_field(
    field: str, value: object, path: str
) -> None:
    with pytest.raises(ParseError, match=path):
        reparse("text", **{field: value})


@pytest.mark.parametrize("body", [b"{}", b'{"update_id": "7", "message": {}}'])
def test_without_a_whole_update_id_it_is_no_update(body: bytes) -> None:
    with pytest.raises(ParseError, match="update_id"):
        parse("telegram", body)
