"""What happens to messages and people on WhatsApp, and what comes along with a message."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.channels.base import (
    ChannelEvent,
    ConsentNotice,
    Deletion,
    Echo,
    Edit,
    Handle,
    IdentityChange,
    Ignored,
    InboundMessage,
    Reaction,
    StatusUpdate,
)
from chalicelib.errors import ParseError
from tests.unit.channels.recorded_events import (
    EVENTS,
    RECEIVED,
    only_message,
    parse,
    parse_recorded,
    recorded,
)

SHOP = "104857600000217"
GROUP = "Y2FwaV9ncm91cDoyMTI1NTUwMTAwOjEyMDM2MzQwNDY5"
AYSE = (
    Handle(kind="phone", value="+905325550147"),
    Handle(kind="whatsapp_user", value="TR.48213097716520443", account=SHOP),
)


def only(name: str) -> ChannelEvent:
    (event,) = parse_recorded(f"whatsapp/{name}")
    return event


def scoped(value: str) -> Handle:
    return Handle(kind="whatsapp_user", value=value, account=SHOP)


def revalue(name: str, change: Any) -> list[ChannelEvent]:
    payload = json.loads(recorded(f"whatsapp/{name}"))
    change(payload["entry"][0]["changes"][0]["value"])
    return parse("whatsapp", json.dumps(payload).encode())


def reword(name: str, **changes: Any) -> ChannelEvent:
    """The event of a recorded message, changed."""
    (event,) = revalue(name, lambda value: value["messages"][0].update(changes))
    return event


@pytest.mark.parametrize("path", sorted((EVENTS / "whatsapp").glob("*.json")), ids=lambda p: p.stem)
def test_every_recorded_event_is_read(path: Any) -> None:
    events = parse("whatsapp", path.read_bytes())
    assert events
    assert all(isinstance(event, Ignored) or event.account for event in events)


def test_a_reaction_names_its_target_and_who_reacted() -> None:
    event = only("reaction")
    assert isinstance(event, Reaction)
    assert (event.emoji, event.target) == ("❤️", "wamid.VEVNQVMtQlJBTkQtMDAwMg")
    assert event.sender
    assert event.sender.handles == AYSE


@pytest.mark.parametrize("emoji", ["", None])
def test_a_reaction_without_an_emoji_was_taken_back(emoji: str | None) -> None:
    event = reword("reaction", reaction={"message_id": "wamid.1", "emoji": emoji})
    assert isinstance(event, Reaction)
    assert event.emoji is None


def test_an_edit_carries_the_new_words_for_the_earlier_message() -> None:
    event = only("edit_text")
    assert isinstance(event, Edit)
    assert event.target == "wamid.VEVNQVMtQVlTRS0wMDAx"
    assert event.message_id != event.target
    assert (event.text or "").startswith("Merhaba, 48214")
    assert not event.outgoing


def test_an_edited_caption_comes_with_its_picture() -> None:
    picture = {"caption": "Yeni yazı", "id": "15300", "mime_type": "image/jpeg"}
    edit = {"original_message_id": "wamid.1", "message": {"type": "image", "image": picture}}
    event = reword("edit_text", edit=edit)
    assert isinstance(event, Edit)
    assert (event.text, event.media[0].id) == ("Yeni yazı", "15300")


def test_a_revoked_message_is_deleted() -> None:
    event = only("revoked")
    assert isinstance(event, Deletion)
    assert event.target == "wamid.VEVNQVMtQVlTRS0wMDAx"
    assert event.sender
    assert event.sender.handles == AYSE


@pytest.mark.parametrize("kind", ["reaction", "edit", "revoke"])
def test_a_change_of_which_only_the_name_came_is_ignored(kind: str) -> None:
    event = reword("text", type=kind)
    assert event == Ignored(channel="whatsapp", what=kind)


def test_a_new_number_is_a_new_name_of_the_same_customer() -> None:
    event = only("number_changed")
    assert isinstance(event, IdentityChange)
    assert event.old == AYSE
    assert event.new == (Handle(kind="phone", value="+905425550147"),)
    assert event.address == "905425550147"


def test_the_number_before_may_be_called_customer_and_the_new_one_new_wa_id() -> None:
    system = {
        "type": "customer_changed_number",
        "customer": "905325550147",
        "new_wa_id": 905425550147,
    }
    event = reword("number_changed", system=system, from_user_id=None)
    assert isinstance(event, IdentityChange)
    assert [h.value for h in (*event.old, *event.new)] == ["+905325550147", "+905425550147"]


def test_a_new_number_brings_a_new_scoped_id() -> None:
    system = {
        "type": "user_changed_number",
        "wa_id": "905425550147",
        "user_id": "TR.2",
        "previous_user_id": "TR.1",
    }
    event = reword("number_changed", system=system, from_user_id="TR.2")
    assert isinstance(event, IdentityChange)
    assert scoped("TR.1") in event.old
    assert scoped("TR.2") in event.new
    assert scoped("TR.2") not in event.old


def test_a_scoped_id_may_change_alone() -> None:
    event = only("user_id_changed")
    assert isinstance(event, IdentityChange)
    assert event.old[0] == scoped("TR.90331258804417725")
    assert event.new[0] == scoped("TR.55820013377419906")
    assert event.address == "TR.55820013377419906"


def test_with_a_number_beside_it_answers_still_go_to_the_number() -> None:
    payload = json.loads(recorded("whatsapp/user_id_changed"))
    system = payload["entry"][0]["changes"][0]["value"]["messages"][0]["system"]
    event = reword("user_id_changed", system=system, **{"from": "905335550188"})
    assert isinstance(event, IdentityChange)
    assert event.address == "905335550188"


@pytest.mark.parametrize(
    "system",
    [
        {"type": "user_changed_number"},
        {"type": "user_changed_number", "wa_id": "905325550147"},
        {"type": "customer_identity_changed", "wa_id": "905425550147"},
        {},
    ],
)
def test_a_system_note_that_changes_nothing_is_ignored(system: dict[str, str]) -> None:
    event = reword("number_changed", system=system, from_user_id=None, **{"from": "905325550147"})
    what = f"system:{system['type']}" if system else "system"
    assert event == Ignored(channel="whatsapp", what=what)


def test_what_stands_for_a_new_number_is_its_new_name_all_the_same() -> None:
    system = {"type": "user_changed_number", "wa_id": "<NUMBER>"}
    event = reword("number_changed", system=system)
    assert isinstance(event, IdentityChange)
    assert event.new == (scoped("<NUMBER>"),)


@pytest.mark.parametrize("value", ["stop", "STOP"])
def test_a_customer_may_stop_marketing(value: str) -> None:
    (event,) = revalue(
        "marketing_stopped", lambda told: told["user_preferences"][0].update(value=value)
    )
    assert isinstance(event, ConsentNotice)
    assert (event.granted, event.scope, event.reason) == (False, "marketing", "opted_out")
    assert (event.account, event.address) == (SHOP, "905325550147")
    assert event.at == datetime(2026, 11, 22, 14, 37, 20, tzinfo=UTC)
    assert event.sender
    assert event.sender.name == "Ayşe Yılmaz"


def test_a_customer_without_a_number_may_resume_it() -> None:
    event = only("marketing_resumed")
    assert isinstance(event, ConsentNotice)
    assert (event.granted, event.address) == (True, "TR.90331258804417725")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"value": "snooze"}, "user_preferences:marketing_messages:snooze"),
        ({"category": "calls"}, "user_preferences:calls:stop"),
    ],
)
def test_other_wishes_are_ignored_under_their_names(change: dict[str, str], what: str) -> None:
    (event,) = revalue("marketing_stopped", lambda told: told["user_preferences"][0].update(change))
    assert event == Ignored(channel="whatsapp", what=what)


def test_a_wish_of_nobody_s_is_an_error() -> None:
    with pytest.raises(ParseError, match="whose wish"):
        revalue(
            "marketing_stopped",
            lambda told: told["user_preferences"][0].update(wa_id="", user_id=""),
        )


def test_what_the_brand_wrote_in_its_app_is_its_own() -> None:
    event = only("echo_text")
    assert isinstance(event, Echo)
    assert (event.account, event.address) == (SHOP, "905325550147")
    assert event.recipient.handles == AYSE
    assert event.text == "Kargonuz yarın kapınızda olacak Ayşe Hanım."


def test_it_can_be_edited_and_revoked_there() -> None:
    edit, deletion = only("echo_edit"), only("echo_revoked")
    assert isinstance(edit, Edit)
    assert (edit.outgoing, edit.sender.handles[0].value) == (True, "+905325550147")
    assert isinstance(deletion, Deletion)
    assert (deletion.target, deletion.sender) == ("wamid.VEVNQVMtRUNITy0wMDAx", None)


@pytest.mark.parametrize(
    ("change", "what"),
    [({"type": "reaction"}, "echo:reaction"), ({"group_id": GROUP}, "echo:group")],
)
def test_what_else_the_brand_does_there_is_ignored(change: dict[str, str], what: str) -> None:
    (event,) = revalue("echo_text", lambda told: told["message_echoes"][0].update(change))
    assert event == Ignored(channel="whatsapp", what=what)


def test_buttons_that_the_brand_sent_read_as_their_words() -> None:
    interactive = {"type": "button", "body": {"text": "Sorununuz çözüldü mü?"}, "action": {}}
    change = {"type": "interactive", "interactive": interactive}
    (event,) = revalue("echo_text", lambda told: told["message_echoes"][0].update(change))
    assert isinstance(event, Echo)
    assert (event.kind, event.text) == ("button", "Sorununuz çözüldü mü?")


def test_on_standby_everything_is_read_and_messages_say_so() -> None:
    message, echo, status = parse_recorded("whatsapp/standby")
    assert isinstance(message, InboundMessage)
    assert message.details == {"standby": True}
    assert isinstance(echo, Echo)
    assert isinstance(status, StatusUpdate)


def test_in_a_group_each_participant_has_statuses_of_their_own() -> None:
    events = [e for e in parse_recorded("whatsapp/group_statuses") if isinstance(e, StatusUpdate)]
    assert {event.group for event in events} == {GROUP}
    assert [event.recipient for event in events] == [
        *(None, "905325550147", "GB.77120934411856207")
    ]


def test_the_status_of_a_payment_is_not_that_of_a_message() -> None:
    events = revalue("statuses", lambda v: v["statuses"][3].update(type="payment"))
    assert events[3] == Ignored(channel="whatsapp", what="status:payment")


@pytest.mark.parametrize(
    ("errors", "code", "said"),
    [
        ([{"code": 131049, "title": "T"}], "131049", "too much marketing (T)"),
        ([{"code": "131050"}], "131050", "has stopped marketing messages from the brand"),
        ([{"code": 999_999, "message": "New trouble"}], "999999", "New trouble"),
        ([{"code": 131026, "error_data": "odd", "title": "T"}], "131026", "(T)"),
    ],
)
def test_a_failure_is_explained(errors: list[Any], code: str, said: str) -> None:
    event = revalue("statuses", lambda v: v["statuses"][3].update(errors=errors))[3]
    assert isinstance(event, StatusUpdate)
    assert event.error_code == code
    assert (event.error or "").endswith(said)


@pytest.mark.parametrize("errors", [None, [], [{}]])
def test_a_failure_may_come_without_a_reason(errors: Any) -> None:
    event = revalue("statuses", lambda v: v["statuses"][3].update(errors=errors))[3]
    assert isinstance(event, StatusUpdate)
    assert (event.status, event.error_code, event.error) == ("failed", None, None)


@pytest.mark.parametrize(
    ("name", "details"),
    [
        (
            "location",
            {
                "location": {
                    "latitude": 40.9903,
                    "longitude": 29.0275,
                    "name": "Moda Sahili",
                    "address": "Caferağa, Kadıköy/İstanbul",
                }
            },
        ),
        (
            "contacts",
            {
                "contacts": [
                    {
                        "name": "Emre Demir",
                        "phones": ["+90 533 555 01 88"],
                        "emails": ["emre.demir@example.com"],
                    }
                ]
            },
        ),
        (
            "order",
            {
                "order": {
                    "catalog": "778201945",
                    "items": [
                        {"id": "FINCAN-MAVI-6", "quantity": 1, "price": 749.9, "currency": "TRY"}
                    ],
                }
            },
        ),
        ("form_reply", {"form": {"flow_token": "iade-48213", "neden": "beden büyük"}}),
        ("video_forwarded", {"forwarded": True}),
        ("unsupported", {"error_code": "131051"}),
        (
            "product_question",
            {"referral": {"product": {"catalog": "778201945", "id": "FINCAN-MAVI-6"}}},
        ),
        ("text", {}),
    ],
)
def test_what_comes_along_is_told_under_its_name(name: str, details: dict[str, Any]) -> None:
    assert only_message(parse_recorded(f"whatsapp/{name}")).details == details


def test_an_ad_that_led_here_is_named() -> None:
    referral = only_message(parse_recorded("whatsapp/ad_referral")).details["referral"]
    assert (referral["source_type"], referral["source_id"]) == ("ad", "120208330044990211")


@pytest.mark.parametrize(
    ("name", "field"),
    [
        *(("location", "location"), ("contacts", "contacts"), ("ad_referral", "referral")),
        ("unsupported", "errors"),
    ],
)
@pytest.mark.parametrize("odd", [None, 7, "x", [], {}, [[]], [{}], {"phones": 7, "code": None}])
def test_no_odd_value_beside_the_words_loses_the_message(name: str, field: str, odd: Any) -> None:
    event = reword(name, **{field: odd})
    assert isinstance(event, InboundMessage)


@pytest.mark.parametrize("form", ['{"a"', "7", '"x"', "[" * 30_000, '{"a":' * 600, "{}"])
def test_a_form_that_is_no_object_of_sensible_size_keeps_its_payload(form: str) -> None:
    reply = {"type": "nfm_reply", "nfm_reply": {"response_json": form}}
    event = reword("form_reply", interactive=reply)
    assert isinstance(event, InboundMessage)
    assert (event.payload, event.details) == (form, {})


def test_a_voice_message_is_audio_that_was_spoken() -> None:
    event = reword("voice_note", type="voice", voice={"id": "1530", "mime_type": "audio/ogg"})
    assert isinstance(event, InboundMessage)
    assert (event.media[0].kind, event.media[0].voice) == ("audio", True)


def test_a_form_may_come_without_its_answers() -> None:
    event = reword("form_reply", interactive={"type": "nfm_reply", "nfm_reply": {}})
    assert isinstance(event, InboundMessage)
    assert (event.kind, event.payload, event.details) == ("nfm_reply", None, {})


def test_an_answer_about_calls_is_a_message_with_a_payload() -> None:
    message = only_message(parse_recorded("whatsapp/call_permission"))
    assert (message.kind, message.payload) == ("call_permission_reply", "accept")


def test_a_number_with_a_plus_is_the_same_number() -> None:
    event = reword("text", **{"from": "+905325550147", "from_user_id": None})
    assert isinstance(event, InboundMessage)
    assert (event.sender.handles, event.address) == (AYSE, "905325550147")
    assert event.sender.name == "Ayşe Yılmaz"


def test_the_id_that_a_group_of_businesses_shares_is_a_handle_too() -> None:
    (event,) = revalue("text", lambda v: v["contacts"][0].update(parent_user_id="TR.ENT.5"))
    assert isinstance(event, InboundMessage)
    assert event.sender.handles == (*AYSE, scoped("TR.ENT.5"))


def test_an_empty_number_beside_a_scoped_id_is_none() -> None:
    def empty(value: Any) -> None:
        value["contacts"][0]["wa_id"] = value["messages"][0]["from"] = ""

    (event,) = revalue("text", empty)
    assert isinstance(event, InboundMessage)
    assert event.sender.handles == AYSE[1:]


def test_a_flood_of_changes_is_an_error() -> None:
    body = b'{"object":"whatsapp_business_account","entry":[{"changes":[%s]}]}'
    flood = b",".join([b'{"field":""}'] * 70_000)
    started = time.process_time()
    with pytest.raises(ParseError, match="5000"):
        parse("whatsapp", body % flood)
    assert time.process_time() - started < 3


def test_a_message_whose_clock_is_wrong_keeps_the_time_of_arrival() -> None:
    event = reword("reaction", timestamp="soon")
    assert isinstance(event, Reaction)
    assert event.at == RECEIVED
