"""What Telegram tells beside plain messages, and what comes along with them."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from chalicelib.channels.base import (
    Answer,
    ConsentNotice,
    Deletion,
    Echo,
    Edit,
    Handle,
    Ignored,
    InboundMessage,
    Media,
    Reaction,
    Sender,
)
from chalicelib.channels.telegram import TELEGRAM
from chalicelib.errors import ParseError
from tests.unit.channels.recorded_events import (
    EVENTS,
    RECEIVED,
    only_message,
    parse,
    parse_recorded,
    recorded,
)

ELIF = Sender(
    handles=(Handle(kind="telegram", value="5820147733"),), name="Elif Demir", locale="tr"
)
BUSINESS = "qZ3vT0x8YUhPAAAA4kJ1mS2bD9o"


def changed(name: str, kind: str, **changes: Any) -> list[Any]:
    """The recorded update's events, after what it holds was changed."""
    update = json.loads(recorded(f"telegram/{name}"))
    update[kind] |= changes
    return parse("telegram", json.dumps(update).encode())


@pytest.mark.parametrize("path", sorted((EVENTS / "telegram").glob("*.json")), ids=str)
def test_every_recorded_update_is_read(path: Any) -> None:
    events = parse("telegram", path.read_bytes())
    assert events
    assert not any("unknown" in event.what for event in events if isinstance(event, Ignored))


def test_an_edit_names_the_message_and_is_told_from_the_next_edit() -> None:
    (edit,) = parse_recorded("telegram/edited")
    assert edit == Edit(
        channel="telegram",
        message_id="5820147733:412:edit:1795341760",
        sender=ELIF,
        target="5820147733:412",
        at=datetime(2026, 11, 22, 10, 2, 40, tzinfo=UTC),
        text="Selam, çelik çaydanlığın kapağı ayrı satılıyor mu?",
    )


def test_an_edited_caption_comes_with_its_files() -> None:
    (edit,) = parse_recorded("telegram/edited_caption")
    assert isinstance(edit, Edit)
    assert (edit.text, len(edit.media)) == ("Şu model, bakır olan", 1)


def test_edits_without_a_date_are_told_apart_by_what_they_say() -> None:
    names = [
        changed("edited", "edited_message", edit_date=None, text=text)[0].message_id
        for text in ("bir", "iki", "bir")
    ]
    assert names[0] == names[2] != names[1]


def test_what_bots_edit_is_ignored() -> None:
    bot = {"id": 7, "is_bot": True, "first_name": "Bot"}
    assert changed("edited", "edited_message", **{"from": bot}) == [
        Ignored(channel="telegram", what="edited_message:bot")
    ]


def test_a_reaction_is_kept_with_who_gave_it() -> None:
    assert parse_recorded("telegram/reaction") == [
        Reaction(
            channel="telegram",
            message_id="5820147733:430:reaction:5820147733:1795400740:❤",
            sender=ELIF,
            target="5820147733:430",
            emoji="❤",
            at=datetime(2026, 11, 23, 2, 25, 40, tzinfo=UTC),
        )
    ]


def test_of_several_reactions_the_new_one_counts() -> None:
    (reaction,) = parse_recorded("telegram/reaction_changed")
    assert isinstance(reaction, Reaction)
    assert reaction.emoji == "custom:5210952531676504517"


def test_a_paid_reaction_is_a_star_and_one_of_two_taken_back_leaves_the_other() -> None:
    paid = changed("reaction", "message_reaction", new_reaction=[{"type": "paid"}])
    assert paid[0].emoji == "⭐"
    both = [{"type": "emoji", "emoji": "❤"}, {"type": "emoji", "emoji": "🔥"}]
    left = changed("reaction", "message_reaction", old_reaction=both, new_reaction=both[:1])
    assert left[0].emoji == "❤"


def test_an_anonymous_reaction_taken_back_has_no_sender_but_the_chat_in_its_name() -> None:
    (reaction,) = parse_recorded("telegram/reaction_removed")
    assert isinstance(reaction, Reaction)
    assert (reaction.sender, reaction.emoji) == (None, None)
    assert reaction.message_id == "-1002240815516:8841:reaction:-1002240815516:1795400780:none"


@pytest.mark.parametrize(
    ("name", "granted", "reason"), [("blocked", False, "blocked"), ("unblocked", True, "unblocked")]
)
def test_blocking_the_bot_and_taking_it_back_are_about_the_address(
    name: str, granted: bool, reason: str
) -> None:
    (notice,) = parse_recorded(f"telegram/{name}")
    assert isinstance(notice, ConsentNotice)
    assert (notice.address, notice.granted, notice.scope, notice.reason, notice.sender) == (
        *("5820147733", granted, "all", reason),
        ELIF,
    )


def test_a_membership_without_a_status_is_ignored() -> None:
    assert changed("blocked", "my_chat_member", new_chat_member=None) == [
        Ignored(channel="telegram", what="my_chat_member")
    ]


def test_a_message_to_a_business_account_is_kept_under_its_connection() -> None:
    message = only_message(parse_recorded("telegram/business"))
    assert (message.account, message.message_id, message.address) == (
        *(BUSINESS, "7188230045:3301"),
        "7188230045",
    )


def test_what_the_business_itself_writes_there_is_an_echo_to_the_customer() -> None:
    (echo,) = parse_recorded("telegram/business_echo")
    assert isinstance(echo, Echo)
    assert echo.recipient.handles == (Handle(kind="telegram", value="7188230045"),)
    assert (echo.account, echo.text, echo.reply_to) == (
        *(BUSINESS, "Sí, de 10 a 14."),
        "7188230045:3301",
    )
    assert echo.recipient.name == "Lucía Fernández"


def test_a_business_chat_tells_edits_and_deletions() -> None:
    (edit,) = parse_recorded("telegram/business_edited")
    assert isinstance(edit, Edit)
    assert (edit.account, edit.target, edit.outgoing) == (BUSINESS, "7188230045:3301", False)
    own = changed(
        "business_edited", "edited_business_message", **{"from": {"id": 510077231, "is_bot": False}}
    )
    assert (own[0].outgoing, own[0].sender.handles[0].value) == (True, "7188230045")
    deletions = parse_recorded("telegram/business_deleted")
    assert [one.target for one in deletions if isinstance(one, Deletion)] == [
        *("7188230045:3301", "7188230045:3302")
    ]


def test_a_service_note_of_a_business_chat_is_ignored() -> None:
    (note,) = changed("business", "business_message", text=None, gift={"gift": {}})
    assert note == Ignored(channel="telegram", account=BUSINESS, what="service:gift")


def test_a_customer_s_own_contact_makes_them_known_by_phone() -> None:
    message = only_message(parse_recorded("telegram/contact_own"))
    assert message.sender.handles == (
        Handle(kind="telegram", value="5820147733"),
        Handle(kind="phone", value="+905325550147"),
    )
    assert message.details["contacts"] == [{"name": "Elif Demir", "phones": ["905325550147"]}]


def test_somebody_else_s_contact_says_nothing_of_the_sender() -> None:
    message = only_message(parse_recorded("telegram/contact_other"))
    assert message.sender == ELIF


@pytest.mark.parametrize(
    "changes",
    [
        {"forward_origin": {"type": "user", "date": 1795300000}},
        {"forward_date": 1795300000},
        {"via_bot": {"id": 9, "is_bot": True}},
        {"sender_chat": {"id": -1001999000111, "title": "Ev"}},
        {"contact": {"phone_number": "905325550147", "first_name": "Elif"}},
        {"contact": {"phone_number": "05325550147", "user_id": 5820147733}},
        {"contact": {"phone_number": 5, "user_id": 5820147733}},
        {"contact": [1]},
    ],
)
def test_a_contact_that_may_be_old_or_made_up_is_no_handle(changes: dict[str, Any]) -> None:
    message = only_message(changed("contact_own", "message", **changes))
    assert [handle.kind for handle in message.sender.handles] == ["telegram"]


@pytest.mark.parametrize(
    ("name", "details"),
    [
        ("location", {"location": {"latitude": 41.0256, "longitude": 28.9744}}),
        (
            "venue",
            {
                "location": {
                    "latitude": 40.4203,
                    "longitude": -3.7058,
                    "name": "Tienda Gran Vía",
                    "address": "Gran Vía 32, Madrid",
                }
            },
        ),
        ("dice", {"emoji": "🎯"}),
        ("sticker", {"emoji": "👍"}),
        ("poll", {"poll": {"question": "Which colour next?", "options": ["Sage", "Copper"]}}),
        ("story", {"story": {"id": "14", "url": "https://t.me/cinarev/s/14"}}),
        ("story_reply", {"story": {"id": "14", "url": "https://t.me/cinarev/s/14"}}),
        (
            "checklist",
            {"checklist": {"title": "Para la boda", "tasks": ["Tetera de cobre", "Doce vasos"]}},
        ),
        ("users_shared", {"contacts": [{"name": "Jonas Weber"}]}),
        ("forwarded", {"forwarded": True}),
        ("quote_reply", {"quote": "garanti iki yıl"}),
        ("voice", {"duration": 7}),
        ("album_video", {"duration": 12, "album": "13907216640055399"}),
        ("group_thread", {"thread": 8850}),
        ("forum_topic", {"thread": 8801}),
    ],
)
def test_what_comes_along_is_told(name: str, details: dict[str, Any]) -> None:
    assert only_message(parse_recorded(f"telegram/{name}")).details == details


@pytest.mark.parametrize("odd", [None, 7, "x", [], [[]], {"a": 1}, {"id": {}, "options": {}}])
@pytest.mark.parametrize("field", ["location", "poll", "story", "quote", "external_reply"])
def test_odd_extras_cost_the_extra_and_not_the_message(field: str, odd: Any) -> None:
    only_message(changed("text", "message", **{field: odd}))


def test_a_payment_carries_the_payload_that_the_brand_gave_along() -> None:
    message = only_message(parse_recorded("telegram/successful_payment"))
    assert (message.kind, message.payload) == ("successful_payment", "order-2290")
    assert message.details["payment"] == {"amount": 3490, "currency": "EUR"}


def test_paid_media_are_the_files_that_were_paid_for() -> None:
    message = only_message(parse_recorded("telegram/paid_media"))
    assert message.media == (Media(kind="image", id="AgACAgQAAxkBAAIB_odenmis", size=71200),)
    odd = only_message(changed("paid_media", "message", paid_media={"paid_media": [7]}))
    assert odd.media == ()


def test_a_rich_message_is_read_as_its_words() -> None:
    blocks = [
        {"type": "heading", "text": "İade"},
        {"type": "paragraph", "text": ["Kutu ", {"type": "bold", "text": "ezik"}, " geldi."]},
    ]
    message = only_message(changed("text", "message", text=None, rich_message={"blocks": blocks}))
    assert (message.kind, message.text) == ("rich_message", "İade\nKutu ezik geldi.")


def test_content_that_is_younger_than_this_is_a_message_if_it_has_a_caption() -> None:
    (message,) = changed("text", "message", text=None, hologram={"id": 1}, caption="Bak!")
    assert isinstance(message, InboundMessage)
    assert (message.kind, message.text) == ("hologram", "Bak!")


def test_a_reply_to_a_message_elsewhere_names_it() -> None:
    assert only_message(parse_recorded("telegram/external_reply")).reply_to == "-1001880042117:81"


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("/start kampanya-kasim", "kampanya-kasim"),
        ("/start@cinarev_bot bayi-34", "bayi-34"),
        *(("/start", None), ("/start ", None), ("/startx y", None), ("/help me", None)),
        ("/start two words", None),
    ],
)
def test_a_link_s_payload_comes_with_start(text: str, payload: str | None) -> None:
    assert only_message(changed("text", "message", text=text)).payload == payload


@pytest.mark.parametrize(
    ("name", "address", "group"),
    [
        ("text", "5820147733", None),
        ("group_reply", "-1002240815516", "-1002240815516"),
        ("group_thread", "-1002240815516", "-1002240815516"),
        ("forum_topic", "-1002240815516:8801", "-1002240815516"),
        ("callback_topic", "-1002240815516:8801", "-1002240815516"),
        ("direct_messages", "-1002990017744:direct:7188230045", None),
        ("guest", "6044908812", "-1002551100983"),
    ],
)
def test_an_answer_goes_back_to_where_it_was_asked(
    name: str, address: str, group: str | None
) -> None:
    message = only_message(parse_recorded(f"telegram/{name}"))
    assert (message.address, message.group) == (address, group)


def test_a_guest_message_is_not_mistaken_for_one_of_a_chat_with_the_same_numbers() -> None:
    message = only_message(parse_recorded("telegram/guest"))
    assert message.message_id == "guest:-1002551100983:77120"


def test_a_press_below_a_message_that_is_gone_is_one() -> None:
    message = only_message(parse_recorded("telegram/callback_inaccessible"))
    assert (message.payload, message.text, message.reply_to) == (
        "survey:bad",
        None,
        "5820147733:12",
    )


def test_one_message_under_two_update_ids_is_one_message() -> None:
    update = json.loads(recorded("telegram/text"))
    again = json.dumps({**update, "update_id": update["update_id"] + 1}).encode()
    first, second = (
        only_message(parse_recorded("telegram/text")),
        only_message(parse("telegram", again)),
    )
    assert first == second


def test_a_field_that_stands_before_the_message_does_not_hide_it() -> None:
    update = json.loads(recorded("telegram/text"))
    body = json.dumps({"update_id": 0, "novelty": {}, "message": update["message"]}).encode()
    assert only_message(parse("telegram", body)).text == update["message"]["text"]


def test_telegram_is_told_in_the_answer_that_the_press_was_heard() -> None:
    answer = TELEGRAM.answer(headers={}, body=recorded("telegram/callback"))
    assert isinstance(answer, Answer)
    assert json.loads(answer.text) == {
        "method": "answerCallbackQuery",
        "callback_query_id": "5249018826415577003",
    }
    assert answer.kept
    assert answer.content_type == "application/json"


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"callback_query":', b'{"callback_query":{"id":7}}']
)
def test_other_updates_get_the_usual_answer(body: bytes) -> None:
    assert TELEGRAM.answer(headers={}, body=body) is None
    assert TELEGRAM.answer(headers={}, body=recorded("telegram/text")) is None


@pytest.mark.parametrize(
    "body",
    [
        b'{"update_id":1,"message_reaction":{}}',
        b'{"update_id":1,"deleted_business_messages":{"chat":{"id":1}}}',
        b'{"update_id":1,"my_chat_member":[]}',
        b'{"update_id":1,"business_message":{"chat":{"id":1}}}',
    ],
)
def test_what_cannot_be_read_waits_for_a_fix(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse("telegram", body)


def test_times_that_cannot_be_used_are_those_of_the_delivery() -> None:
    (reaction,) = changed("reaction", "message_reaction", date="soon")
    (notice,) = changed("blocked", "my_chat_member", date=None)
    assert msgspec.structs.replace(reaction, at=RECEIVED) == reaction
    assert notice.at == RECEIVED
