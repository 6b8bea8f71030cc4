"""What people write to a page or an Instagram account."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.channels.base import (
    ConsentNotice,
    Deletion,
    Echo,
    Handle,
    Ignored,
    InboundMessage,
    Watermark,
)
from chalicelib.errors import ParseError
from tests.unit.channels.meta_events import AT, IG, IGSID, PAGE, PSID, message, only, parse, read
from tests.unit.channels.recorded_events import EVENTS, RECEIVED

ENTRY_AT = datetime(2026, 11, 22, 10, 40, 1, 500_000, UTC)
ODD_STAMPS: list[Any] = [None, "soon", {}, True, -1, "nan", 10**300]
CDN = "https://lookaside.example.com/ig_messaging_cdn/?asset_id="


@pytest.mark.parametrize(
    "path",
    [p for source in ("messenger", "instagram") for p in sorted((EVENTS / source).glob("*.json"))],
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_every_recorded_event_is_read(path: Any) -> None:
    events = parse(path.parent.name, path.read_bytes())
    assert events
    assert all(event.channel == path.parent.name for event in events)
    assert all(isinstance(event, Ignored) or event.account for event in events)


def test_a_text_is_kept_with_a_sender_whose_id_the_page_scopes() -> None:
    found = message("messenger/text")
    assert found.text == "Merhaba, 48213 numaralı siparişim nerede?"
    assert found.key == f"messenger:{PAGE}:m_TemasAyse0001"
    assert (found.kind, found.address, found.at) == ("text", PSID, AT)
    assert found.sender.handles == (Handle(kind="messenger", account=PAGE, value=PSID),)
    assert (found.sender.name, found.payload, found.media) == (None, None, ())


def test_an_instagram_text_is_scoped_by_its_account() -> None:
    found = message("instagram/text")
    assert (found.channel, found.account, found.address) == ("instagram", IG, IGSID)
    assert found.sender.handles == (Handle(kind="instagram", account=IG, value=IGSID),)


def test_every_event_of_every_entry_is_read() -> None:
    events = read("messenger/batch")
    assert [type(event) for event in events] == [
        *(InboundMessage, InboundMessage, Watermark, InboundMessage)
    ]
    assert {event.account for event in events} == {PAGE, "220044119900331"}


@pytest.mark.parametrize(
    ("stamp", "at"),
    [
        (1795344000000, AT),
        ("1795344000000", AT),
        (1795344000, AT),
        ("1795344000", AT),
        ("2026-11-22T10:40:00+0000", AT),
        *((odd, ENTRY_AT) for odd in ODD_STAMPS),
    ],
)
def test_time_stamps_come_in_every_form_and_the_entry_s_stands_in(stamp: Any, at: datetime) -> None:
    assert message("messenger/text", lambda event: event.update(timestamp=stamp)).at == at


def test_without_any_time_the_time_of_arrival_counts() -> None:
    body = b"""{"object": "page", "entry": [{"messaging": [
        {"sender": {"id": 5}, "recipient": {"id": 6}, "message": {"text": "x"}}]}]}"""
    (event,) = parse("messenger", body)
    assert isinstance(event, InboundMessage)
    assert (event.at, event.account, event.address) == (RECEIVED, "6", "5")


@pytest.mark.parametrize(
    ("name", "kind", "text", "payload"),
    [
        ("messenger/quick_reply", "quick_reply", "Memnunum", "survey:good"),
        ("instagram/quick_reply", "quick_reply", "Evet", "survey:good"),
        ("messenger/postback", "postback", "Sipariş durumu", "topic:order"),
        ("instagram/postback", "postback", "Kargo ücreti", "topic:shipping"),
        ("messenger/get_started", "postback", "Başla", "start"),
        ("messenger/standby_postback", "postback", "Sipariş durumu", None),
        ("messenger/shared_link", "text", "https://shop.example.com/fincan-mavi", None),
        ("messenger/unsupported", "unsupported", None, None),
        ("instagram/unsupported", "unsupported", None, None),
        ("instagram/unheard_of", "ig_hologram", None, None),
        ("messenger/feedback", "feedback", "Kargo hızlıydı, paket ezikti.", None),
        ("instagram/dashboard_test", "text", "Sample text", None),
    ],
)
def test_each_kind_yields_its_words_and_payload(
    name: str, kind: str, text: str | None, payload: str | None
) -> None:
    found = message(name)
    assert (found.kind, found.text, found.payload) == (kind, text, payload)


def test_a_press_without_an_id_gets_one_that_stays() -> None:
    first, again = message("messenger/get_started"), message("messenger/get_started")
    later = message("messenger/get_started", lambda event: event.update(timestamp=1795344009000))
    other = message(
        "messenger/get_started", lambda event: event["postback"].update(payload="start:2")
    )
    assert first.message_id == again.message_id
    assert len({first.message_id, later.message_id, other.message_id}) == 3


def test_a_message_without_an_id_gets_one_too() -> None:
    def drop(event: Any) -> None:
        del event["message"]["mid"]

    found = message("messenger/text", drop)
    assert found.message_id == message("messenger/text", drop).message_id
    assert found.message_id.startswith("message:")


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("messenger/images", ["image", "image"]),
        ("messenger/voice", ["audio"]),
        ("messenger/file", ["document"]),
        ("messenger/sticker", ["sticker"]),
        ("messenger/location", []),
        ("messenger/shared_link", []),
        ("messenger/product", []),
        ("messenger/reel", []),
        ("instagram/image", ["image"]),
        ("instagram/story_mention", ["image"]),
        ("instagram/ig_story", ["image"]),
        ("instagram/share", ["image"]),
        ("instagram/post", ["image"]),
        ("instagram/reel", ["video"]),
        ("instagram/unheard_of", ["document"]),
    ],
)
def test_files_are_kept_by_their_links_which_end(name: str, kinds: list[str]) -> None:
    found = message(name)
    assert [media.kind for media in found.media] == kinds
    assert all(media.url and media.expires for media in found.media)


@pytest.mark.parametrize(
    ("name", "details"),
    [
        (
            "messenger/location",
            {"location": {"latitude": 40.9923, "longitude": 29.0244, "name": "Kadıköy İskelesi"}},
        ),
        ("messenger/shared_link", {"url": "https://shop.example.com/fincan-mavi"}),
        ("messenger/reel", {"url": "https://www.facebook.com/reel/8821034"}),
        (
            "messenger/product",
            {"referral": {"product": {"id": "FINCAN-MAVI-6", "title": "Altılı mavi fincan"}}},
        ),
        ("instagram/from_product", {"referral": {"product": {"id": "4471200938"}}}),
        (
            "instagram/story_reply",
            {"story": {"id": "17968410023349981", "url": f"{CDN}17968410023349981"}},
        ),
        ("instagram/story_mention", {"story": {"url": f"{CDN}17968410023349982"}}),
        ("instagram/ig_story", {"story": {"id": "1799410026", "url": f"{CDN}1799410026"}}),
        ("instagram/share", {"url": f"{CDN}1799410025"}),
        ("instagram/standby", {"standby": True}),
        ("instagram/text", {}),
    ],
)
def test_what_comes_along_is_told_under_its_name(name: str, details: dict[str, Any]) -> None:
    assert message(name).details == details


def test_where_a_customer_came_from_is_told() -> None:
    assert message("messenger/from_ad").details["referral"]["ad_id"] == "6045246247433"
    assert message("messenger/get_started").details["referral"]["ref"] == "afis-1"


def test_a_questionnaire_keeps_its_answers() -> None:
    form = message("messenger/feedback").details["form"]
    assert form["feedback_screens"][0]["questions"]["memnuniyet"]["payload"] == "4"


def test_a_reply_names_the_message_it_answers() -> None:
    assert message("messenger/reply").reply_to == "m_TemasBrand0001"
    assert message("instagram/story_reply").reply_to is None


def test_what_the_page_wrote_is_its_own() -> None:
    event = only("messenger/echo")
    assert isinstance(event, Echo)
    assert (event.key, event.address) == (f"messenger:{PAGE}:m_TemasBrand0003", PSID)
    assert event.recipient.handles == (Handle(kind="messenger", account=PAGE, value=PSID),)
    assert event.text == "Kargonuz yolda Ayşe Hanım."
    event = only("messenger/echo_file")
    assert isinstance(event, Echo)
    assert event.media[0].kind == "document"


def test_it_is_so_too_without_a_mark_when_the_account_sent_it() -> None:
    def unmark(event: Any) -> None:
        del event["message"]["is_echo"]

    assert isinstance(only("instagram/echo", unmark), Echo)


def test_an_echo_to_nobody_and_talk_of_an_account_with_itself_are_ignored() -> None:
    event = only("instagram/echo", lambda event: event.update(recipient={}))
    assert event == Ignored(channel="instagram", what="echo")
    assert only("instagram/itself") == Ignored(channel="instagram", what="self")


def test_an_unsent_message_is_deleted() -> None:
    event = only("instagram/unsent")
    assert isinstance(event, Deletion)
    assert event.target == message("instagram/text").message_id
    assert event.message_id != event.target
    assert event.sender


def test_what_the_brand_took_back_is_deleted_too() -> None:
    event = only("instagram/echo", lambda event: event["message"].update(is_deleted=True))
    assert isinstance(event, Deletion)
    assert event.sender is None


def test_a_deletion_of_nothing_is_ignored() -> None:
    event = only("instagram/unsent", lambda event: event["message"].update(mid=None))
    assert event == Ignored(channel="instagram", what="deleted")


def test_a_comment_is_a_message_that_is_answered_in_private() -> None:
    found = message("instagram/comment")
    assert (found.kind, found.text) == ("comment", "Kargo ne kadar sürer?")
    assert (found.message_id, found.address) == (
        *("18023345120099881", "comment:18023345120099881"),
    )
    assert found.sender.handles == (Handle(kind="instagram", account=IG, value=IGSID),)
    assert found.sender.name == "zeynep.kaya"
    assert found.details == {"reference": "17918195224117851"}


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("instagram/comment_answer", "comments"),
        ("instagram/mention", "mentions"),
        ("messenger/feed_comment", "feed"),
        ("messenger/referral", "referral"),
        ("instagram/referral", "referral"),
        ("messenger/account_linking", "account_linking"),
        ("messenger/handover", "pass_thread_control"),
        ("messenger/policy", "policy_enforcement"),
        ("messenger/optin_once", "optin:one_time_notif_req"),
        ("instagram/edit_zero", "message_edit"),
    ],
)
def test_what_is_no_message_is_ignored_under_its_name(name: str, what: str) -> None:
    assert only(name) == Ignored(channel=name.partition("/")[0], what=what)


def test_a_comment_of_nobody_s_is_ignored() -> None:
    event = only("instagram/comment", lambda change: change["value"].pop("from"))
    assert event == Ignored(channel="instagram", what="comments")


def test_a_kind_nobody_has_heard_of_is_ignored_under_its_name() -> None:
    event = only("messenger/text", lambda event: event.update(message=None, hologram={"x": 1}))
    assert event == Ignored(channel="messenger", what="hologram")
    event = only("messenger/text", lambda event: event.update(message=None))
    assert event == Ignored(channel="messenger", what="empty")


def test_a_new_field_before_a_known_kind_does_not_hide_it() -> None:
    def rearrange(event: Any) -> None:
        reaction = event.pop("reaction")
        event.update(hop_context=[{"app_id": 1}], reaction=reaction)

    assert not isinstance(only("messenger/reaction", rearrange), Ignored)


def test_other_objects_are_ignored_and_both_channels_may_share_a_url() -> None:
    body = b'{"object": "permissions", "entry": []}'
    assert parse("messenger", body) == [Ignored(channel="messenger", what="object:permissions")]
    (event,) = parse("messenger", (EVENTS / "instagram/text.json").read_bytes())
    assert event.channel == "instagram"


@pytest.mark.parametrize("name", ["messenger/text", "messenger/postback", "messenger/feedback"])
def test_words_of_nobody_s_are_an_error_that_names_the_field(name: str) -> None:
    with pytest.raises(ParseError, match=r"sender\.id"):
        only(name, lambda event: event.update(sender={}))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"sender": 7}, r"\$\.entry\[0\]\.messaging\[0\]\.sender"),
        ({"message": {"text": 5}}, r"\.messaging\[0\]\.message\.text"),
        ({"message": {"mid": ""}}, r"\.message\.mid"),
        ({"message": {"mid": "m" * 300}}, r"\.message\.mid"),
        ({"message": {"mid": "m", "attachments": {}}}, r"\.message\.attachments"),
    ],
)
def test_a_wrong_type_is_an_error_that_names_the_field(change: Any, path: str) -> None:
    with pytest.raises(ParseError, match=path):
        only("messenger/text", lambda event: event.update(change))


@pytest.mark.parametrize(
    "payload", [None, 7, "x", [], {}, {"url": 7}, {"url": "u" * 5000}, {"coordinates": []}]
)
@pytest.mark.parametrize(
    "kind", [None, "", "image", "location", "template", "share", "story_mention", "ig_post", "?"]
)
def test_no_odd_attachment_loses_the_message(kind: Any, payload: Any) -> None:
    attachment = {"type": kind, "payload": payload}
    found = message("messenger/images", lambda e: e["message"].update(attachments=[attachment]))
    assert found.media == ()
    assert found.kind


def test_a_stop_button_of_messenger_s_is_a_withdrawal() -> None:
    event = only("messenger/optin_stopped", lambda e: e.update(optin=None, optout={"type": "x"}))
    assert isinstance(event, ConsentNotice)
    assert not event.granted
