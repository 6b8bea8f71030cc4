"""The story of `make run`: four customers, six channels, two orders and a device.

It only plays the outside world (the payloads in `events/story/`) and a support agent; everything
between is the deployed application. It ends when every notification has its outcome.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

import urllib3

from chalicelib import playbook
from infra.local import story_inbox as inbox
from infra.local import story_outreach as outreach
from infra.local.callers import Callers, CallFailed
from infra.local.progress import StepFailed, step
from infra.local.stack import Stack
from infra.local.story_table import Told, render
from infra.local.waiting import until
from infra.policies import ROOT

AYSE, JAMES, EMMA = "email:ayse@example.com", "telegram:77410023", "email:emma@example.org"
ZEYNEP = "telegram:77410024"
DEVICE = "bogaz-0042"

EXPECTED = 23
"""Notifications that end here: five greetings, four answers of articles, a word that a person takes
over, that person's answer, three review reminders, a question and the thanks for its answer, a
coupon, a notice and the end of its trouble, four of a campaign."""

LATER = timedelta(hours=1)
"""What is planned for later than that is not waited for: it has its day."""


@dataclass(frozen=True)
class Replay:
    """The payloads of the story, with their times moved to now and their ids made new."""

    started: datetime
    delivered: datetime

    @property
    def number(self) -> str:
        """What ids of this run begin with."""
        return f"94{int(self.started.timestamp())}"

    def payload(self, name: str) -> bytes:
        """One file of `events/story/` (JSON unless the name says otherwise), filled in."""
        now, run = datetime.now(UTC), str(int(self.started.timestamp()))
        values = {
            "now": _text(now),
            "soon": _text(now + timedelta(seconds=2)),
            "earlier": _text(now - timedelta(minutes=5)),
            "now_seconds": str(int(now.timestamp())),
            "soon_seconds": str(int(now.timestamp()) + 2),
            "now_millis": str(int(now.timestamp() * 1000)),
            "now_mail": format_datetime(now),
            "ordered": _text(self.delivered - timedelta(days=2)),
            "delivered": _text(self.delivered),
            "number": self.number,
            "run": run,
        }
        file = name if "." in name else f"{name}.json"
        text = (ROOT / "events" / "story" / file).read_text(encoding="utf-8")
        for word, value in values.items():
            text = text.replace(f'"{{{word}}}', f'"{value}').replace(f"{{{word}}}", value)
        return text.encode()


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def play(stack: Stack) -> Told:
    """Play it, print what came of it, and return that. Raises StepFailed if something stays
    undone."""
    with urllib3.PoolManager(retries=False) as http:
        callers = Callers(stack, http)
        try:
            told = _play(callers, stack)
        except CallFailed as error:
            raise StepFailed(str(error)) from error
    print(render(told), flush=True)
    return told


def _play(callers: Callers, stack: Stack) -> Told:
    delay = playbook.load(stack.stage).review.delay
    started = datetime.now(UTC)
    # Delivered so long ago that the reminder falls due while we watch.
    replay = Replay(started=started, delivered=started - delay + timedelta(seconds=35))
    print("\nThe story", flush=True)
    inbox.open_shop(callers)
    ayse = _messages(callers, replay)
    inbox.ask_the_faq(
        callers, replay.payload, lambda kind: _was_sent(callers, _someone(callers, ZEYNEP), kind)
    )
    _orders(callers, replay)
    _case(callers, ayse)
    _device(callers, replay)
    everyone = [ayse, *(_someone(callers, one) for one in (JAMES, EMMA, ZEYNEP))]
    outreach.answer_the_question(callers, lambda: replay.payload("14_answer_ayse"), ayse)
    outreach.review_the_order(callers, AYSE.removeprefix("email:"))
    campaign = outreach.send_a_campaign(callers, everyone[:2])
    with step("wait until everything due has its outcome"):
        notes = until(
            lambda: _notes(callers, *everyone),
            "a notification is still without outcome",
            done=lambda found: _ended(found) >= EXPECTED and not _open_now(found),
        )
    return _told(callers, everyone, notes, callers.staff("GET", f"/campaigns/{campaign['id']}"))


def _messages(callers: Callers, replay: Replay) -> str:
    with step("Ayşe writes in the shop's own chat (signed in)"):
        callers.webhook("chat", replay.payload("1_chat_ayse"))
        ayse = until(lambda: _someone(callers, AYSE), "the message was not kept")
        until(lambda: _was_sent(callers, ayse, "article"), "no article was offered")
    with step("she texts from the same phone (SMS by Twilio)"):
        callers.webhook("twilio", replay.payload("11_text_ayse.form"))
        until(lambda: _was_sent(callers, ayse, "hand_off"), "nobody was said to take over")
    with step("she goes on from WhatsApp, with a photo, delivered five times"):
        delivery = replay.payload("2_whatsapp_ayse")
        for _ in range(5):
            callers.webhook("whatsapp", delivery)
    with step("James writes to the Telegram bot, in English"):
        body = replay.payload("3_telegram_james").decode()
        callers.webhook("telegram", _numbers(body))
        james = until(lambda: _someone(callers, JAMES), "the message was not kept")
        until(lambda: _was_sent(callers, james, "article"), "no article was offered")
    with step("someone asks on Instagram; an agent knows her, and merges"):
        body = replay.payload("12_instagram_ayse").decode()
        callers.webhook("instagram", _numbers(body, "time", "timestamp"))
        account = f"instagram:17841405309211844:{replay.number}77"
        guest = until(lambda: _someone(callers, account), "the message was not kept")
        callers.staff("POST", f"/customers/{ayse}/merge", {"customer_id": guest})
    return ayse


def _orders(callers: Callers, replay: Replay) -> None:
    with step("the shop tells of Ayşe's order: delivered, then placed"):
        _shop(callers, replay, "fulfillment_events/create", "5_delivered_ayse")
        _shop(callers, replay, "orders/create", "4_order_ayse")
    with step("Emma's order is delivered, then refunded"):
        _shop(callers, replay, "orders/create", "6_order_emma")
        _shop(callers, replay, "fulfillment_events/create", "7_delivered_emma")
        until(
            lambda: _notes(callers, _someone(callers, EMMA)),
            "no reminder was planned",
        )
        _shop(callers, replay, "refunds/create", "8_refund_emma")
    with step("Emma writes a mail, which SES receives"):
        callers.mail(replay.payload("13_mail_emma.eml"))
        emma = _someone(callers, EMMA)
        until(lambda: _was_sent(callers, emma, "article"), "the mail was not answered")


def _case(callers: Callers, ayse: str) -> None:
    with step("a support agent answers Ayşe, and resolves her case"):
        photo = until(lambda: _photo(callers, ayse), "the WhatsApp message was not kept")
        file = f"/messages/{quote(photo, safe='')}/files/0"
        until(lambda: _found(callers, file), "the photo was not fetched from WhatsApp")
        customer = callers.staff("GET", f"/customers/{ayse}")
        case = f"/conversations/{customer['open_conversation_id']}"
        callers.staff(
            "POST",
            f"{case}/messages",
            {"text": "Merhaba Ayşe Hanım, faturanızı düzelttik; yenisi e-postanızda."},
        )
        until(
            lambda: all(_final(n) for n in _notes(callers, ayse) if n["kind"] == "reply"),
            "the answer was not sent",
        )
        callers.staff("POST", f"{case}/resolve")


def _device(callers: Callers, replay: Replay) -> None:
    with step("the shop says what is true of its espresso machines: model B2"):
        callers.staff("PUT", "/device-models/B2", json.loads(replay.payload("15_model_b2")))
    with step("a machine nobody knows reports over MQTT; it waits until Ayşe's is registered"):
        callers.device(DEVICE, replay.payload("9_device_ready"))
        stranger = f"/quarantine/{DEVICE}"
        until(lambda: (_found(callers, stranger) or {}).get("waiting"), "it was not set aside")
        machine = {"owner_identity": AYSE, "name": "Boğaz espresso", "model": "B2"}
        callers.staff("PUT", f"/devices/{DEVICE}", machine)
        until(lambda: _device_says(callers, "status"), "its report was not added")
    with step("it runs too hot: a case with the evidence, and a word to her at any hour"):
        callers.device(DEVICE, replay.payload("10_device_too_hot"))
        until(lambda: callers.staff("GET", "/alerts")["alerts"], "no alert was raised")
        ayse = _someone(callers, AYSE)
        until(lambda: _was_sent(callers, ayse, "alert"), "nobody was told")
    with step("it cools down: all is well again"):
        callers.device(DEVICE, replay.payload("16_device_cooled"))
        until(lambda: _was_sent(callers, ayse, "well_again"), "nobody was told that it is over")


def _device_says(callers: Callers, name: str) -> Any:
    return callers.staff("GET", f"/devices/{DEVICE}").get(name)


def _was_sent(callers: Callers, customer: str, kind: str) -> bool:
    return any(
        (note["kind"], note["status"]) == (kind, "sent") for note in _notes(callers, customer)
    )


def _shop(callers: Callers, replay: Replay, topic: str, name: str) -> None:
    callers.webhook("shopify", _numbers(replay.payload(name).decode()), topic=topic)


IDS = ("id", "order_id", "fulfillment_id", "update_id", "message_id", "date")


def _numbers(text: str, *fields: str) -> bytes:
    """These fields (by default ids) as the JSON numbers that platforms send, though the templates
    write them as text."""
    names = "|".join(fields or IDS)
    return re.sub(rf'"({names})": "(\d+)"', r'"\1": \2', text).encode()


def _someone(callers: Callers, identity: str) -> str:
    found = _found(callers, f"/customers?identity={identity}")
    return str(found["id"]) if found else ""


def _photo(callers: Callers, customer_id: str) -> str | None:
    page = callers.staff("GET", f"/customers/{customer_id}/timeline?limit=100")
    return next((e["key"] for e in page["entries"] if e.get("details", {}).get("media")), None)


def _found(callers: Callers, path: str) -> Any:
    try:
        return callers.staff("GET", path)
    except CallFailed as error:
        if "404" in str(error):
            return None
        raise


def _notes(callers: Callers, *customers: str) -> list[dict[str, Any]]:
    return [
        note
        for customer in customers
        if customer
        for note in callers.staff("GET", f"/customers/{customer}/notifications?limit=100")[
            "notifications"
        ]
    ]


def _final(note: dict[str, Any]) -> bool:
    return note["status"] not in ("planned", "claimed", "postponed")


def _ended(notes: list[dict[str, Any]]) -> int:
    return sum(_final(note) for note in notes)


def _open_now(notes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    soon = datetime.now(UTC) + LATER
    return [n for n in notes if not _final(n) and datetime.fromisoformat(n["due_at"]) < soon]


def _told(
    callers: Callers, everyone: list[str], notes: list[dict[str, Any]], campaign: dict[str, Any]
) -> Told:
    return Told(
        customers=[callers.staff("GET", f"/customers/{one}") for one in everyone],
        timelines=[
            callers.staff("GET", f"/customers/{one}/timeline?limit=100")["entries"]
            for one in everyone
        ],
        notifications=notes,
        conversations=[
            case
            for status in ("open", "resolved")
            for case in callers.staff("GET", f"/conversations?status={status}&limit=100")[
                "conversations"
            ]
        ],
        alerts=[
            alert
            for status in ("open", "cleared")
            for alert in callers.staff("GET", f"/alerts?status={status}")["alerts"]
        ],
        mails=callers.mails(),
        surveys=[
            callers.staff("GET", f"/surveys/{note['id']}")
            for note in notes
            if note["kind"] == "satisfaction" and note["status"] == "sent"
        ],
        reviews=callers.staff("GET", "/reviews")["reviews"],
        campaign=campaign,
    )
