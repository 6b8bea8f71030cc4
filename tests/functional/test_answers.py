"""Answers: on the channel they wrote on or another, within each platform's window and limits."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from chalicelib.channels.base import HttpReply, Unknown
from chalicelib.store import conversations
from tests.support.http_calls import Answer, problem_of, staff
from tests.support.outreach import CHAT, MAIL, TELEGRAM, WHATSAPP, furnish, plan
from tests.support.webhook_calls import (
    chat_message,
    queued,
    telegram_message,
    whatsapp_message,
)
from tests.support.world import World

PHONE = "905321112233"


@pytest.fixture
def case(world: World) -> str:
    """Ayşe wrote by WhatsApp and was greeted; her open conversation."""
    world.put("inbound", queued("whatsapp", whatsapp_message("wamid.in.1", world.now), world.now))
    world.settle()
    (found,) = world.items("conversation")
    return str(found["pk"]).removeprefix("V#")


def answer(world: World, case: str, **body: Any) -> Answer:
    return staff(world).post(f"/v1/conversations/{case}/messages", body)


def sent(world: World, case: str, **body: Any) -> dict[str, Any]:
    """The last request that went out because of this answer."""
    reply = answer(world, case, **body)
    assert reply.status == 202, reply.text
    world.settle()
    return world.platforms.posts[-1][2]


def by_chat(world: World) -> None:
    about: dict[str, Any] = {"customer": "v1", "phone": f"+{PHONE}", "phone_verified": True}
    world.now += timedelta(minutes=1)
    world.put("inbound", queued("chat", chat_message("m1", world.now, **about), world.now))
    world.settle()


# --- where it goes -------------------------------------------------------------------------------


def test_it_goes_where_they_last_wrote(world: World, case: str) -> None:
    assert sent(world, case, text="Buyurun")["to"] == PHONE
    by_chat(world)
    assert sent(world, case, text="Buyurun")["data"]["address"] == "v1"


def test_or_on_another_channel_that_they_have_used(world: World, case: str) -> None:
    by_chat(world)
    assert sent(world, case, text="Buyurun", channel="whatsapp")["to"] == PHONE


def test_a_channel_they_never_used_is_refused_naming_those_they_have(
    world: World, case: str
) -> None:
    assert "whatsapp" in problem_of(answer(world, case, text="x", channel="telegram"), 409)


def test_it_quotes_the_message_it_answers(world: World, case: str) -> None:
    request = sent(world, case, text="Evet", reply_to="whatsapp:15550001111:wamid.in.1")
    assert request["context"] == {"message_id": "wamid.in.1"}


def test_a_message_of_another_channel_cant_be_quoted(world: World, case: str) -> None:
    assert "whatsapp" in problem_of(answer(world, case, text="x", reply_to="chat::m1"), 400)


# --- windows -------------------------------------------------------------------------------------


def test_a_day_after_their_last_word_whatsapp_takes_no_free_text(world: World, case: str) -> None:
    ends = staff(world).get(f"/v1/conversations/{case}").json["window_ends_at"]
    assert ends.startswith("2026-11-24T10:00:00")
    world.now += timedelta(hours=23, minutes=58)
    assert answer(world, case, text="Buyurun").status == 202
    world.now += timedelta(minutes=2)
    detail = problem_of(answer(world, case, text="Buyurun"), 409)
    assert "24 hours" in detail
    assert "template" in detail


def test_then_a_template_may_go(world: World, case: str) -> None:
    world.now += timedelta(days=3)
    template = {"name": "siparis_hazir", "language": "tr", "variables": ["Ayşe"]}
    request = sent(world, case, text="Ayşe, siparişiniz hazır", template=template)
    assert request["type"] == "template"
    assert request["template"]["name"] == "siparis_hazir"
    assert request["template"]["language"] == {"code": "tr"}
    thread = staff(world).get(f"/v1/conversations/{case}/messages").json["messages"]
    assert thread[-1]["text"] == "Ayşe, siparişiniz hazır"


def test_or_another_channel_which_the_refusal_names(world: World, case: str) -> None:
    by_chat(world)
    world.now += timedelta(days=3)
    assert "chat" in problem_of(answer(world, case, text="x", channel="whatsapp"), 409)
    assert answer(world, case, text="x", channel="chat").status == 202


def test_the_window_of_another_channel_is_known_from_the_timeline(world: World, case: str) -> None:
    world.now += timedelta(hours=20)
    by_chat(world)
    assert answer(world, case, text="x", channel="whatsapp").status == 202
    world.now += timedelta(hours=5)
    problem_of(answer(world, case, text="x", channel="whatsapp"), 409)


def test_a_window_that_shuts_while_an_answer_waits_skips_it_with_the_reason(world: World) -> None:
    furnish(world, channel="whatsapp", contacts=(WHATSAPP,))
    plan(world, "reply", channel="whatsapp", address=WHATSAPP.address, account=WHATSAPP.account)
    world.settle()
    (note,) = world.items("notification")
    assert (note["status"], note["reason"]) == ("skipped", "outside_window")
    assert '"shut":["whatsapp"]' in note["decisions"]


def test_what_is_said_unasked_takes_a_channel_that_is_open(world: World) -> None:
    furnish(world, channel="whatsapp", contacts=(WHATSAPP, TELEGRAM))
    plan(world)
    world.settle()
    (note,) = world.items("notification")
    assert (note["status"], note["channel"]) == ("sent", "telegram")


# --- limits --------------------------------------------------------------------------------------


def telegram_case(world: World) -> str:
    world.put("inbound", queued("telegram", telegram_message(1, world.now), world.now))
    world.settle()
    (found,) = world.items("conversation")
    return str(found["pk"]).removeprefix("V#")


def test_a_long_answer_goes_in_parts_in_their_order(world: World) -> None:
    case = telegram_case(world)
    before = len(world.platforms.posts)
    text = ("Sayın müşterimiz. " * 400).strip()
    assert answer(world, case, text=text).status == 202
    world.settle()
    parts = [body["text"] for _, _, body in world.platforms.posts[before:]]
    assert len(parts) == 2
    assert " ".join(parts) == text
    (entry,) = [e for e in world.items("entry") if "Sayın" in e.get("text", "")]
    assert entry["text"] == text


def test_if_its_second_part_is_refused_nothing_goes_twice(world: World) -> None:
    case = telegram_case(world)
    taken = b'{"ok":true,"result":{"message_id":9,"chat":{"id":4242},"date":1795000000}}'
    world.platforms.answers = [
        HttpReply(status=200, headers={}, body=taken),
        Unknown(code="broken", detail="the connection broke"),
    ]
    answer(world, case, text="Uzun bir yanıt. " * 500)
    world.settle()
    world.advance(timedelta(days=1))
    assert sum("Uzun bir" in str(said) for _, _, said in world.platforms.posts) == 2
    note = next(n for n in world.items("notification") if n["kind"] == "reply")
    assert (note["status"], note["error_code"]) == ("failed", "partly_sent")


def test_a_file_goes_along(world: World, case: str) -> None:
    file = {"kind": "image", "url": "https://kahve.example/fis.png", "name": "fis.png"}
    request = sent(world, case, text="Fişiniz", attachments=[file])
    assert request["image"]["link"] == file["url"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"text": "x", "attachments": [{"kind": "image", "url": "http://x"}]}, "url"),
        ({"text": "x", "attachments": [{"kind": "sticker", "url": "https://x"}]}, "kind"),
        ({"text": " "}, "blank"),
        ({"template": {"name": "x"}}, "language"),
    ],
)
def test_what_cant_go_out_says_why(
    world: World, case: str, body: dict[str, Any], named: str
) -> None:
    assert named in problem_of(answer(world, case, **body), 400)


def test_a_channel_without_templates_or_files_refuses_them(world: World, case: str) -> None:
    by_chat(world)
    template = {"name": "x", "language": "tr"}
    assert "chat" in problem_of(answer(world, case, template=template), 400)
    file = {"kind": "image", "url": "https://kahve.example/fis.png"}
    assert "chat" in problem_of(answer(world, case, attachments=[file]), 400)


# --- by mail -------------------------------------------------------------------------------------


def test_an_answer_by_mail_continues_the_customers_thread(world: World) -> None:
    furnish(world, channel="email", contacts=(MAIL, CHAT))
    conversation = conversations.get("cnv_1")
    item = conversations.item(conversation)
    item.last_message_id = "CAF=abc+1@posta.example"
    item.subject = "RE: Ynt: Siparişim nerede?"
    item.status = "open"
    item.save()
    assert answer(world, "cnv_1", text="Yolda.").status == 202
    world.settle()
    (mail,) = world.mails()
    message = message_from_bytes(mail, policy=default)
    assert message["In-Reply-To"] == message["References"] == "<CAF=abc+1@posta.example>"
    assert message["Subject"] == "Re: Siparişim nerede?"
