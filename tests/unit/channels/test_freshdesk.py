"""Freshdesk: what automation rules send, and answers as replies."""

import base64
import json
from typing import Any

import pytest

from chalicelib.channels.base import (
    ChannelEvent,
    Echo,
    Handle,
    Ignored,
    Media,
    NotSent,
    OutboundMessage,
    Rejected,
    Sent,
    Unknown,
)
from chalicelib.channels.freshdesk import FRESHDESK, OUTLET
from chalicelib.errors import ConfigurationError, ParseError, SignatureError
from tests.support.transports import Recorder, answer
from tests.unit.channels.direct import RECEIVED, event_bytes, message_in, parsed, parsed_event

AYSE = Handle(kind="freshdesk", value="ayse.yilmaz@example.com", account="kahvedunyam")
URL = "https://api.example.com/webhooks/freshdesk"


def told(name: str) -> list[ChannelEvent]:
    return parsed_event(FRESHDESK, name)


def with_changes(name: str, **changes: Any) -> list[ChannelEvent]:
    payload = json.loads(event_bytes(FRESHDESK, name))
    payload["freshdesk_webhook"].update(changes)
    return parsed(FRESHDESK, json.dumps(payload).encode())


def test_a_new_ticket_is_its_requesters_message() -> None:
    message = message_in(told("created"))
    assert (message.kind, message.message_id, message.address) == ("ticket", "318", "318")
    assert (message.account, message.subject) == ("kahvedunyam", "Su sızdırıyor")
    assert message.text == "Merhaba,\nmakine altından su sızdırıyor & ışığı yanmıyor."
    assert message.sender.handles == (AYSE,)
    assert message.sender.name == "Ayşe Yılmaz"
    assert message.details["email"] == "ayse.yilmaz@example.com"
    assert (message.details["status"], message.details["event"]) == (
        "Open",
        "ticket_action:created",
    )


def test_an_image_in_the_text_is_a_file_that_came_along() -> None:
    message = message_in(told("created_with_image"))
    url = "https://cdn.example.com/attachments/319/sizinti.png?1795341600"
    assert message.media == (Media(kind="image", url=url),)
    assert message.text == "Fotoğrafı burada:"


def test_a_reply_is_the_customers_or_an_agents_by_who_wrote_it() -> None:
    message = message_in(told("reply_of_customer"))
    assert (message.text, message.address) == ("Seri numarası 4471-B.", "318")
    assert message.message_id.startswith("318:c_")
    (echo,) = told("reply_of_agent")
    assert isinstance(echo, Echo)
    assert (echo.text, echo.recipient.handles) == ("Teşekkürler, servis yarın gelecek.", (AYSE,))


def test_the_same_delivery_is_the_same_message_and_another_time_another_one() -> None:
    first = message_in(told("reply_of_customer"))
    later = with_changes("reply_of_customer", ticket_updated_at="2026-11-22T11:00:00Z")
    assert first.key == message_in(told("reply_of_customer")).key != message_in(later).key


def test_of_replies_by_nobody_known_those_sent_are_an_agents() -> None:
    (echo,) = with_changes("reply_of_agent", event_performer_email="")
    assert isinstance(echo, Echo)
    note = with_changes("public_note", ticket_latest_public_comment="Bir sorum daha var")
    assert message_in(note).text == "Bir sorum daha var"


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("public_note", "note_type:public:without_words"),
        ("private_note", "note_type:private"),
        ("status_changed", "status"),
        ("priority_changed", "priority"),
    ],
)
def test_what_holds_no_new_words_is_ignored_by_name(name: str, what: str) -> None:
    assert told(name) == [Ignored(channel="freshdesk", what=what)]


@pytest.mark.parametrize("event", ["{unheard_of:{from:1,to:2}}", "unheard_of", '{"unheard_of":{}}'])
def test_events_nobody_has_heard_of_are_ignored_by_name(event: str) -> None:
    (ignored,) = with_changes("created", triggered_event=event)
    assert ignored == Ignored(channel="freshdesk", what="unheard_of")


def test_a_template_of_the_brands_own_is_read_too() -> None:
    message = message_in(told("bare_template"))
    assert message.text == "I returned the grinder two weeks ago."
    assert message.sender.handles == (
        Handle(kind="freshdesk", value="67012345678", account="kahvedunyam"),
    )
    assert message.details["email"] == "emma.clarke@example.com"


def test_without_an_event_the_ticket_is_what_was_told() -> None:
    assert message_in(with_changes("created", triggered_event="")).message_id == "318"


def test_without_a_requester_the_ticket_is_somebody_of_its_own() -> None:
    message = message_in(with_changes("created", requester_email="", requester_name=" "))
    ticket = Handle(kind="freshdesk_ticket", value="318", account="kahvedunyam")
    assert (message.sender.handles, message.sender.name) == ((ticket,), None)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"freshdesk_webhook": {}}', b'{"ticket_id": 1}', b'"x"']
)
def test_what_names_no_ticket_or_holds_no_words_is_a_parse_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        parsed(FRESHDESK, body)


def test_the_secret_may_come_in_the_url_or_as_a_password() -> None:
    secrets = {"secrets": ["old", "s3cret"]}
    basic = base64.b64encode(b"temas:s3cret").decode()
    calls: list[tuple[dict[str, str], str]] = [
        ({}, f"{URL}?secret=s3cret"),
        ({}, f"{URL}?secret=old"),
        ({"authorization": f"Basic {basic}"}, URL),
        ({"x-temas-secret": "s3cret"}, URL),
    ]
    for headers, url in calls:
        FRESHDESK.verify(headers=headers, body=b"", secrets=secrets, now=RECEIVED, url=url)
    for wrong in ("", "?secret=", "?secret=s3cre", "?secret=%ff", "?other=s3cret"):
        with pytest.raises(SignatureError):
            FRESHDESK.verify(
                headers={}, body=b"", secrets=secrets, now=RECEIVED, url=f"{URL}{wrong}"
            )


SETTINGS = {"domain": "kahvedunyam", "api_key": "k3y"}
OUTBOUND = OutboundMessage(
    address="318", text="Size <yarın> uğrarız.\nİyi günler", idempotency_key="n", locale="tr"
)


def test_an_answer_is_a_reply_whose_signs_are_not_taken_for_html() -> None:
    recorder = Recorder(answer(201, {"id": 4077, "ticket_id": 318}))
    assert OUTLET.send(OUTBOUND, SETTINGS, recorder) == Sent(message_id="318:4077")
    assert recorder.last.method == "POST"
    assert recorder.url == "https://kahvedunyam.freshdesk.com/api/v2/tickets/318/reply"
    assert recorder.json == {"body": "Size &lt;yarın&gt; uğrarız.<br>İyi günler"}
    assert recorder.headers["authorization"] == "Basic " + base64.b64encode(b"k3y:X").decode()


def test_a_domain_of_the_brands_own_is_taken_as_it_is() -> None:
    recorder = Recorder(answer(201, {"id": 1}))
    OUTLET.send(OUTBOUND, {**SETTINGS, "domain": "destek.kahvedunyam.example"}, recorder)
    assert recorder.url.startswith("https://destek.kahvedunyam.example/api/")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"description": "Validation failed", "errors": [{"code": "missing"}]}, Rejected),
        (401, {"code": "invalid_credentials", "message": "You have to be logged in"}, Rejected),
        (404, b"", Rejected),
        (429, b"", NotSent),
        (500, b"", Unknown),
        (201, b"<html>", Unknown),
    ],
)
def test_what_freshdesks_answers_mean(status: int, body: Any, kind: type) -> None:
    result = OUTLET.send(OUTBOUND, SETTINGS, Recorder(answer(status, body)))
    assert isinstance(result, kind)
    assert "k3y" not in str(result)


@pytest.mark.parametrize("missing", SETTINGS)
def test_what_the_secret_lacks_is_named(missing: str) -> None:
    account = {name: value for name, value in SETTINGS.items() if name != missing}
    with pytest.raises(ConfigurationError, match=f"freshdesk.{missing}"):
        OUTLET.send(OUTBOUND, account, Recorder(answer(201, {"id": 1})))
