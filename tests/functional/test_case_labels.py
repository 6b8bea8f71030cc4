"""What staff know of a conversation: category, labels, notes, and until when it can wait."""

import csv
import io
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.clock import iso
from chalicelib.inbox.labelling import Wish
from chalicelib.playbook_values import Words
from chalicelib.store import conversations, labels
from chalicelib.triage_sections import Category, Triage
from tests.support.aws_calls import failing
from tests.support.http_calls import Staff, problem_of, staff
from tests.support.webhook_calls import queued, telegram_message, whatsapp_message
from tests.support.world import World


def arrive(world: World, source: str, payload: Any) -> None:
    world.put("inbound", queued(source, payload, world.now))
    world.settle()


def case(world: World, text: str = "Merhaba, iade etmek istiyorum", number: int = 1) -> str:
    """A conversation that a customer began with these words; its id."""
    sender = f"90532111220{number}"
    arrive(
        world,
        "whatsapp",
        whatsapp_message(f"wamid.in.{number}", world.now, text=text, sender=sender),
    )
    found: dict[str, str] = {
        row["pk"].removeprefix("V#"): row["address"] for row in world.items("conversation")
    }
    return next(name for name, address in found.items() if address == sender)


def without_triage(world: World) -> None:
    world.playbook = msgspec.structs.replace(world.playbook, triage=None)
    world.restart()


def labelled(world: World) -> list[dict[str, Any]]:
    told = [one for one in world.events() if one["detail-type"] == "ConversationLabelled"]
    return [{"id": one["detail"]["metadata"]["id"], **one["detail"]["data"]} for one in told]


def examples(someone: Staff, query: str = "") -> list[list[str]]:
    answer = someone.get(f"/v1/triage/examples{query}")
    assert answer.status == 200, answer.text
    return list(csv.reader(io.StringIO(answer.text)))


# --- category and labels -------------------------------------------------------------------------


def test_a_correction_says_what_it_was_taken_for_and_by_whom_it_was_made(world: World) -> None:
    without_triage(world)
    one = case(world)
    conversations.change(one, {"category": "billing", "category_by": "model"})

    answer = staff(world, name="Deniz").patch(
        f"/v1/conversations/{one}", {"category": "returns", "labels": ["vip", "b2b", "vip"]}
    )

    assert answer.status == 200, answer.text
    shown = answer.json
    assert (shown["category"], shown["category_by"]) == ("returns", "Deniz")
    assert shown["labels"] == ["vip", "b2b"]
    (told,) = labelled(world)
    assert (told["was"], told["category"], told["by"]) == ("billing", "returns", "Deniz")
    assert told["labels"] == ["vip", "b2b"]
    lines = staff(world).get(f"/v1/conversations/{one}/messages").json["messages"]
    (line,) = [line for line in lines if line.get("details", {}).get("change") == "labelled"]
    assert line["details"]["by"] == "Deniz"


def test_a_repeated_correction_is_one_and_tells_the_same_event(world: World) -> None:
    without_triage(world)
    one, someone = case(world), staff(world)
    body = {"category": "returns", "labels": ["vip"]}
    with failing("PutEvents", "InternalException"):
        assert someone.patch(f"/v1/conversations/{one}", body).status >= 500
    for _ in range(2):
        world.now += timedelta(minutes=1)
        assert someone.patch(f"/v1/conversations/{one}", body).status == 200
    assert len({told["id"] for told in labelled(world)}) == 1
    assert len(world.items("label")) == 1
    changes = [row for row in world.items("entry") if "labelled" in row["pk"]]
    assert len(changes) == 1


def test_labels_alone_leave_the_category_and_are_no_example(world: World) -> None:
    without_triage(world)
    one, someone = case(world), staff(world)
    conversations.change(one, {"category": "billing", "category_by": "model"})
    someone.patch(f"/v1/conversations/{one}", {"labels": ["vip"]})
    shown = someone.patch(f"/v1/conversations/{one}", {"labels": []}).json
    assert (shown["category"], shown["category_by"]) == ("billing", "model")
    assert "labels" not in shown or shown["labels"] == []
    assert examples(someone) == [["text", "category"]]


def test_two_who_label_at_once_both_count(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    without_triage(world)
    one, last = case(world), labels.last
    waiting = [Wish(labels=["b"])]

    def meddled(conversation_id: str) -> Any:
        seen = last(conversation_id)
        if waiting:
            world.wiring.labelling.label(conversation_id, waiting.pop(), by="Ege")
        return seen

    monkeypatch.setattr(labels, "last", meddled)
    world.wiring.labelling.label(one, Wish(category="returns", more=["a"]), by="Deniz")
    assert conversations.get(one).labels == ("b", "a")
    assert [told["by"] for told in labelled(world)] == ["Ege", "Deniz"]


def test_back_and_forth_is_told_each_time(world: World) -> None:
    without_triage(world)
    one, someone = case(world), staff(world)
    for category in ("returns", "billing", "returns"):
        world.now += timedelta(minutes=1)
        someone.patch(f"/v1/conversations/{one}", {"category": category})
    told = labelled(world)
    assert [one.get("was") for one in told] == [None, "returns", "billing"]
    assert len({one["id"] for one in told}) == 3


def test_a_category_that_the_playbook_does_not_have_is_refused(world: World) -> None:
    category = Category(id="returns", title=Words(tr="İade", en="Returns"))
    triage = Triage(categories=(category,))
    world.playbook = msgspec.structs.replace(world.playbook, triage=triage)
    world.restart()
    one, someone = case(world), staff(world)
    url = f"/v1/conversations/{one}"
    assert "returns" in problem_of(someone.patch(url, {"category": "odd"}), 400)
    for bad in (
        {},
        {"category": "Not One"},
        {"labels": [""]},
        {"labels": ["a" * 51]},
        {"labels": [f"l{n}" for n in range(21)]},
        {"status": "resolved"},
    ):
        problem_of(someone.patch(url, bad), 400)
    problem_of(someone.patch("/v1/conversations/none", {"labels": ["x"]}), 404)
    problem_of(staff(world, "conversations:read").patch(url, {"labels": ["x"]}), 403)


def test_a_persons_category_stays_and_a_machines_gives_way(world: World) -> None:
    one, machines = case(world, number=1), ("model", "keywords")
    staff(world, name="Deniz").patch(f"/v1/conversations/{one}", {"category": "warranty"})
    two = case(world, number=2)
    assert conversations.categorise(two, "refund", "model", of=machines)
    assert conversations.categorise(two, "damaged", "keywords", of=machines)
    assert not conversations.categorise(one, "refund", "model", of=machines)
    assert not conversations.categorise("none", "refund", "model", of=machines)
    world.now += timedelta(minutes=1)
    more = "Ürün kırık geldi, iade istiyorum"
    arrive(world, "whatsapp", whatsapp_message("w2", world.now, text=more, sender="905321112201"))
    said = [conversations.get(each) for each in (one, two)]
    assert [(row.category, row.category_by) for row in said] == [
        ("warranty", "Deniz"),
        ("damaged", "keywords"),
    ]


# --- examples ------------------------------------------------------------------------------------


def test_corrections_are_examples_without_what_tells_whose_they_are(world: World) -> None:
    without_triage(world)
    text = "Ben Ayşe, #1001 nolu siparişi iade edeceğim; 0532 111 22 33 ya da ayse@ornek.example"
    one = case(world, text)
    world.now += timedelta(minutes=1)
    arrive(
        world, "whatsapp", whatsapp_message("w2", world.now, text="Hadi!", sender="905321112201")
    )
    someone = staff(world)
    someone.patch(f"/v1/conversations/{one}", {"category": "returns"})
    assert examples(someone) == [
        ["text", "category"],
        ["Ben [name], [number] nolu siparişi iade edeceğim; [number] ya da [mail]", "returns"],
    ]
    problem_of(staff(world, "conversations:read").get("/v1/triage/examples"), 403)


def test_examples_are_read_on_from_where_one_stopped(world: World) -> None:
    without_triage(world)
    someone = staff(world)
    for number in range(5):
        one = case(world, f"soru {'abcde'[number]}", number)
        world.now += timedelta(minutes=1)
        someone.patch(f"/v1/conversations/{one}", {"category": "returns"})
    whole = examples(someone)
    assert [row[0] for row in whole[1:]] == ["soru a", "soru b", "soru c", "soru d", "soru e"]
    first = someone.get("/v1/triage/examples?limit=3")
    cursor = first.headers["x-next-cursor"].replace("#", "%23")
    assert [row[0] for row in examples(someone, f"?limit=3&cursor={cursor}")] == [
        "soru d",
        "soru e",
    ]
    pages = someone.pages("/v1/triage/examples?format=json", "examples", limit=5)
    assert len(pages[0]) == 5
    since = iso(world.now - timedelta(minutes=1))
    assert [row[0] for row in examples(someone, f"?after={since}")] == ["text", "soru e"]
    for bad in ("?after=yesterday", "?format=xml"):
        problem_of(someone.get(f"/v1/triage/examples{bad}"), 400)


# --- notes ---------------------------------------------------------------------------------------


def test_a_note_is_read_by_staff_and_never_sent(world: World) -> None:
    one, someone = case(world), staff(world, name="Deniz")
    sent = len(world.platforms.posts)
    note = {"text": "Dikkat: ikinci kez yazıyor."}
    answer = someone.post(f"/v1/conversations/{one}/notes", note)
    world.settle()
    assert answer.status == 201, answer.text
    assert answer.json["details"] == {"by": "Deniz"}
    assert len(world.platforms.posts) == sent
    thread = someone.get(f"/v1/conversations/{one}/messages").json["messages"]
    (line,) = [line for line in thread if line["key"].startswith("note:")]
    assert line["text"] == note["text"]
    assert conversations.get(one).outbound_count == 0 or line["direction"] == "none"


def test_a_note_under_one_idempotency_key_is_added_once(world: World) -> None:
    one, someone = case(world), staff(world)
    url = f"/v1/conversations/{one}/notes"
    first = someone.post(url, {"text": "Bir"}, idempotency_key="k-1").json
    again = someone.post(url, {"text": "Bir"}, idempotency_key="k-1").json
    assert first == again
    someone.post(url, {"text": "Bir"})
    assert len([row for row in world.items("entry") if row["pk"].startswith("E#note:")]) == 2
    problem_of(someone.post(url, {"text": "  "}), 400)
    problem_of(someone.post(url, {"text": "x" * 10_001}), 400)
    problem_of(someone.post("/v1/conversations/none/notes", {"text": "x"}), 404)


# --- snooze --------------------------------------------------------------------------------------


def awake(someone: Staff) -> list[str]:
    found = someone.get("/v1/conversations?snoozed=no").json["conversations"]
    return [one["id"] for one in found]


def test_what_is_put_off_wakes_at_its_moment(world: World) -> None:
    one, someone = case(world), staff(world)
    until = world.now + timedelta(hours=2)
    shown = someone.post(f"/v1/conversations/{one}/snooze", {"until": until.isoformat()})
    assert shown.status == 200, shown.text
    assert awake(someone) == []
    world.now = until - timedelta(seconds=1)
    assert awake(someone) == []
    world.now = until
    assert awake(someone) == [one]


def test_what_is_put_off_wakes_when_the_customer_writes(world: World) -> None:
    one, someone = case(world), staff(world)
    until = (world.now + timedelta(days=2)).isoformat()
    someone.post(f"/v1/conversations/{one}/snooze", {"until": until})
    world.now += timedelta(minutes=5)
    arrive(
        world, "whatsapp", whatsapp_message("w2", world.now, text="Hâlâ yok", sender="905321112201")
    )
    assert awake(someone) == [one]
    assert conversations.get(one).snoozed_until is None


def test_a_snooze_is_taken_back_with_null(world: World) -> None:
    one, someone = case(world), staff(world)
    url = f"/v1/conversations/{one}/snooze"
    someone.post(url, {"until": (world.now + timedelta(days=2)).isoformat()})
    someone.post(url, {"until": None})
    assert awake(someone) == [one]
    for bad in (
        {"until": (world.now - timedelta(seconds=1)).isoformat()},
        {"until": (world.now + timedelta(days=91)).isoformat()},
        {"until": "2026-11-30T10:00:00"},
        {"until": "soon"},
        {},
    ):
        problem_of(someone.post(url, bad), 400)
    someone.post(f"/v1/conversations/{one}/resolve")
    assert someone.post(url, {"until": None}).status == 200
    later = (world.now + timedelta(days=1)).isoformat()
    problem_of(someone.post(url, {"until": later}), 409)
    problem_of(someone.post("/v1/conversations/none/snooze", {"until": None}), 404)


@pytest.mark.parametrize("hours", [1, 24])
def test_another_customers_message_wakes_nothing(world: World, hours: int) -> None:
    one, someone = case(world), staff(world)
    until = (world.now + timedelta(hours=hours)).isoformat()
    someone.post(f"/v1/conversations/{one}/snooze", {"until": until})
    arrive(world, "telegram", telegram_message(1, world.now))
    assert one not in awake(someone)
