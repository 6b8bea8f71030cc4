"""The staff API: who may call, what they find, and what follows from what they do."""

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.web.endpoints import allowed
from infra import keys
from tests.support.aws_calls import counted, failing
from tests.support.http_calls import Answer, Staff, call, problem_of, staff
from tests.support.webhook_calls import (
    chat_message,
    queued,
    queued_order,
    telegram_message,
    whatsapp_message,
)
from tests.support.world import World

ORDER = "shopify:kahve-dukkani.myshopify.com:820982911946154508"


def arrive(world: World, source: str, payload: Any) -> None:
    world.put("inbound", queued(source, payload, world.now))
    world.settle()


def ayse(world: World) -> str:
    """A customer by WhatsApp, greeted; her id."""
    arrive(world, "whatsapp", whatsapp_message("wamid.in.1", world.now))
    (customer,) = world.items("customer")
    return str(customer["pk"]).removeprefix("C#")


def open_case(world: World) -> str:
    (conversation,) = world.items("conversation")
    return str(conversation["pk"]).removeprefix("V#")


def delivered_order(world: World) -> None:
    """An order of a customer known by shop and verified mail, delivered just now."""
    order = {
        "id": 820982911946154508,
        "name": "#1001",
        "created_at": world.now.isoformat(),
        "updated_at": world.now.isoformat(),
        "currency": "TRY",
        "total_price": "249.90",
        "customer": {
            "id": 7,
            "email": "ayse@ornek.example",
            "verified_email": True,
            "first_name": "Ayşe",
        },
        "line_items": [{"product_id": 9, "title": "Filtre kahve", "quantity": 2}],
        "fulfillments": [
            {"id": 1, "shipment_status": "delivered", "updated_at": world.now.isoformat()}
        ],
    }
    world.put("inbound", queued_order("orders/create", order, world.now))
    world.settle()


# --- keys ----------------------------------------------------------------------------------------


def test_without_a_known_key_there_is_no_answer(world: World) -> None:
    url, key = "/v1/conversations", staff(world).key
    for header in ("", "Bearer", "Bearer ", f"Basic {key}", f"Bearer {key}x", key, "Bearer \ud800"):
        answer = call("GET", url, headers={"Authorization": header})
        problem_of(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"
        assert key not in answer.text
    problem_of(call("GET", url), 401)
    assert call("GET", url, headers={"authorization": f"bearer  {key} "}).status == 200


def test_a_key_does_what_its_scopes_say_and_no_more(world: World) -> None:
    who = ayse(world)
    reader = staff(world, "customers:read")
    assert reader.get(f"/v1/customers/{who}").status == 200
    consent = {"purpose": "review", "granted": False}
    assert "customers:write" in problem_of(
        reader.put(f"/v1/customers/{who}/consents", consent), 403
    )
    assert "conversations:read" in problem_of(reader.get("/v1/conversations"), 403)
    problem_of(staff(world, "").get("/v1/conversations"), 403)


@pytest.mark.parametrize(
    ("scopes", "needed", "granted"),
    [
        ("*", "customers:read", True),
        ("customers:*", "customers:write", True),
        ("*:read", "devices:read", True),
        ("*:read", "devices:write", False),
        ("customers:read", "customers:write", False),
        ("customer:read", "customers:read", False),
        ("a:read customers:*", "customers:read", True),
        ("", "customers:read", False),
        (":", "customers:read", False),
        ("*:*", "customers:read", False),
    ],
)
def test_scopes_add_up(scopes: str, needed: str, granted: bool) -> None:
    assert allowed(scopes.split(" "), needed) is granted


def test_only_the_hash_of_a_key_is_stored(world: World) -> None:
    key = staff(world).key
    (kept,) = world.items("api_key")
    assert kept["pk"] == f"K#{sha256(key.encode()).hexdigest()}"
    assert key not in json.dumps(kept, default=str)
    assert len(key) >= 43


def test_a_key_is_made_at_the_command_line_and_shown_once(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "sys.argv", ["keys", "--stage", "local", "--name", "Ops", "--scopes", "*:read, orders:*,"]
    )
    keys.main()
    key = capsys.readouterr().out.strip()
    (kept,) = world.items("api_key")
    assert json.loads(kept["scopes"]) == ["*:read", "orders:*"]
    assert Staff(key).get("/v1/conversations").status == 200
    problem_of(Staff(key).post("/v1/conversations/x/resolve"), 403)


def test_a_key_is_looked_up_once_in_a_while_and_not_at_every_call(world: World) -> None:
    who = ayse(world)
    someone = staff(world)
    with counted() as first:
        someone.get(f"/v1/customers/{who}/timeline")
    with counted() as second:
        someone.get(f"/v1/customers/{who}/timeline")
    assert (first, second) == (["BatchGetItem", "Query"], ["Query"])


# --- finding -------------------------------------------------------------------------------------


def test_a_customer_is_found_by_every_handle(world: World) -> None:
    about: dict[str, Any] = {"email": "Ayse@Ornek.example", "email_verified": True, "name": "Ayşe"}
    arrive(world, "chat", chat_message("m-1", world.now, customer="visitor/81 é", **about))
    arrive(world, "whatsapp", whatsapp_message("wamid.in.1", world.now))
    arrive(world, "telegram", telegram_message(1, world.now))
    someone = staff(world)

    def find(identity: str) -> Any:
        return someone.get(f"/v1/customers?identity={identity}")

    by_chat = find(f"chat:{quote('visitor/81 é')}").json
    assert find("email:ayse%40ornek.example").json == by_chat
    assert find("email:AYSE@ornek.example").json == by_chat
    assert find("email::ayse@ornek.example").json == by_chat
    assert "email::ayse@ornek.example" in by_chat["identities"]
    by_phone = find("phone:%2B905321112233").json
    assert by_phone["name"] == "Ayşe Yılmaz"
    for form in (
        "phone:+905321112233",
        "whatsapp:905321112233",
        "phone::%2B90%20532%20111%2022%2033",
    ):
        assert find(form).json == by_phone
    assert find("telegram:4242").json["name"] == "Mehmet"
    for nobody in ("phone:+905329999999", "phone:x", "email:@", "chat:none", "telegram::4243"):
        problem_of(find(nobody), 404)
    for unclear in ("", "4242", "phone:", ":x", "x" * 501):
        assert find(unclear).status in (400, 404)
    problem_of(someone.get("/v1/customers"), 400)


def test_unknown_ids_are_not_found(world: World) -> None:
    someone = staff(world)
    for url in (
        *(f"/v1/customers/none{rest}" for rest in (
            "", "/timeline", "/notifications", "/orders", "/devices", "/consents",
        )),
        "/v1/conversations/none",
        "/v1/conversations/none/messages",
        "/v1/notifications/none",
        "/v1/orders/none",
        "/v1/orders/a%2Fb%3Ac",
        "/v1/devices/none",
        f"/v1/customers/{'x' * 3000}",
        "/v1/devices/%00%ff",
    ):  # fmt: skip
        problem_of(someone.get(url), 404)
    problem_of(
        someone.put("/v1/customers/none/consents", {"purpose": "review", "granted": True}), 404
    )
    problem_of(someone.patch("/v1/customers/none/preferences", {"locale": "en"}), 404)
    problem_of(someone.post("/v1/conversations/none/messages", {"text": "x"}), 404)
    problem_of(someone.post("/v1/conversations/none/resolve"), 404)
    problem_of(someone.post("/v1/conversations/none/reopen"), 404)
    problem_of(someone.post("/v1/reviews", {"order_key": "none", "stars": 5}), 404)
    problem_of(someone.post("/v1/devices/none/maintenance", {}), 404)
    problem_of(someone.put("/v1/devices/d1", {"owner_id": "none"}), 404)
    problem_of(someone.put("/v1/devices/d1", {"owner_identity": "chat:none"}), 404)
    assert world.items("device") == []


# --- timeline ------------------------------------------------------------------------------------


def test_a_timeline_is_paged_to_its_end_without_gaps_or_repeats(world: World) -> None:
    messages = [telegram_message(n, world.now + timedelta(seconds=n // 3)) for n in range(25)]
    world.put("inbound", *(queued("telegram", m, world.now) for m in messages))
    world.settle()
    someone = staff(world)
    (customer,) = world.items("customer")
    url = f"/v1/customers/{customer['pk'].removeprefix('C#')}/timeline"

    pages = someone.pages(url, "entries", limit=7)

    found = [entry for page in pages for entry in page]
    assert {len(page) for page in pages[:-1]} == {7}
    assert len({entry["key"] for entry in found}) == len(found)
    assert sum(entry["direction"] == "in" for entry in found) == 25
    assert [e["at"] for e in found] == sorted((e["at"] for e in found), reverse=True)
    assert found == someone.get(f"{url}?limit=100").json["entries"]
    with counted() as requests:
        someone.get(f"{url}?limit=7")
    assert requests == ["Query"]


def test_a_bad_page_is_refused_and_says_why(world: World) -> None:
    who, someone = ayse(world), staff(world)
    for limit in ("0", "101", "-1", "x", "", "1.0", "1e1", "²", "9" * 5000):
        assert "limit" in problem_of(
            someone.get(f"/v1/customers/{who}/timeline?limit={limit}"), 400
        )
    assert someone.get(f"/v1/customers/{who}/timeline?limit=x&limit=1").status == 200
    for cursor in ("A", "N", "x" * 501):
        answer = someone.get(f"/v1/customers/{who}/notifications?cursor={cursor}")
        assert "cursor" in problem_of(answer, 400)
    for things in ("conversations", "alerts"):
        assert "status" in problem_of(someone.get(f"/v1/{things}?status=odd"), 400)
        assert someone.get(f"/v1/{things}?cursor=%00odd").status == 200
    assert someone.get(f"/v1/customers/{who}/timeline?cursor=0").json == {"entries": []}


def test_while_the_table_is_throttled_staff_are_told_to_try_again(world: World) -> None:
    who, someone = ayse(world), staff(world)
    someone.get("/v1/conversations")
    with failing("Query", "ProvisionedThroughputExceededException"):
        answer = someone.get(f"/v1/customers/{who}/timeline")
    problem_of(answer, 503)
    assert answer.headers["retry-after"].isdecimal()
    with failing("BatchGetItem", "ValidationException"):
        answer = someone.get(f"/v1/customers/{who}")
    assert "request-1" in problem_of(answer, 500)
    assert "Validation" not in answer.text


# --- conversations -------------------------------------------------------------------------------


def test_an_answer_goes_out_on_the_customers_channel_once_whatever_is_repeated(
    world: World,
) -> None:
    ayse(world)
    case, someone = open_case(world), staff(world)
    url = f"/v1/conversations/{case}/messages"

    answers = [
        someone.post(url, {"text": "Hemen bakıyorum <b>☕</b>"}, idempotency_key="k/1")
        for _ in range(3)
    ]
    world.settle()
    answers.append(someone.post(url, {"text": "another"}, idempotency_key="k/1"))
    world.settle()

    assert [a.status for a in answers] == [202] * 4
    assert len({a.json["notification_id"] for a in answers}) == 1
    assert (answers[0].json["status"], answers[3].json["status"]) == ("planned", "sent")
    assert [t for t in world.platforms.texts if "another" in t] == []
    assert len([t for t in world.platforms.texts if "Hemen bakıyorum <b>☕</b>" in t]) == 1
    told = someone.get(f"/v1/notifications/{answers[0].json['notification_id']}").json
    assert (told["outcome"], told["channel"], told["planned_by"]) == (
        "sent",
        "whatsapp",
        "Support desk",
    )
    assert told["decisions"][0]["facts"]["channel"] == "whatsapp"


def test_answers_without_a_key_are_each_sent_and_stand_in_the_thread(world: World) -> None:
    ayse(world)
    case, someone = open_case(world), staff(world)
    for _ in range(2):
        world.now += timedelta(minutes=1)
        someone.post(f"/v1/conversations/{case}/messages", {"text": "Evet"})
        world.settle()
    thread = someone.get(f"/v1/conversations/{case}/messages").json["messages"]
    said = [(m["direction"], m["text"]) for m in thread if m["kind"] == "message"]
    assert ("in", "Merhaba") in said
    assert said[-2:] == [("out", "Evet"), ("out", "Evet")]
    assert someone.get(f"/v1/conversations/{case}").json["outbound_count"] == 3


def test_a_resolved_case_asks_for_satisfaction_once_and_takes_no_answers(world: World) -> None:
    who = ayse(world)
    case, someone = open_case(world), staff(world)
    world.events()

    first = someone.post(f"/v1/conversations/{case}/resolve")
    again = someone.post(f"/v1/conversations/{case}/resolve")

    assert (first.status, again.json) == (200, first.json)
    assert (first.json["status"], first.json["resolved_by"]) == ("resolved", "Support desk")
    told = [e for e in world.events() if e["detail-type"] == "ConversationResolved"]
    assert len({e["detail"]["metadata"]["id"] for e in told}) == 1
    problem_of(someone.post(f"/v1/conversations/{case}/messages", {"text": "hm"}), 409)
    assert someone.get("/v1/conversations").json["conversations"] == []
    listed = someone.get("/v1/conversations?status=resolved").json["conversations"]
    assert [c["id"] for c in listed] == [case]

    world.settle()
    sent = len(world.platforms.posts)
    world.advance(timedelta(minutes=59))
    assert len(world.platforms.posts) == sent
    world.advance(timedelta(days=5))
    assert len(world.platforms.posts) == sent + 1
    assert "memnun kaldınız" in world.platforms.texts[-1]
    notes = someone.get(f"/v1/customers/{who}/notifications").json["notifications"]
    assert sorted((n["kind"], n["outcome"]) for n in notes) == [
        ("greeting", "sent"),
        ("satisfaction", "sent"),
    ]


def test_reopening_a_case_takes_its_question_back(world: World) -> None:
    who = ayse(world)
    case, someone = open_case(world), staff(world)
    someone.post(f"/v1/conversations/{case}/resolve")
    world.settle()

    assert someone.post(f"/v1/conversations/{case}/reopen").json["status"] == "open"
    assert someone.post(f"/v1/conversations/{case}/reopen").status == 200
    world.settle()
    world.advance(timedelta(hours=23))

    notes = someone.get(f"/v1/customers/{who}/notifications").json["notifications"]
    (question,) = [note for note in notes if note["kind"] == "satisfaction"]
    assert (question["outcome"], question["reason"]) == ("cancelled", "reopened")
    assert someone.post(f"/v1/conversations/{case}/messages", {"text": "Evet"}).status == 202


def test_a_case_cannot_be_reopened_beside_another_open_one(world: World) -> None:
    ayse(world)
    case, someone = open_case(world), staff(world)
    someone.post(f"/v1/conversations/{case}/resolve")
    arrive(world, "whatsapp", whatsapp_message("wamid.in.2", world.now + timedelta(minutes=5)))
    problem_of(someone.post(f"/v1/conversations/{case}/reopen"), 409)


# --- what customers want -------------------------------------------------------------------------


def test_every_consent_stays_in_the_history(world: World) -> None:
    who, someone = ayse(world), staff(world)
    url = f"/v1/customers/{who}/consents"
    assert someone.get(url).json == {"consents": {}, "history": []}
    for granted in (True, False, True):
        world.now += timedelta(minutes=1)
        body = {"purpose": "marketing", "granted": granted, "source": "phone", "wording": "Evet"}
        answer = someone.put(url, body)
        assert answer.status == 200
    history = answer.json["history"]
    assert [line["granted"] for line in history] == [True, False, True]
    assert answer.json == someone.get(url).json
    assert answer.json["consents"]["marketing"]["granted"] is True
    assert history[0]["source"] == "phone (Support desk)"
    changed = [e["detail"]["data"] for e in world.events() if e["detail-type"] == "ConsentChanged"]
    assert [data["granted"] for data in changed] == [True, False, True]


def test_preferences_change_what_is_given_and_leave_the_rest(world: World) -> None:
    who, someone = ayse(world), staff(world)
    url = f"/v1/customers/{who}/preferences"
    someone.patch(url, {"time_zone": "Europe/Berlin", "preferred_channel": "email", "locale": "en"})
    answer = someone.patch(url, {"locale": None, "name": "Ayşe Y."})
    assert answer.json["time_zone"] == "Europe/Berlin"
    assert answer.json["preferred_channel"] == "email"
    assert answer.json["name"] == "Ayşe Y."
    assert "locale" not in answer.json
    assert someone.patch(url, {}).json == answer.json
    for zone in ("Mars/Olympus", "", "../../etc/passwd", "Europe", "x\x00"):
        assert "time_zone" in problem_of(someone.patch(url, {"time_zone": zone}), 400)
    assert someone.get(f"/v1/customers/{who}").json == answer.json


# --- orders and reviews --------------------------------------------------------------------------


def test_an_order_is_found_by_its_key_and_its_customer(world: World) -> None:
    delivered_order(world)
    someone = staff(world)
    by_key = someone.get(f"/v1/orders/{ORDER}").json
    assert by_key == someone.get(f"/v1/orders/{quote(ORDER, safe='')}").json
    assert (by_key["name"], by_key["total"], by_key["currency"]) == ("#1001", "249.90", "TRY")
    assert someone.get(f"/v1/customers/{by_key['customer_id']}/orders").json == {"orders": [by_key]}


def test_a_review_takes_the_reminder_back(world: World) -> None:
    delivered_order(world)
    someone = staff(world)
    for _ in range(2):
        answer = someone.post("/v1/reviews", {"order_key": ORDER, "stars": 5})
        assert (answer.status, "reviewed_at" in answer.json["order"]) == (201, True)
    world.settle()
    who = answer.json["order"]["customer_id"]
    notes = someone.get(f"/v1/customers/{who}/notifications").json["notifications"]
    (note,) = [note for note in notes if note["kind"] == "review_reminder"]
    assert (note["outcome"], note["reason"]) == ("cancelled", "reviewed")
    assert not [name for _, name, _ in world.schedules() if name.startswith(note["id"])]


def test_an_order_of_nobody_known_cannot_be_reviewed(world: World) -> None:
    world.put("inbound", queued_order("orders/create", {"id": 5, "total_price": "1"}, world.now))
    world.settle()
    key = "shopify:kahve-dukkani.myshopify.com:5"
    someone = staff(world)
    problem_of(someone.post("/v1/reviews", {"order_key": key, "stars": 5}), 409)
    assert "reviewed_at" not in someone.get(f"/v1/orders/{key}").json


# --- devices -------------------------------------------------------------------------------------


def test_a_device_is_registered_to_whoever_has_an_identity(world: World) -> None:
    who, someone = ayse(world), staff(world)
    body = {"owner_identity": "phone:+905321112233", "name": "Boğaz", "model": "B-2"}
    answer = someone.put("/v1/devices/bogaz-0042", body)
    assert answer.status == 200
    assert (answer.json["owner_id"], answer.json["name"]) == (who, "Boğaz")
    assert someone.get("/v1/devices/bogaz-0042").json == answer.json
    assert someone.get(f"/v1/customers/{who}/devices").json == {"devices": [answer.json]}
    assert someone.put("/v1/devices/bogaz-0042", body).json == answer.json
    assert "owner_id" not in someone.put("/v1/devices/bogaz-0042", {"name": "Boğaz"}).json
    assert someone.get(f"/v1/customers/{who}/devices").json == {"devices": []}


def test_a_device_id_that_could_never_report_is_refused(world: World) -> None:
    someone = staff(world)
    for name in ("a%2Fb", "a%23b", "a%2Bb", "a%20b", "%C3%A9", "x" * 129):
        problem_of(someone.put(f"/v1/devices/{name}", {"name": "x"}), 400)
    assert someone.put("/v1/devices/AA%3Abb%3A0.1_-", {"name": "x"}).json["id"] == "AA:bb:0.1_-"


# --- bad bodies ----------------------------------------------------------------------------------

BAD: tuple[tuple[str, str, Any, str], ...] = (
    ("POST", "/v1/conversations/{case}/messages", {}, "text"),
    ("POST", "/v1/conversations/{case}/messages", {"text": ""}, "text is blank"),
    ("POST", "/v1/conversations/{case}/messages", {"text": " \n"}, "text"),
    ("POST", "/v1/conversations/{case}/messages", {"text": 5}, "$.text"),
    ("POST", "/v1/conversations/{case}/messages", {"text": "x" * 65_537}, "$.text"),
    ("POST", "/v1/conversations/{case}/messages", {"text": "x", "channel": "fax"}, "$.channel"),
    ("POST", "/v1/conversations/{case}/messages", {"text": "x", "to": "y"}, "`to`"),
    ("POST", "/v1/conversations/{case}/messages", b"{", "the body"),
    ("POST", "/v1/conversations/{case}/messages", b"\xff", "the body"),
    ("POST", "/v1/conversations/{case}/messages", b"[" * 20_000, "the body"),
    ("POST", "/v1/conversations/{case}/messages", [], "the body"),
    ("PUT", "/v1/customers/{who}/consents", {"purpose": "spam", "granted": True}, "$.purpose"),
    ("PUT", "/v1/customers/{who}/consents", {"purpose": "review", "granted": "no"}, "$.granted"),
    ("PUT", "/v1/customers/{who}/consents", {"purpose": "review"}, "granted"),
    ("PATCH", "/v1/customers/{who}/preferences", {"locale": "de"}, "$.locale"),
    ("PATCH", "/v1/customers/{who}/preferences", {"name": "x" * 201}, "$.name"),
    ("PATCH", "/v1/customers/{who}/preferences", {"zone": "x"}, "`zone`"),
    ("POST", "/v1/reviews", {"order_key": "x", "stars": 6}, "$.stars"),
    ("POST", "/v1/reviews", {"order_key": "x", "stars": 4.5}, "$.stars"),
    ("POST", "/v1/reviews", {"order_key": "x" * 501, "stars": 4}, "$.order_key"),
    ("PUT", "/v1/devices/d1", {"owner": "x"}, "`owner`"),
    ("PUT", "/v1/devices/d1", {"owner_identity": "nobody"}, "identity"),
    ("PUT", "/v1/devices/d1", {"name": "x" * 501}, "$.name"),
    ("POST", "/v1/devices/d1/maintenance", {"counters": {"brews": "9"}}, "$.counters"),
    ("POST", "/v1/devices/d1/maintenance", b'{"counters": {"brews": 1e999}}', "$.counters"),
    ("POST", "/v1/devices/d1/maintenance", {"counters": {"x" * 65: 1}}, "$.counters"),
    ("POST", "/v1/devices/d1/maintenance", {"at": "2026-11-23T10:00:00"}, "at needs a time zone"),
    ("POST", "/v1/devices/d1/maintenance", {"at": "2150-01-01T00:00:00Z"}, "at must be"),
    ("POST", "/v1/devices/d1/maintenance", {"at": "0001-01-01T00:00:00+14:00"}, "at must be"),
    ("POST", "/v1/devices/d1/maintenance", {"at": "yesterday"}, "$.at"),
)


def test_a_wrong_body_is_refused_and_the_field_is_named(world: World) -> None:
    who, someone = ayse(world), staff(world)
    someone.put("/v1/devices/d1", {"name": "one"})
    before = [world.items(kind) for kind in ("customer", "device", "notification", "consent")]
    for method, url, body, named in BAD:
        path = url.format(case=open_case(world), who=who)
        answer: Answer = someone.send(method, path, body)
        assert named in problem_of(answer, 400), (path, body)
    kinds = ("customer", "device", "notification", "consent")
    assert [world.items(kind) for kind in kinds] == before
