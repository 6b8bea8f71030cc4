"""A customer who is erased: nothing of them is left but what has its reason, nothing goes out to
them any more, and nobody else loses anything."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.consequences.erasing import page
from chalicelib.outreach.plan import notification_id
from chalicelib.store import reviews
from tests.support.erasing import (
    ASKED,
    MAIL,
    PHONE,
    STAYING,
    STRINGS,
    about,
    ayse,
    erase,
    erasure,
    everything,
    files,
    neighbour,
    ok,
    until_done,
    whatsapp,
    who,
)
from tests.support.faults import Call
from tests.support.http_calls import Staff, problem_of, staff
from tests.support.inbound import ingest
from tests.support.outreach import body_of, furnish, now, plan
from tests.support.public_pages import get, links, post
from tests.support.reviews import ORDER
from tests.support.webhook_calls import SHOP, queued
from tests.support.world import World


def told(world: World, kind: str) -> list[Any]:
    """What the bus was told of this kind since it was last asked, once for each id."""
    seen = {e["detail"]["metadata"]["id"]: e for e in world.events() if e["detail-type"] == kind}
    return [event["detail"]["data"] for event in seen.values()]


def test_nothing_is_left_of_a_customer_but_what_has_its_reason(world: World) -> None:
    someone = staff(world)
    other = neighbour(world)
    theirs = [item for item in everything() if other in json.dumps(item, default=str)]
    lead, buyer = ayse(world, someone)
    (label,), (review,) = world.items("label"), world.items("review")
    case_id, review_id = (item["pk"][2:] for item in (label, review))
    names = (lead, buyer, case_id, review_id, f"shopify:{SHOP}:7")
    assert len(about(*STRINGS)) > 20
    assert len(files(world)) == 2

    begun = erase(someone, buyer)
    until_done(world)

    assert about(*STRINGS) == [f"suppression S#email:{MAIL}|S"]
    assert about(*names, but=STAYING) == []
    assert [item for item in everything() if item["pk"].startswith("U#")] == []  # codes
    assert files(world) == []
    assert reviews.rating(f"shopify:{SHOP}").count == 0
    assert [item for item in everything() if other in json.dumps(item, default=str)] == theirs
    planned = [name for _, name, body in world.schedules() if lead in body or buyer in body]
    assert [name for name in planned if not name.startswith("evt_")] == []

    done = erasure(someone, lead)
    assert (begun["state"], done["state"]) == ("running", "done")
    assert (done["customer_id"], done["other_ids"]) == (lead, [buyer])
    assert (done["by"], done["reference"]) == ("Support desk", "DSR-2026/17")
    assert done["kept"] == {"suppression": 1, "consent": 2}
    assert done["erased"]["customer"] == 2
    assert {"entry", "notification", "conversation", "order", "review"} <= set(done["erased"])
    for proof in world.items("consent_proof"):
        assert proof["expires_at"] > (world.now + timedelta(days=3 * 365)).timestamp()
    assert told(world, "CustomerErased") == [
        {"customer_id": lead, "other_ids": [buyer], "at": done["done_at"]}
    ]


def test_what_was_still_to_go_out_does_not_and_says_why(world: World) -> None:
    furnish(world)
    plan(world, "review_reminder", due_at=world.now + timedelta(days=5))
    someone = staff(world)
    note = now()
    due = body_of(note)

    erase(someone, "cus_1")
    world.settle()
    assert not [name for _, name, _ in world.schedules() if name.startswith(note.id)]
    world.put("due", due)  # it had fired already
    until_done(world)
    world.advance(timedelta(days=10))

    assert world.mails() == []
    shown = ok(someone.get(f"/v1/notifications/{note.id}")).json
    assert (shown["status"], shown["reason"]) == ("cancelled", "customer_gone")
    # The same key is never planned again: what follows from an old event finds it has been.
    plan(world, "review_reminder", customer_id="cus_2", due_at=world.now)
    world.settle()
    assert (now().status, world.mails()) == ("cancelled", [])


def test_who_writes_afterwards_is_somebody_new(world: World) -> None:
    someone = staff(world)
    lead, _ = ayse(world, someone)
    erase(someone, lead)
    world.put("inbound", whatsapp(world, 9, "Yeniden merhaba"))
    until_done(world)

    fresh = who(world, f"phone::+{PHONE}")
    assert fresh != lead
    (received,) = [item for item in world.items("entry") if item.get("text") == "Yeniden merhaba"]
    assert received["gsi1pk"] == f"C#{fresh}"
    assert erasure(someone, lead)["state"] == "done"


def test_a_message_that_meets_the_erasure_half_way_is_somebody_news(world: World) -> None:
    """The worker knows the customer and their conversation when these go."""
    someone = staff(world)
    world.put("inbound", whatsapp(world, 1, "Merhaba"))
    world.settle()
    lead = who(world, f"phone::+{PHONE}")
    done: list[Any] = []

    def cut_in(call: Call) -> None:
        if call.operation == "TransactWriteItems" and not done:
            done.append(erase(someone, lead))

    world.put("inbound", whatsapp(world, 2, "Bir de şu"))
    ingest(world, before=cut_in)
    until_done(world)

    (received,) = [item for item in world.items("entry") if item.get("text") == "Bir de şu"]
    assert received["gsi1pk"] == f"C#{who(world, f'phone::+{PHONE}')}" != f"C#{lead}"
    assert about(lead, but=STAYING) == []


def test_the_pages_of_old_mails_stay_kind(world: World) -> None:
    someone = staff(world)
    lead, buyer = ayse(world, someone)
    review, survey = f"review:{ORDER}:1", "nps"
    signed = links()
    urls = [
        signed.unsubscribe(buyer, "review", world.now),
        signed.preferences(lead, world.now),
        signed.review(buyer, notification_id(review), world.now),
        signed.survey(lead, notification_id(survey), world.now),
    ]
    erase(someone, lead)
    until_done(world)
    for url in urls:
        for answer in (get(url), post(url, {"stars": "5", "score": "5"})):
            assert 400 <= answer.status < 500 or "form" in answer.text, url
            assert answer.headers["content-type"].startswith("text/html")
    assert about(*STRINGS, but=frozenset({"suppression"})) == []


def test_late_news_do_no_harm_and_are_gone_after_the_last_look(world: World) -> None:
    """Every event again, as dead letters may come back, and what became of what was sent."""
    someone = staff(world)
    world.put("inbound", whatsapp(world, 1, "Kargom nerede, iade istiyorum, rezalet!"))
    world.settle()
    lead, buyer = ayse(world, someone)
    news = [json.dumps(event) for event in world.events()]
    erase(someone, lead)
    until_done(world)
    sent = len(world.platforms.posts) + len(world.mails())

    world.put("reactions", *news)
    status = {"id": "wamid.2", "status": "read", "timestamp": "1795428900", "recipient_id": PHONE}
    value = {"metadata": {"phone_number_id": "15550001111"}, "statuses": [status]}
    change = {"field": "messages", "value": {"messaging_product": "whatsapp", **value}}
    payload = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
    world.put("inbound", queued("whatsapp", payload, world.now))
    until_done(world)

    assert about(*STRINGS, but=frozenset({"suppression"})) == []
    assert len(world.platforms.posts) + len(world.mails()) == sent
    assert erasure(someone, lead)["state"] == "done"
    world.advance(page.LAST_LOOK + timedelta(hours=1))
    assert about(lead, buyer, but=STAYING) == []
    strays = [item for item in world.items("entry") if "gsi1pk" not in item]
    assert all("expires_at" in item for item in strays)


def test_it_is_done_once_however_often_it_is_asked(world: World) -> None:
    furnish(world)
    someone = staff(world)
    first = erase(someone, "cus_1")
    again = erase(someone, "cus_1", reason="objection")  # twice on its way now
    assert again == first
    until_done(world)
    done = erasure(someone, "cus_1")
    assert done["erased"] == {"customer": 1, "order": 1}
    assert erase(someone, "cus_1") == done
    until_done(world)
    assert erasure(someone, "cus_1") == done


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"reason": "because"},
        {"reason": "request", "reference": "ayse@ornek.example"},
        {"reason": "request", "requested_at": "2026-11-23T10:00:00"},
        {"reason": "request", "requested_at": "2027-01-01T00:00:00Z"},
        {"reason": "request", "note": "Ayşe aradı"},
    ],
)
def test_a_wish_that_is_not_as_documented_erases_nobody(world: World, wrong: Any) -> None:
    furnish(world)
    problem_of(staff(world).post("/v1/customers/cus_1/erase", wrong), 400)
    assert len(world.items("customer")) == 1


def test_it_takes_a_scope_of_its_own_and_a_customer(world: World) -> None:
    furnish(world)
    url = "/v1/customers/{}/erase"
    few = staff(world, "customers:read", "customers:write", "customers:export")
    assert "customers:erase" in problem_of(few.post(url.format("cus_1"), ASKED), 403)
    problem_of(Staff("none").post(url.format("cus_1"), ASKED), 401)
    problem_of(few.get("/v1/customers/cus_1/erasure"), 404)
    problem_of(staff(world, "customers:erase").post(url.format("nobody"), ASKED), 404)
    assert len(world.items("customer")) == 1
