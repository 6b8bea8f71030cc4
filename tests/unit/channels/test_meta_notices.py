"""Reactions, edits, receipts and consents on Messenger and Instagram; and bytes gone wrong."""

import copy
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.base import (
    ConsentNotice,
    Edit,
    Ignored,
    InboundMessage,
    Reaction,
    StatusUpdate,
    Watermark,
)
from chalicelib.errors import ParseError
from tests.unit.channels.meta_events import AT, IG, IGSID, PAGE, PSID, message, only, parse, read
from tests.unit.channels.recorded_events import EVENTS

FILES = sorted(p for s in ("messenger", "instagram") for p in (EVENTS / s).glob("*.json"))


@pytest.mark.parametrize(
    ("name", "emoji"),
    [
        ("messenger/reaction", "❤️"),
        ("messenger/reaction_removed", None),
        ("instagram/reaction", "❤️"),
        ("instagram/reaction_removed", None),
    ],
)
def test_a_reaction_is_told_and_taken_back(name: str, emoji: str | None) -> None:
    event = only(name)
    assert isinstance(event, Reaction)
    assert event.emoji == emoji
    assert event.target.endswith(("Brand0003", "B001"))
    assert event.sender


@pytest.mark.parametrize(
    ("reaction", "emoji"), [("wow", "😮"), ("other", "other"), (None, "other"), ("new", "new")]
)
def test_a_reaction_by_name_alone_is_still_one(reaction: str | None, emoji: str) -> None:
    told = {"mid": "m_1", "action": "react", "reaction": reaction}
    event = only("messenger/reaction", lambda event: event.update(reaction=told))
    assert isinstance(event, Reaction)
    assert event.emoji == emoji


def test_reacting_and_taking_it_back_have_names_of_their_own() -> None:
    first, again, back = (
        only(f"messenger/{name}") for name in ("reaction", "reaction", "reaction_removed")
    )
    assert isinstance(first, Reaction)
    assert first == again
    assert isinstance(back, Reaction)
    assert back.message_id != first.message_id


def test_the_brand_s_own_reactions_are_ignored() -> None:
    swap = {"sender": {"id": PAGE}, "recipient": {"id": PSID}}
    event = only("messenger/reaction", lambda event: event.update(swap))
    assert event == Ignored(channel="messenger", what="reaction")


def test_an_edit_carries_the_new_words_for_the_earlier_message() -> None:
    event = only("messenger/edit")
    assert isinstance(event, Edit)
    assert (event.target, event.outgoing) == ("m_TemasAyse0001", False)
    assert (event.text or "").startswith("Merhaba, 48214")
    event = only("instagram/edit")
    assert isinstance(event, Edit)
    assert event.target == message("instagram/text").message_id


def test_the_brand_s_own_edit_says_so() -> None:
    swap = {"sender": {"id": PAGE}, "recipient": {"id": PSID}}
    event = only("messenger/edit", lambda event: event.update(swap))
    assert isinstance(event, Edit)
    assert (event.outgoing, event.sender.handles[0].value) == (True, PSID)


def test_an_edit_of_nobody_s_without_words_is_ignored() -> None:
    told = {"mid": "m_1", "num_edit": 0}
    event = only("instagram/edit", lambda event: event.update(message_edit=told, sender=None))
    assert event == Ignored(channel="instagram", what="message_edit")


def test_messenger_says_until_when_everything_was_read() -> None:
    event = only("messenger/read")
    assert isinstance(event, Watermark)
    assert (event.status, event.account) == ("read", PAGE)
    assert event.up_to == datetime(2026, 11, 22, 10, 39, 50, tzinfo=UTC)
    assert event.sender.handles[0].value == PSID


def test_instagram_says_which_message_was_read() -> None:
    event = only("instagram/read")
    assert isinstance(event, StatusUpdate)
    assert (event.status, event.account, event.recipient) == ("read", IG, IGSID)
    assert event.message_id.endswith("B001")
    assert event.at == AT


def test_deliveries_are_told_by_name_or_until_when() -> None:
    events = [event for event in read("messenger/delivery") if isinstance(event, StatusUpdate)]
    assert [event.message_id for event in events] == ["m_TemasBrand0003", "m_TemasBrand0004"]
    assert {event.status for event in events} == {"delivered"}
    event = only("messenger/delivery_watermark")
    assert isinstance(event, Watermark)
    assert event.status == "delivered"


def test_receipts_of_the_brand_or_of_nothing_say_nothing() -> None:
    swap = {"sender": {"id": PAGE}, "recipient": {"id": PSID}}
    event = only("messenger/read", lambda event: event.update(swap))
    assert event == Ignored(channel="messenger", what="read")
    assert only("messenger/read", lambda event: event.update(read={})) == Ignored(
        channel="messenger", what="read"
    )


@pytest.mark.parametrize(
    ("name", "granted"),
    [
        ("messenger/optin_marketing", True),
        ("messenger/optin_stopped", False),
        ("messenger/optin_resumed", True),
        ("instagram/optin_marketing", True),
    ],
)
def test_consent_to_marketing_is_given_and_withdrawn(name: str, granted: bool) -> None:
    event = only(name)
    assert isinstance(event, ConsentNotice)
    assert (event.scope, event.granted) == ("marketing", granted)
    assert event.reason == ("opted_in" if granted else "opted_out")
    assert event.address in {PSID, IGSID}
    assert event.sender


def test_opening_a_conversation_by_the_plugin_is_no_consent() -> None:
    plugin = {"sender": None, "optin": {"ref": "footer", "user_ref": "7721"}}
    event = only("messenger/optin_marketing", lambda event: event.update(plugin))
    assert event == Ignored(channel="messenger", what="optin")


def check(source: str, body: bytes) -> None:
    try:
        events = parse(source, body)
    except ParseError:
        return
    for event in events:
        if isinstance(event, InboundMessage):
            assert event.message_id
            assert event.address
            assert event.sender.handles
            assert event.at.tzinfo


ODD = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    st.sampled_from(["", "\x00", "9" * 400, 2**53 + 1, -(2**70), [], {}, [[]], {"id": {}}]),
)


def spots(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value that can be given another value."""
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    found = [(value, key) for key in keys]
    for key in keys:
        if isinstance(value[key], dict | list):
            found += spots(value[key])
    return found


@settings(max_examples=150, deadline=None)
@given(data=st.data(), file=st.sampled_from(FILES))
def test_payloads_with_odd_values_yield_events_or_a_parse_error(data: Any, file: Any) -> None:
    root = copy.deepcopy(json.loads(file.read_bytes()))
    parent, key = data.draw(st.sampled_from(spots(root)))
    parent[key] = data.draw(ODD)
    check(file.parent.name, json.dumps(root).encode())


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"null", b"{", b"\xff", b'{"object":"page"}'),
        b'{"object":"page","entry":[{"messaging":[null]}]}',
        b'{"object":"page","entry":[{"messaging":[[]]}]}',
        b'{"object":"page","entry":' + b"[" * 300_000,
        b'{"object":"page","entry":[{"messaging":[{"message":{"attachments":[{"payload":'
        + b"[" * 300_000,
    ],
)
def test_what_is_no_payload_at_all_is_a_parse_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse("messenger", body)


def quickly(body: bytes) -> None:
    started = time.process_time()
    check("messenger", body)
    # Far above what it takes: this guards against quadratic behaviour.
    assert time.process_time() - started < 3


def test_a_megabyte_is_read_without_a_blow_up() -> None:
    root = json.loads((EVENTS / "messenger/text.json").read_bytes())
    event = root["entry"][0]["messaging"][0]
    root["entry"][0]["messaging"] = [event] * 3000
    assert len(read("messenger/batch")) == 4
    quickly(json.dumps(root).encode())
    event["message"]["attachments"] = [{"type": "image", "payload": {"url": "x" * 400}}] * 2200
    root["entry"][0]["messaging"] = [event]
    quickly(json.dumps(root).encode())
    event["message"]["attachments"] = [{"type": "?", "payload": {"a": [[]] * 300_000}}]
    quickly(json.dumps(root).encode())


def test_a_flood_of_events_is_an_error() -> None:
    body = b'{"object":"page","entry":[{"messaging":[%s]}]}' % b",".join([b"{}"] * 300_000)
    with pytest.raises(ParseError, match="5000"):
        parse("messenger", body)
    quickly(body)
