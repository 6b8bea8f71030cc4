"""Search: replies, notes and labels of staff are found like messages, and go like them."""

from datetime import timedelta
from itertools import count
from typing import Any, Literal
from urllib.parse import quote

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import events
from chalicelib.consequences.finding import index_beside, index_reply, index_words
from chalicelib.consequences.hands import Happened
from chalicelib.search.indexing import index
from chalicelib.store import entries, searching
from chalicelib.store.models import EntryItem
from chalicelib.store.records import MESSAGE, Entry
from chalicelib.store.table import Transaction
from tests.functional.test_beside import PHONE, ayse, echo, revoked, whatsapp
from tests.functional.test_case_labels import case
from tests.functional.test_mail_in import letter, news
from tests.support.aws_calls import counted
from tests.support.http_calls import Staff, problem_of, staff
from tests.support.world import World

REPLY = "Mavi ısıtıcınızın contasını yarın kargoya veriyoruz"


def hits(someone: Staff, query: str, more: str = "") -> list[tuple[str, str | None]]:
    answer = someone.get(f"/v1/search?q={quote(query)}{more}")
    assert answer.status == 200, answer.text
    return [(one["found_in"], one.get("text")) for one in answer.json["messages"]]


def reply(world: World, someone: Staff, where: str, text: str = REPLY) -> None:
    answer = someone.post(f"/v1/conversations/{where}/messages", {"text": text})
    assert answer.status == 202, answer.text
    world.settle()


def rows(world: World) -> list[dict[str, Any]]:
    return [row for row in world.items("word") if row["pk"].startswith("WORD#")]


# --- what is found -------------------------------------------------------------------------------


def test_an_agent_finds_the_case_by_what_they_answered(world: World) -> None:
    one, someone = case(world), staff(world)
    reply(world, someone, one)
    assert hits(someone, "mavi conta") == [("reply", REPLY)]
    (found,) = someone.get("/v1/search?q=isitici").json["messages"]
    assert (found["conversation_id"], found["direction"]) == (one, "out")


def test_what_temas_writes_by_itself_is_not_found(world: World) -> None:
    case(world, "Merhaba, su ısıtıcısı")
    greeted = [row["text"] for row in world.items("entry") if row.get("direction") == "out"]
    assert greeted
    someone = staff(world)
    for text in greeted:
        found = {kind for word in text.split() if len(word) > 4 for kind, _ in hits(someone, word)}
        assert found <= {"message"}


def test_what_staff_wrote_in_another_program_is_a_reply(world: World) -> None:
    one, someone = ayse(world), staff(world)
    world.put("inbound", echo(world, "wamid.echo", "Contayı postaladım"))
    world.settle()
    assert hits(someone, "conta posta") == [("reply", "Contayı postaladım")]
    assert someone.get("/v1/search?q=conta").json["messages"][0]["conversation_id"] == one


def test_a_note_is_found_once_however_often_the_call_is_repeated(world: World) -> None:
    one, someone = case(world), staff(world)
    for _ in range(2):
        body = {"text": "Tedarikçi contayı aralıkta yolluyor"}
        headers = {"Idempotency_Key": "n-1"}
        assert someone.post(f"/v1/conversations/{one}/notes", body, **headers).status == 201
        world.settle()
    assert hits(someone, "tedarikci conta") == [("note", "Tedarikçi contayı aralıkta yolluyor")]


def test_a_conversation_is_found_by_the_labels_it_has_now(world: World) -> None:
    one, someone = case(world), staff(world)
    url = f"/v1/conversations/{one}"
    for labels in (["geri çağırma", "conta"], ["conta"], ["conta", "hediye"]):
        world.now += timedelta(minutes=1)
        assert someone.patch(url, {"labels": labels}).status == 200
        world.settle()
    assert hits(someone, "cagirma") == []
    (found,) = someone.get("/v1/search?q=conta").json["messages"]
    assert (found["found_in"], found["details"]["labels"]) == ("label", ["conta", "hediye"])
    assert found["conversation_id"] == one


def test_a_mail_and_its_answer_are_found_by_the_subject(world: World) -> None:
    mail = letter("Merhaba, kapaktan buhar çıkıyor.", Subject="Mavi çaydanlık", Date="now")
    world.put("inbound", news(world, mail))
    world.settle()
    (row,) = world.items("conversation")
    someone = staff(world)
    reply(world, someone, row["pk"].removeprefix("V#"), "Contayı gönderdik")
    assert [kind for kind, _ in hits(someone, "caydanlik")] == ["reply", "message"]
    assert [kind for kind, _ in hits(someone, "caydanlik conta")] == ["reply"]


def test_a_search_is_narrowed_to_replies_notes_labels_or_messages(world: World) -> None:
    one, someone = case(world, "conta nerede"), staff(world)
    reply(world, someone, one, "conta yolda")
    someone.post(f"/v1/conversations/{one}/notes", {"text": "conta bitti"})
    someone.patch(f"/v1/conversations/{one}", {"labels": ["conta"]})
    world.settle()
    assert {kind for kind, _ in hits(someone, "conta")} == {"message", "reply", "note", "label"}
    for kind in ("message", "reply", "note", "label"):
        assert [found for found, _ in hits(someone, "conta", f"&in={kind}")] == [kind]
    assert "label" in problem_of(someone.get("/v1/search?q=conta&in=greeting"), 400)


def test_who_was_merged_is_searched_with_all_that_was_written_to_them(world: World) -> None:
    someone = staff(world)
    cases = [case(world, number=number) for number in (1, 2)]
    for number, one in enumerate(cases):
        reply(world, someone, one, f"conta {'abc' * (number + 1)}")
    case(world, "conta bende", number=3)
    lead, other = (someone.get(f"/v1/conversations/{one}").json["customer_id"] for one in cases)
    someone.post(f"/v1/customers/{lead}/merge", {"customer_id": other})
    for who in (lead, other):
        found = hits(someone, "conta", f"&customer_id={who}")
        assert sorted(found) == [("reply", "conta abc"), ("reply", "conta abcabc")]


# --- what it costs, how it goes ------------------------------------------------------------------


def test_a_reply_costs_what_a_message_does_and_goes_when_a_message_does(world: World) -> None:
    one, someone = case(world, "😀"), staff(world)
    assert rows(world) == []
    reply(world, someone, one, " ".join(f"kelime{chr(97 + n) * 3}" for n in range(40)))
    assert len(rows(world)) == 24
    assert world.playbook.search
    keep = world.playbook.search.keep
    assert {int(row["expires_at"]) for row in world.items("word")} == {
        int((world.now + keep).timestamp())
    }
    (sent,) = (e for e in world.events() if _kind(e) == "reply")
    data = msgspec.convert(sent["detail"]["data"], events.NotificationSent)
    happened = Happened(id="again", at=world.now, data=data)
    with counted() as requests:
        index_reply(happened, world.wiring.hands)
    assert requests == ["BatchGetItem", "BatchGetItem", "BatchWriteItem", "BatchGetItem"]
    with counted() as requests:
        greeting = msgspec.structs.replace(data, kind="greeting")
        index_reply(Happened(id="x", at=world.now, data=greeting), world.wiring.hands)
    assert requests == []
    assert len(rows(world)) == 24


def _kind(event: dict[str, Any]) -> str | None:
    is_sent = event["detail-type"] == "NotificationSent"
    return event["detail"]["data"]["kind"] if is_sent else None


def test_all_that_is_indexed_of_a_timeline_is_forgotten_line_by_line(world: World) -> None:
    one, someone = case(world, "conta nerede"), staff(world)
    reply(world, someone, one)
    someone.post(f"/v1/conversations/{one}/notes", {"text": "conta bitti"})
    someone.patch(f"/v1/conversations/{one}", {"labels": ["conta"]})
    world.settle()
    lines = [row["pk"].removeprefix("E#") for row in world.items("entry")]
    assert rows(world)
    searching.forget_many(lines)
    assert world.items("word") == []
    assert hits(someone, "conta") == []


def test_what_was_taken_back_before_it_came_is_never_found(world: World) -> None:
    ayse(world)
    late = whatsapp(world, "wamid.in.2", 2, text={"body": "gizli kelime"})
    taken_back = revoked(world, 3).replace("wamid.in.1", "wamid.in.2")
    for body in (taken_back, late, late):
        world.put("inbound", body)
        world.settle()
    assert hits(staff(world), "gizli") == []
    assert not [row for row in rows(world) if "gizli" in row["sk"]]


# --- in any order, however often -----------------------------------------------------------------

Step = Literal["echo told", "reply told", "recorded", "erased"]
_numbers = count()


def _line(name: str, text: str, *, at: timedelta, world: World, ours: bool) -> Entry:
    return Entry(
        key=f"whatsapp:1:{name}",
        at=world.now + at,
        kind=MESSAGE,
        direction="out",
        customer_id="cus_1",
        text=text,
        details={"notification_id": "ntf_1", "type": "reply"} if ours else {"by": "echo"},
    )


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(["told", "recorded", "erased"]), min_size=2, max_size=8))
def test_in_whatever_order_a_reply_is_told_recorded_and_erased_its_words_are_those_it_has(
    world: World, steps: list[str]
) -> None:
    """Its echo lies there first, with other words and another time; our record goes over it."""
    name = f"wamid.{next(_numbers)}"
    echoed = _line(name, "eski conta", at=timedelta(days=-8), world=world, ours=False)
    ours = _line(name, "yeni fincan", at=timedelta(), world=world, ours=True)
    entries.keep_beside([echoed])
    there: Entry | None = echoed

    def told() -> None:
        data = events.TimelineExtended(
            entry_key=ours.key, kind=MESSAGE, customer_id="cus_1", at=world.now
        )
        index_beside(Happened(id=name, at=world.now, data=data), world.wiring.hands)

    for step in steps:
        if step == "told":
            told()
        elif step == "recorded" and there is not None:
            transaction = Transaction()
            entries.put_sent(transaction, ours)
            transaction.commit()
            there = ours
        elif step == "erased":
            EntryItem("E#" + ours.key, "E").delete()
            searching.forget(ours.key)
            there = None
    told()
    lying = {row["sk"].partition("~")[0] for row in rows(world) if row["entry_key"] == ours.key}
    assert lying == (set((there.text or "").split()) if there else set())
    assert bool(lying) == bool([r for r in world.items("word") if r["pk"] == f"E#{ours.key}"])


def test_who_is_erased_or_overwritten_while_being_indexed_leaves_no_word(
    world: World, monkeypatch: Any
) -> None:
    lay = searching.lay
    ours = _line("wamid.x", "yeni fincan", at=timedelta(), world=world, ours=True)

    def meanwhile(happens: Any) -> None:
        def once(*args: Any, **more: Any) -> None:
            monkeypatch.setattr(searching, "lay", lay)
            happens()
            lay(*args, **more)

        monkeypatch.setattr(searching, "lay", once)

    def erase() -> None:
        EntryItem("E#" + ours.key, "E").delete()
        searching.forget(ours.key)

    def overwrite() -> None:
        transaction = Transaction()
        entries.put_sent(transaction, ours)
        transaction.commit()
        index(ours.key, keep=timedelta(days=90), now=world.now)

    for happens, left in ((erase, set()), (overwrite, {"yeni", "fincan"})):
        entries.keep_beside(
            [_line("wamid.x", "eski conta", at=timedelta(days=-8), world=world, ours=False)]
        )
        meanwhile(happens)
        index(ours.key, keep=timedelta(days=90), now=world.now)
        assert {row["sk"].partition("~")[0] for row in rows(world)} == left


def test_a_message_costs_three_requests_to_index_and_one_if_it_has_no_words(world: World) -> None:
    case(world, "conta nerede")
    (entry,) = [row for row in world.items("entry") if row.get("direction") == "in"]
    received = events.MessageReceived(
        message_key=entry["pk"].removeprefix("E#"),
        customer_id="x",
        conversation_id="x",
        channel="whatsapp",
        at=world.now,
    )
    with counted() as requests:
        index_words(Happened(id="x", at=world.now, data=received), world.wiring.hands)
    assert requests == ["BatchGetItem", "BatchWriteItem", "BatchGetItem"]
    gone = msgspec.structs.replace(received, message_key=f"whatsapp:1:{PHONE}")
    with counted() as requests:
        index_words(Happened(id="y", at=world.now, data=gone), world.wiring.hands)
    assert requests == ["BatchGetItem"]
