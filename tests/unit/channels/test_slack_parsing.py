"""What Slack tells: messages, changes of them, buttons and commands."""

import contextlib
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.base import (
    ChannelEvent,
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
from chalicelib.channels.slack import SLACK
from chalicelib.channels.slack.texts import escaped, plain
from chalicelib.errors import ParseError
from tests.unit.channels.recorded_events import EVENTS, RECEIVED, delivery, only_message

FOLDER = EVENTS / "slack"
FILES = sorted([*FOLDER.glob("*.json"), *FOLDER.glob("*.form")])
SELIN = Sender(handles=(Handle(kind="slack", account="T04CINAREV", value="U07SELIN"),))


def parse(body: bytes) -> list[ChannelEvent]:
    return SLACK.parse(delivery("slack", body))


def recorded(name: str) -> list[ChannelEvent]:
    return parse((FOLDER / name).read_bytes())


def changed(name: str, event: dict[str, Any], **envelope: Any) -> list[Any]:
    """The recorded events, after their event and envelope were changed; None takes a field away."""
    root = {**json.loads((FOLDER / f"{name}.json").read_bytes()), **envelope}
    told = {**root["event"], **event}
    root["event"] = {key: value for key, value in told.items() if value is not None}
    return parse(json.dumps(root).encode())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_recorded_delivery_is_read(path: Path) -> None:
    assert parse(path.read_bytes()) or path.stem == "url_verification"


def test_a_direct_message_is_kept_under_its_channel_and_time() -> None:
    message = only_message(recorded("direct.json"))
    assert message.key == "slack:T04CINAREV:D06SELINDM:1795400001.000100"
    assert message.sender == SELIN
    assert (message.address, message.group, message.reply_to) == ("D06SELINDM", None, None)
    assert message.at.isoformat() == "2026-11-23T02:13:21.000100+00:00"


def test_a_mention_and_its_message_are_one() -> None:
    mention, message = recorded("mention.json"), recorded("mention_as_message.json")
    assert only_message(mention) == only_message(message)


def test_repeats_under_other_event_ids_and_with_a_retry_number_are_one() -> None:
    again = changed("direct", {}, event_id="Ev06OTHER", event_time=1795499999)
    assert only_message(again) == only_message(recorded("direct.json"))


def test_a_channel_is_a_group_and_its_text_reads_as_it_was_written() -> None:
    message = only_message(recorded("channel.json"))
    assert message.group == message.address == "C06DESTEK"
    assert message.text == (
        "Can we get <200> kettles & lids by Q4 (https://cinarev.example.com/q4)? "
        "See https://cinarev.example.com/list"
    )


@pytest.mark.parametrize("name", ["thread_reply.json", "thread_broadcast.json"])
def test_what_is_asked_in_a_thread_is_answered_there(name: str) -> None:
    message = only_message(recorded(name))
    assert message.address == message.reply_to == "C06DESTEK:1795400002.000200"
    assert message.details == {"thread": "1795400002.000200"}


def test_the_message_that_began_a_thread_is_no_reply_to_itself() -> None:
    message = only_message(changed("direct", {"thread_ts": "1795400001.000100"}))
    assert (message.address, message.reply_to) == ("D06SELINDM", None)


def test_files_are_kept_as_references_and_deleted_ones_left_out() -> None:
    message = only_message(recorded("file_share.json"))
    assert (message.kind, message.text) == ("file_share", "Hasarlı kutu")
    assert message.media == (
        Media(
            kind="image",
            id="F06KUTU",
            url="https://files.slack.com/files-pri/T04CINAREV-F06KUTU/download/kutu.jpg",
            mime="image/jpeg",
            name="kutu.jpg",
            size=184220,
        ),
        Media(
            kind="audio",
            id="F06SES",
            url="https://files.slack.com/files-pri/T04CINAREV-F06SES/audio_message.m4a",
            mime="audio/mp4",
            name="audio_message.m4a",
            voice=True,
            size=52110,
        ),
    )
    assert message.details == {"duration": 6}


@pytest.mark.parametrize("files", [7, "x", {"id": "F"}, [7], [{"id": 7}], [{}], []])
def test_odd_files_cost_the_files_and_not_the_message(files: Any) -> None:
    message = only_message(changed("file_share", {"files": files, "attachments": files}))
    assert (message.media, message.text) == ((), "Hasarlı kutu")


def test_a_forwarded_message_is_read_as_its_words() -> None:
    message = only_message(recorded("forwarded.json"))
    assert message.text == "The kettles arrived dented."
    assert message.details == {"forwarded": True}


def test_a_customer_in_a_shared_channel_is_known_by_their_own_workspace() -> None:
    message = only_message(recorded("shared_customer.json"))
    assert message.account == "T04CINAREV"
    assert message.sender == Sender(
        handles=(Handle(kind="slack", account="T09BERLIN", value="U0BERLIN7"),), name="Jonas Weber"
    )


@pytest.mark.parametrize("name", ["own_bot.json", "shared_colleague.json"])
def test_what_the_brand_writes_itself_is_an_echo(name: str) -> None:
    (echo,) = recorded(name)
    assert isinstance(echo, Echo)
    assert echo.message_id.startswith(("D06SELINDM:", "C06ORTAK:"))


def test_the_app_is_known_by_its_bot_user_as_well() -> None:
    bare = {"bot_id": "B05TEMAS", "app_id": None, "bot_profile": None}
    assert isinstance(changed("own_bot", bare)[0], Echo)
    assert isinstance(changed("own_bot", bare, authorizations=None)[0], Ignored)


def test_an_edit_names_its_message() -> None:
    (edit,) = recorded("edited.json")
    assert isinstance(edit, Edit)
    assert (edit.target, edit.text, edit.sender, edit.outgoing) == (
        *("D06SELINDM:1795400001.000100", "Merhaba, Ekim faturamız gelmedi."),
        *(SELIN, False),
    )
    assert edit.message_id == "D06SELINDM:1795400001.000100:edit:1795400016.000000"


def test_an_edit_of_ours_is_outgoing_and_one_without_the_old_words_is_one() -> None:
    (own,) = recorded("own_edited.json")
    assert isinstance(own, Edit)
    assert own.outgoing
    assert isinstance(changed("edited", {"previous_message": None})[0], Edit)


def test_another_bot_s_edit_is_ignored() -> None:
    bot = {"user": "U0X", "bot_id": "B0OTHER", "ts": "1.2", "text": "new"}
    assert isinstance(changed("edited", {"message": bot})[0], Ignored)


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("deleted.json", "D06SELINDM:1795400001.000100"),
        ("tombstone.json", "C06DESTEK:1795400002.000200"),
    ],
)
def test_a_deletion_names_its_message_and_whose_it_was(name: str, target: str) -> None:
    (deletion,) = recorded(name)
    assert isinstance(deletion, Deletion)
    assert (deletion.target, deletion.sender) == (target, SELIN)


def test_a_deletion_of_which_slack_tells_nothing_else_is_one() -> None:
    (deletion,) = changed("deleted", {"previous_message": None})
    assert (deletion.target, deletion.sender) == ("D06SELINDM:1795400001.000100", None)


def test_reactions_are_given_and_taken_back() -> None:
    (given_,), (taken,) = recorded("reaction_added.json"), recorded("reaction_removed.json")
    assert isinstance(given_, Reaction)
    assert isinstance(taken, Reaction)
    assert (given_.emoji, given_.target) == (":white_check_mark:", "D06SELINDM:1795400012.001200")
    assert (taken.emoji, taken.sender) == (None, SELIN)
    assert given_.key != taken.key


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("assistant_thread.json", "assistant_thread_started"),
        ("home_opened.json", "app_home_opened"),
        ("joined.json", "message:channel_join"),
        ("member_joined.json", "member_joined_channel"),
        ("other_bot.json", "bot"),
        ("rate_limited.json", "app_rate_limited"),
        ("reaction_on_file.json", "reaction_added:file"),
        ("reaction_own.json", "reaction_added:own"),
        ("slackbot.json", "bot"),
        ("ssl_check.form", "ssl_check"),
        ("tokens_revoked.json", "tokens_revoked"),
        ("unfurled.json", "message_changed:same_words"),
        ("view_submission.form", "interaction:view_submission"),
    ],
)
def test_what_is_no_message_is_ignored_under_its_name(name: str, what: str) -> None:
    (event,) = recorded(name)
    assert isinstance(event, Ignored)
    assert event.what == what


def test_a_pressed_button_is_a_message_in_its_thread() -> None:
    message = only_message(recorded("button.form"))
    assert (message.kind, message.text, message.payload) == (
        *("button", "Evet, çözüldü"),
        "survey:good",
    )
    assert message.address == "C06DESTEK:1795400002.000200"
    assert message.reply_to == "C06DESTEK:1795400030.003000"
    assert message.at.isoformat() == "2026-11-23T02:13:51.003100+00:00"


def test_a_chosen_option_is_what_was_chosen() -> None:
    message = only_message(recorded("select.form"))
    assert (message.text, message.payload, message.group) == ("Fatura", "topic:invoice", None)


def test_a_button_outside_of_messages_is_answered_to_the_person() -> None:
    message = only_message(recorded("home_button.form"))
    assert (message.address, message.reply_to) == ("U07SELIN", None)


def test_buttons_of_the_older_kind_are_read_too() -> None:
    message = only_message(recorded("attachment_button.form"))
    assert (message.payload, message.reply_to) == ("yes", "C06DESTEK:1795400029.002900")


def test_a_command_is_a_message_and_answered_where_the_app_can_write() -> None:
    message = only_message(recorded("command.form"))
    assert (message.kind, message.text) == ("command", "/siparis durum 1142 & iade")
    assert (message.address, message.at) == ("C06DESTEK", RECEIVED)
    private = only_message(recorded("command_private.form"))
    assert (private.address, private.group) == ("U08OMAR", None)


@pytest.mark.parametrize(
    "form",
    [
        {"command": "/x", "user_id": "U", "channel_id": "C"},
        {"command": "/x", "team_id": "T" * 101, "user_id": "U", "channel_id": "C"},
        {"payload": "{}"},
        {"payload": ""},
        {"payload": json.dumps({"type": "block_actions", "actions": [{"value": "x"}]})},
        {"webhook_id": "7"},
        {f"f{n}": "" for n in range(200)},
        {"command": "x" * 500_000},
    ],
)
def test_a_form_that_cannot_be_read_waits_for_a_fix(form: dict[str, str]) -> None:
    with pytest.raises(ParseError):
        parse(urlencode(form).encode())


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b" ", b"[]", b"null", b"7", b"{", b"\xff\xfe", b"<xml/>", b"[" * 100_000),
        b'{"type":"event_callback","event":{"type":"message","ts":"1.2","channel":"C","user":"U"}}',
        b'{"type":"event_callback","team_id":"T","event":{"type":"message","user":"U"}}',
        b'{"type":"event_callback","team_id":"T","event":{"type":"message","ts":"1.2","user":"U"}}',
        b'{"type":"event_callback","team_id":"T"}',
    ],
)
def test_what_is_no_whole_event_is_a_parse_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse(body)


def test_a_message_of_nobody_is_not_thrown_away() -> None:
    with pytest.raises(ParseError, match="user"):
        changed("direct", {"user": None})


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("<https://a.example|a.example>", "https://a.example"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<tel:+905321112233|call us>", "call us (tel:+905321112233)"),
        ("1 &lt; 2 &amp;amp; <@U1> <#C1|genel> <!here>", "1 < 2 &amp; <@U1> <#C1|genel> <!here>"),
    ],
)
def test_slack_s_writing_reads_as_it_looks(raw: str, read: str) -> None:
    assert plain(raw) == read


@given(st.text())
def test_what_is_escaped_reads_as_before(text: str) -> None:
    assert plain(escaped(text)) == text


ODD = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=9)),
    st.sampled_from([[], {}, [[]], {"id": {}}, "9" * 400, 2**70]),
)


def _odd(value: Any, data: Any) -> Any:
    """The value with now and then something odd in it."""
    if data.draw(st.integers(0, 14)) == 0:
        return data.draw(ODD)
    if isinstance(value, dict):
        return {key: _odd(one, data) for key, one in value.items()}
    return [_odd(one, data) for one in value] if isinstance(value, list) else value


@settings(max_examples=60, deadline=None)
@given(data=st.data(), file=st.sampled_from([one for one in FILES if one.suffix == ".form"]))
def test_odd_forms_are_events_or_parse_errors(data: Any, file: Path) -> None:
    body = file.read_bytes()
    start = data.draw(st.integers(0, len(body)))
    cut = body[:start] + data.draw(st.binary(max_size=4)) + body[start + 3 :]
    said = {"type": "block_actions", "actions": [{"value": "v", "action_ts": "1.2"}]}
    odd = _odd({**said, "user": {"id": "U"}, "channel": {"id": "C"}, "message": {}}, data)
    for one in (cut, urlencode({"payload": json.dumps(odd)}).encode()):
        try:
            events = parse(one)
        except ParseError:
            continue
        assert all(isinstance(event, InboundMessage | Ignored) for event in events)


@pytest.mark.parametrize(
    "body",
    [
        b"payload=" + b"%41" * 300_000,
        b"&" * 1_000_000,
        b'payload={"type":"block_actions","actions":[' + b"{}," * 160_000,
        b'{"type":"event_callback","team_id":"T","event":{"type":"message","ts":"1","channel":"C",'
        b'"user":"U","text":"' + b"<http:a" * 9_000 + b'","files":[' + b"{}," * 300_000 + b"{}]}}",
    ],
)
def test_a_megabyte_is_read_without_a_blow_up(body: bytes) -> None:
    started = time.process_time()
    with contextlib.suppress(ParseError):
        parse(body)
    assert time.process_time() - started < 3
