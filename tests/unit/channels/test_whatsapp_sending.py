"""What goes over the line to WhatsApp beside plain words, and fetching the files that came in."""

from typing import Any

import pytest

from chalicelib.channels.base import (
    Fetched,
    FetchResult,
    Gone,
    Media,
    NotSent,
    OutboundMessage,
    Rejected,
    SendResult,
    Sent,
    Template,
    Unknown,
)
from chalicelib.channels.whatsapp import OUTLET
from chalicelib.channels.whatsapp.errors import BUSY, EXPLANATIONS
from tests.support.transports import Recorder, answer

ACCOUNT = {"access_token": "EAAG-token", "phone_number_id": "104857600000217"}
TAKEN = answer(200, {"messaging_product": "whatsapp", "messages": [{"id": "wamid.UEVO"}]})
PICTURE = Media(kind="image", url="https://files.example.com/kutu.jpg")
INVOICE = Media(kind="document", url="https://files.example.com/f.pdf", name="fatura-48213.pdf")
VOICE = Media(kind="audio", url="https://files.example.com/ses.ogg", voice=True)
LOOKASIDE = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1"


def message(**changes: Any) -> OutboundMessage:
    values: dict[str, Any] = {
        "address": "905325550147",
        "text": "Kargonuz yolda.",
        "idempotency_key": "ntf_1",
        "locale": "tr",
    }
    return OutboundMessage(**{**values, **changes})


def sent(**changes: Any) -> list[Any]:
    recorder = Recorder(TAKEN)
    OUTLET.send(message(**changes), ACCOUNT, recorder)
    return [request.json for request in recorder.requests]


def only(**changes: Any) -> Any:
    (body,) = sent(**changes)
    return body


def test_a_file_takes_the_words_along_as_its_caption() -> None:
    body = only(media=(PICTURE,))
    assert (body["type"], body["to"]) == ("image", "905325550147")
    assert body["image"] == {"link": PICTURE.url, "caption": "Kargonuz yolda."}
    assert only(media=(INVOICE,))["document"]["filename"] == "fatura-48213.pdf"


@pytest.mark.parametrize(
    "changes",
    [
        {"media": (VOICE,)},
        {"media": (Media(kind="sticker", url="https://files.example.com/s.webp"),)},
        {"media": (PICTURE,), "text": "x" * 1025},
        {"media": (PICTURE,), "buttons": (("survey:good", "Evet"),)},
    ],
)
def test_words_that_cannot_ride_along_follow_the_file(changes: dict[str, Any]) -> None:
    file, words = sent(**changes)
    assert "caption" not in file[file["type"]]
    assert words["type"] in {"text", "interactive"}


def test_several_files_go_one_by_one_before_the_words() -> None:
    bodies = sent(media=(PICTURE, INVOICE), reply_to="wamid.1")
    assert [body["type"] for body in bodies] == ["image", "document", "text"]
    assert bodies[0]["context"] == {"message_id": "wamid.1"}
    assert "context" not in bodies[2]


def test_a_file_alone_needs_no_words_and_one_without_a_link_is_left_out() -> None:
    assert only(media=(PICTURE,), text="")["image"] == {"link": PICTURE.url}
    assert only(media=(Media(kind="image", id="1"),))["type"] == "text"


def results(*replies: Any, **changes: Any) -> SendResult:
    return OUTLET.send(message(**changes), ACCOUNT, Recorder(*replies))


def test_the_message_is_named_after_its_last_part() -> None:
    first = answer(200, {"messages": [{"id": "wamid.1"}]})
    assert results(first, TAKEN, media=(VOICE,)) == Sent(message_id="wamid.UEVO")


def test_a_first_part_that_fails_may_be_tried_again() -> None:
    busy = answer(429, {"error": {"code": 130429}})
    assert isinstance(results(busy, TAKEN, media=(VOICE,)), NotSent)
    assert isinstance(results(Unknown(code="x", detail=""), media=(VOICE,)), Unknown)


def test_a_later_part_that_fails_is_not_tried_again() -> None:
    busy = answer(429, {"error": {"code": 130429}})
    result = results(TAKEN, busy, media=(VOICE,))
    assert isinstance(result, Rejected)
    assert result.code == "partly_sent"
    assert "WhatsApp takes more later" in result.detail


def test_an_answer_quotes_what_it_answers() -> None:
    assert only(reply_to="wamid.1")["context"] == {"message_id": "wamid.1"}


def test_more_than_three_buttons_are_rows_of_a_list() -> None:
    buttons = tuple((f"topic:{n}", f"Konu {n}") for n in range(10))
    action = only(buttons=buttons)["interactive"]["action"]
    assert action["button"]
    assert action["sections"][0]["rows"][9] == {"id": "topic:9", "title": "Konu 9"}


@pytest.mark.parametrize("label", ["", "a label of 25 letters ...", "Konu 0"])
def test_rows_that_whatsapp_would_refuse_leave_the_plain_text(label: str) -> None:
    buttons = (*((f"topic:{n}", f"Konu {n}") for n in range(4)), ("p", label))
    assert only(buttons=buttons)["type"] == "text"


def test_a_template_goes_by_name_language_and_variables() -> None:
    template = Template(name="yorum_hatirlatma", language="tr", variables=("Ayşe", "iki\n\t satır"))
    body = only(template=template, media=(PICTURE,))
    assert body["type"] == "template"
    assert body["template"] == {
        "name": "yorum_hatirlatma",
        "language": {"code": "tr"},
        "components": [
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "text": "Ayşe"},
                    {"type": "text", "text": "iki satır"},
                ],
            }
        ],
    }
    bare = only(template=Template(name="merhaba", language="en_US"))["template"]
    assert bare == {"name": "merhaba", "language": {"code": "en_US"}}


def test_a_message_leaves_from_the_number_it_names() -> None:
    recorder = Recorder(TAKEN)
    token = {"access_token": "EAAG-token"}
    OUTLET.send(message(account="104857600000891"), token, recorder)
    assert recorder.url.endswith("/v21.0/104857600000891/messages")


def test_the_rules_are_whatsapp_s() -> None:
    assert (OUTLET.longest, OUTLET.split, OUTLET.templates) == (4096, True, True)
    assert OUTLET.window
    assert OUTLET.window.total_seconds() == 86_400
    assert OUTLET.account == "phone_number_id"


def test_every_code_that_means_later_is_explained() -> None:
    assert set(EXPLANATIONS) >= BUSY
    assert all(text[0].isupper() and text[-1] != "." for text in EXPLANATIONS.values())


def fetched(*replies: Any, media: Media | None = None, limit: int = 100) -> FetchResult:
    assert OUTLET.fetch
    return OUTLET.fetch(
        media or Media(kind="image", id="1530042", expires=True), ACCOUNT, Recorder(*replies), limit
    )


def located(url: str = LOOKASIDE, **more: Any) -> Any:
    return answer(200, {"url": url, "mime_type": "image/jpeg", **more})


def test_a_file_is_found_by_its_id_and_fetched_with_the_token() -> None:
    assert OUTLET.fetch
    recorder = Recorder(located(file_size=3), answer(200, b"jpg", content_type="text/plain"))
    file = OUTLET.fetch(Media(kind="image", id="15/30"), ACCOUNT, recorder, 100)
    assert file == Fetched(content=b"jpg", mime="image/jpeg")
    assert [request.url for request in recorder.requests] == [
        *("https://graph.facebook.com/v21.0/15%2F30", LOOKASIDE)
    ]
    assert {request.headers["authorization"] for request in recorder.requests} == {
        "Bearer EAAG-token"
    }


def test_without_an_id_its_link_must_do() -> None:
    media = Media(kind="image", url=LOOKASIDE)
    assert fetched(answer(200, b"jpg"), media=media) == Fetched(content=b"jpg")
    assert isinstance(fetched(answer(200), media=Media(kind="image")), Gone)


def test_the_token_never_goes_to_a_host_that_is_not_meta_s() -> None:
    recorder = Recorder(located("https://evil.example.com/x"), answer(200, b"x"))
    assert OUTLET.fetch
    file = OUTLET.fetch(Media(kind="image", id="1"), ACCOUNT, recorder, 100)
    assert isinstance(file, Gone)
    assert len(recorder.requests) == 1


@pytest.mark.parametrize(
    ("replies", "kind"),
    [
        ((answer(404),), Gone),
        ((answer(400, {"error": {"code": 100}}),), Gone),
        ((answer(401),), NotSent),
        ((answer(429),), NotSent),
        ((answer(500),), NotSent),
        ((NotSent(code="no_connection", detail=""),), NotSent),
        ((answer(200, b"<html>"),), NotSent),
        ((located(file_size=101),), Gone),
        ((located(), answer(200, b"x" * 101)), Gone),
        ((located(), answer(404)), Gone),
        ((located(), Unknown(code="read_timeout", detail="")), NotSent),
    ],
)
def test_what_keeps_a_file_away_is_for_good_or_for_now(
    replies: tuple[Any, ...], kind: type[Any]
) -> None:
    assert isinstance(fetched(*replies), kind)
