"""A customer of whom everything is kept that can be, a neighbour, and a look through all of it."""

import json
import re
from datetime import timedelta
from typing import Any

from chalicelib.channels.base import HttpReply
from chalicelib.commerce.reviews import photo_key
from chalicelib.store import suppressions
from chalicelib.store.notification_records import Suppression
from tests.functional.test_reviews import submit
from tests.support.http_calls import Staff
from tests.support.nearby import body as position
from tests.support.reviews import buy
from tests.support.webhook_calls import queued, telegram_message, whatsapp_message
from tests.support.world import DEPLOYMENT, World, _table

PHONE, MAIL = "905321112233", "ayse@ornek.example"
ASKED = {"reason": "request", "reference": "DSR-2026/17"}
STAYING = frozenset({"suppression", "audit", "consent_proof", "erasure"})
"""Kinds of items that stay, each for a reason that docs/privacy.md gives."""

FOLDED = ("ayse", "yilmaz", "sizdiriyor", "musterimiz")
STRINGS = (
    *("Ayşe", "Yılmaz", PHONE, MAIL, "kahvem", "sızdırıyor", "Harika", "Moda'da", "1991"),
    *FOLDED,
)
"""Of the person: their name, addresses, what they wrote, what was written of them; and words as
they are searched."""

FILE = "https://lookaside.fbsbx.com/file"


def whatsapp(world: World, number: int, text: str, **more: Any) -> str:
    """A delivery of Ayşe's, received now."""
    payload = whatsapp_message(f"wamid.in.{number}", world.now, text=text, sender=PHONE)
    payload["entry"][0]["changes"][0]["value"]["messages"][0] |= more
    return queued("whatsapp", payload, world.now, delivery_id=f"dlv_{number}")


def who(world: World, handle: str) -> str:
    (found,) = [item for item in world.items("identity") if item["pk"] == f"I#{handle}"]
    return str(found["customer_id"])


def neighbour(world: World) -> str:
    """Mehmet, who writes by Telegram and has a device."""
    world.put("inbound", queued("telegram", telegram_message(1, world.now), world.now))
    world.settle()
    return who(world, "telegram::4242")


def ayse(world: World, someone: Staff) -> tuple[str, str]:
    """Ayşe, by WhatsApp and as a buyer, merged: her id, and the one that went into it."""
    _writes(world)
    lead, buyer = who(world, f"phone::+{PHONE}"), buy(world)
    _reviews(world)
    ok(someone.post(f"/v1/customers/{lead}/merge", {"customer_id": buyer}))
    _is_worked_on(world, someone, lead)
    _has_a_device(world, someone, lead)
    world.settle()
    return lead, buyer


def _writes(world: World) -> None:
    picture = {"type": "image", "image": {"id": "7001", "mime_type": "image/jpeg"}}
    found = json.dumps({"url": FILE, "mime_type": "image/jpeg", "file_size": 4}).encode()
    jpeg = HttpReply(status=200, headers={"content-type": "image/jpeg"}, body=b"\xff\xd8me")
    world.platforms.files = {
        "https://graph.facebook.com/v21.0/7001": HttpReply(status=200, headers={}, body=found),
        FILE: jpeg,
    }
    world.put("inbound", whatsapp(world, 1, "Makinem sızdırıyor, kahvem soğuk"))
    world.put("inbound", whatsapp(world, 2, "", **picture))
    world.settle()


def _reviews(world: World) -> None:
    submit(world, 5, title="Harika", text="Harika bir kahvem var", author="Ayşe Y.")
    (review,) = world.items("review")
    key = photo_key(review["pk"].removeprefix("W#"))
    world.wiring.files.put(key, b"\xff\xd8photo", "image/jpeg")
    world.settle()


def _is_worked_on(world: World, someone: Staff, lead: str) -> None:
    case = ok(someone.get(f"/v1/customers/{lead}")).json["open_conversation_id"]
    note = {"text": "Ayşe Hanım 1991'den beri müşterimiz"}
    ok(someone.post(f"/v1/conversations/{case}/notes", note))
    ok(someone.patch(f"/v1/conversations/{case}", {"labels": ["Moda'da"], "category": "warranty"}))
    for purpose in ("location", "marketing"):
        consent = {"purpose": purpose, "granted": True, "source": "store"}
        ok(someone.put(f"/v1/customers/{lead}/consents", consent))
    ok(someone.post(f"/v1/customers/{lead}/locations", position(world.now)))
    suppressions.put(Suppression(channel="email", address=MAIL, reason="bounced", at=world.now))
    world.settle()


def _has_a_device(world: World, someone: Staff, lead: str) -> None:
    """One with an alert, and one that was hers once."""
    for device in ("d1", "d2"):
        about = {"owner_id": lead, "name": "Ayşe'nin makinesi", "model": "kahve-1"}
        ok(someone.put(f"/v1/devices/{device}", about))
        world.now += timedelta(minutes=5)
        report = {"at": world.now.isoformat(), "status": "ok", "metrics": {"boiler_c": 150}}
        ok(someone.post(f"/v1/devices/{device}/reports", report))
    world.settle()
    ok(someone.put("/v1/devices/d2", {"name": "Depoda"}))


def ok(answer: Any) -> Any:
    assert answer.status < 300, answer.text
    return answer


def everything() -> list[dict[str, Any]]:
    """Each item of the table, as it lies there."""
    found: list[dict[str, Any]] = _table().scan()["Items"]
    return sorted(found, key=lambda item: (item["pk"], item["sk"]))


def about(*names: str, but: frozenset[str] = frozenset()) -> list[str]:
    """Type and key of the items in which one of these is to be read, in any letters' case; ids are
    letters at random, in which any short name may stand."""
    return [
        f"{item.get('type')} {item['pk']}|{item['sk']}"
        for item in everything()
        if item.get("type") not in but
        and _tells(json.dumps(item, default=str, ensure_ascii=False).lower(), names)
    ]


def _tells(text: str, names: tuple[str, ...]) -> bool:
    plain = re.sub(r"_[a-z2-7]{20}", "_", text)
    return any(name.lower() in (text if "_" in name else plain) for name in names)


def files(world: World) -> list[str]:
    listed = world.client("s3").list_objects_v2(Bucket=DEPLOYMENT.files_bucket)
    return [one["Key"] for one in listed.get("Contents", [])]


def until_done(world: World, rounds: int = 200) -> None:
    """Let the queues and the clock do their work until nothing is left."""
    for _ in range(rounds):
        world.settle()
        if not world.held_back():
            return
        world.now = max(world.now, min(world.held_back()))
    raise AssertionError("the erasure never came to its end")


def erase(someone: Staff, customer_id: str, **wish: Any) -> Any:
    answer = someone.post(f"/v1/customers/{customer_id}/erase", {**ASKED, **wish})
    assert answer.status == 202, answer.text
    return answer.json


def erasure(someone: Staff, customer_id: str) -> Any:
    return ok(someone.get(f"/v1/customers/{customer_id}/erasure")).json
