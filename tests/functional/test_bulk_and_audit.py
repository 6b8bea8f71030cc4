"""Many conversations at once, and who did what."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.store import audit, conversations
from chalicelib.web import bulk as bulk_calls
from tests.functional.test_case_labels import case, without_triage
from tests.functional.test_queues_of_cases import case as kept_case
from tests.support.aws_calls import failing
from tests.support.http_calls import Staff, problem_of, staff
from tests.support.logs import logged
from tests.support.world import START, World


def bulk(someone: Staff, ids: list[str], action: str, **more: Any) -> list[tuple[str, int]]:
    headers = {"idempotency_key": more.pop("once")} if "once" in more else {}
    body = {"ids": ids, "action": action, **more}
    answer = someone.post("/v1/conversations/bulk", body, **headers)
    assert answer.status == 200, answer.text
    results = answer.json["results"]
    assert answer.json["done"] == sum(one["status"] == 200 for one in results)
    return [(one["id"], one["status"]) for one in results]


# --- bulk ----------------------------------------------------------------------------------------


def test_one_that_cannot_be_done_does_not_stop_the_others(world: World) -> None:
    first, second, someone = case(world, number=1), case(world, number=2), staff(world)
    found = bulk(someone, [first, "none", second, first], "resolve", reason="spam")
    assert found == [(first, 200), ("none", 404), (second, 200)]
    assert {row["status"] for row in world.items("conversation")} == {"resolved"}
    assert {row["resolved_reason"] for row in world.items("conversation")} == {"spam"}
    assert bulk(someone, [first, second], "resolve") == [(first, 200), (second, 200)]


def test_labels_are_added_beside_those_there_or_put_in_their_place(world: World) -> None:
    without_triage(world)
    one, two, someone = case(world, number=1), case(world, number=2), staff(world)
    someone.patch(f"/v1/conversations/{one}", {"labels": ["old"]})
    bulk(someone, [one, two], "label", add_labels=["vip"], category="returns")
    assert conversations.get(one).labels == ("old", "vip")
    assert conversations.get(two).labels == ("vip",)
    assert {conversations.get(each).category for each in (one, two)} == {"returns"}
    bulk(someone, [one, two], "label", labels=["new"])
    assert conversations.get(one).labels == conversations.get(two).labels == ("new",)


def test_notes_of_a_repeated_call_are_one_each(world: World) -> None:
    one, two, someone = case(world, number=1), case(world, number=2), staff(world)
    for _ in range(2):
        bulk(someone, [one, two], "note", text="Kargo gecikti.", once="k-1")
    assert len([row for row in world.items("entry") if row["pk"].startswith("E#note:")]) == 2


def test_many_are_put_off_and_taken_up_again(world: World) -> None:
    one, two, someone = case(world, number=1), case(world, number=2), staff(world)
    someone.post(f"/v1/conversations/{two}/resolve")
    until = world.now + timedelta(hours=1)
    found = bulk(someone, [one, two], "snooze", until=until.isoformat())
    assert found == [(one, 200), (two, 409)]
    assert conversations.get(one).snoozed_until == until
    bulk(someone, [one], "snooze", until=None)
    assert conversations.get(one).snoozed_until is None


def test_what_there_is_no_time_for_is_said_and_done_by_a_repeat(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, someone = case(world, number=1), case(world, number=2), staff(world)
    moments = iter([0.0, 0.0, 7.0])
    world.restart(monotonic=lambda: next(moments, 7.0))
    assert bulk(someone, [one, two], "resolve") == [(one, 200), (two, 503)]
    monkeypatch.setattr(bulk_calls, "SECONDS", 60.0)
    world.restart()
    assert bulk(someone, [one, two], "resolve") == [(one, 200), (two, 200)]


def test_many_are_given_to_one_agent_as_far_as_they_have_room(world: World) -> None:
    one, two, three = (case(world, number=number) for number in (1, 2, 3))
    someone = staff(world)
    someone.put("/v1/agents/ada", {"name": "Ada", "capacity": 2})
    someone.put("/v1/agents/ada/presence", {"presence": "online"})
    world.settle()
    found = bulk(someone, [one, two, three], "assign", assignee="ada")
    assert [status for _, status in found] == [200, 200, 409]
    listed = someone.get("/v1/conversations?assignee=ada").json["conversations"]
    assert {row["id"] for row in listed} == {one, two}


@pytest.mark.parametrize(
    "body",
    [
        {"ids": [], "action": "resolve"},
        {"ids": ["a"] * 101, "action": "resolve"},
        {"ids": ["a"], "action": "erase"},
        {"ids": ["a"], "action": "label"},
        {"ids": ["a"], "action": "resolve", "text": "x"},
        {"ids": ["a"], "action": "note", "text": "  "},
        {"ids": ["a"], "action": "note"},
        {"ids": ["a"], "action": "snooze", "until": "2020-01-01T00:00:00Z"},
        {"ids": ["a"], "action": "label", "category": "Not One"},
    ],
)
def test_a_call_that_makes_no_sense_is_refused_as_a_whole(world: World, body: Any) -> None:
    problem_of(staff(world).post("/v1/conversations/bulk", body), 400)


# --- audit ---------------------------------------------------------------------------------------


def lines(someone: Staff, query: str = "") -> list[dict[str, Any]]:
    answer = someone.get(f"/v1/audit{query}")
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.json["lines"]
    return found


def test_every_change_is_told_with_who_when_and_what_but_no_words(world: World) -> None:
    one, someone = case(world), staff(world, name="Deniz")
    someone.post(f"/v1/conversations/{one}/notes", {"text": "Gizli söz"})
    world.now += timedelta(seconds=1)
    someone.patch(f"/v1/conversations/{one}", {"labels": ["vip"]})
    world.now += timedelta(seconds=1)
    bulk(someone, [one], "resolve")
    found = lines(someone)
    assert [(line["route"], line["by"], line["status"]) for line in found] == [
        ("POST /v1/conversations/{conversation_id}/notes", "Deniz", 201),
        ("PATCH /v1/conversations/{conversation_id}", "Deniz", 200),
        ("POST /v1/conversations/bulk", "Deniz", 200),
    ]
    assert found[0]["ids"] == {"conversation_id": one}
    assert found[0]["fields"] == ["text"]
    assert found[2]["facts"] == {"action": "resolve", "ids": [one]}
    assert len(found[0]["key"]) == 12
    kept = str(world.items("audit"))
    assert "Gizli" not in kept
    assert someone.key not in kept


def test_what_reads_and_what_is_refused_leaves_no_line(world: World) -> None:
    one, someone = case(world), staff(world)
    someone.get(f"/v1/conversations/{one}")
    someone.post(f"/v1/conversations/{one}/notes", {"text": " "})
    someone.post("/v1/canned/none/render", {})
    staff(world, "").post(f"/v1/conversations/{one}/notes", {"text": "x"})
    assert lines(someone) == []


def test_the_trail_is_read_by_day_and_person_and_thing(world: World) -> None:
    assert world.wiring.table
    first, second = kept_case(1), kept_case(2)
    deniz, ege = staff(world, name="Deniz"), staff(world, name="Ege")
    for number, someone in enumerate((deniz, ege, deniz)):
        world.now = START + timedelta(days=number)
        someone.post(f"/v1/conversations/{first}/notes", {"text": "x"})
        bulk(someone, [second], "note", text="x")
    assert len(lines(deniz, "?day=2026-11-23")) == 2
    assert lines(deniz, "?day=2026-11-23&by=Ege") == []
    assert [line["by"] for line in lines(deniz, "?day=2026-11-24")] == ["Ege", "Ege"]
    assert len(lines(deniz, f"?day=2026-11-24&id={second}")) == 1
    assert [len(page) for page in deniz.pages("/v1/audit", "lines", limit=1)][:2] == [1, 1]
    assert "day" in problem_of(deniz.get("/v1/audit?day=gestern"), 400)
    problem_of(staff(world, "conversations:*").get("/v1/audit"), 403)


def test_lines_go_by_themselves_after_the_playbooks_time(world: World) -> None:
    one, someone = case(world), staff(world)
    someone.post(f"/v1/conversations/{one}/notes", {"text": "x"})
    (row,) = world.items("audit")
    keep = world.playbook.audit.keep
    assert int(row["expires_at"]) == int((world.now + keep).timestamp())


def test_a_line_that_cannot_be_kept_is_logged_and_the_answer_stays(world: World) -> None:
    one, someone = case(world), staff(world)
    with logged(world) as log, failing("PutItem", "ProvisionedThroughputExceededException"):
        answer = someone.post(f"/v1/conversations/{one}/notes", {"text": "Gizli söz"})
    assert answer.status == 201
    assert "audit line not kept" in log.getvalue()
    assert "AuditLinesLost" in log.getvalue()
    assert "Gizli" not in log.getvalue()


def test_few_of_many_lines_are_found_page_by_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert world.wiring.table
    one = kept_case(1)
    many, few = staff(world, name="Many"), staff(world, name="Few")
    monkeypatch.setattr(audit, "PAGE", 2)
    for _ in range(12):
        world.now += timedelta(seconds=1)
        many.post(f"/v1/conversations/{one}/notes", {"text": "x"})
    few.post(f"/v1/conversations/{one}/notes", {"text": "x"})
    pages = many.pages("/v1/audit?by=Few", "lines", limit=5)
    assert [line["by"] for page in pages for line in page] == ["Few"]
