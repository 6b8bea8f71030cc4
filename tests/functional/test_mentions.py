"""Who is named in a note is told, once, and finds it among their mentions until it is read."""

from datetime import timedelta
from typing import Any

from tests.support.aws_calls import counted, failing
from tests.support.http_calls import problem_of, staff
from tests.support.routing import agent, told, write
from tests.support.world import World


def mentions(world: World, name: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        staff(world).get(f"/v1/agents/{name}/mentions{query}").json["mentions"]
    )
    return found


def test_who_is_named_in_a_note_is_told_once_however_often_it_is_written(world: World) -> None:
    agent(world, "ada", presence="away")
    agent(world, "ege", presence="away")
    mine, desk = write(world, 1), staff(world, name="Deniz")
    world.events()
    body = {"text": "@Ada bakar mısın? @kimse bilmiyor", "mentions": ["ege"]}
    url = f"/v1/conversations/{mine}/notes"
    with failing("PutEvents", "InternalException"):
        assert desk.post(url, body, idempotency_key="k").status >= 500
    world.now += timedelta(minutes=1)
    notes = [desk.post(url, body, idempotency_key="k").json for _ in range(2)]
    assert notes[0] == notes[1]
    assert notes[0]["details"] == {"by": "Deniz", "mentions": ["ege", "ada"]}

    named = told(world, "AgentMentioned")
    assert {one["agent_id"] for one in named} == {"ada", "ege"}
    assert named[:2] == named[2:]
    assert "text" not in named[0]
    for name in ("ada", "ege"):
        (one,) = mentions(world, name)
        assert (one["conversation_id"], one["note_key"]) == (mine, notes[0]["key"])
        assert (one["by"], one["text"]) == ("Deniz", body["text"])
        assert "read_at" not in one


def test_mentions_are_listed_newest_first_and_read_once(world: World) -> None:
    agent(world, "ada", presence="away")
    mine, desk = write(world, 1), staff(world)
    for number in range(5):
        world.now += timedelta(minutes=1)
        desk.post(f"/v1/conversations/{mine}/notes", {"text": f"@ada {number}"})
    pages = desk.pages("/v1/agents/ada/mentions", "mentions", limit=2)
    assert [one["text"][-1] for page in pages for one in page] == ["4", "3", "2", "1", "0"]

    ids = [one["id"] for page in pages for one in page]
    url = "/v1/agents/ada/mentions/read"
    with counted() as requests:
        assert desk.post(url, {"ids": ids[:2]}).json == {"read": 2}
    assert requests.count("TransactWriteItems") == 1
    first = mentions(world, "ada")[0]["read_at"]
    world.now += timedelta(minutes=1)
    desk.post(url, {"ids": [ids[0], ids[0]]})
    assert mentions(world, "ada")[0]["read_at"] == first
    assert [one["id"] for one in mentions(world, "ada", "?unread=yes")] == ids[2:]
    assert len(mentions(world, "ada", "?unread=no")) == 5
    assert len(desk.pages("/v1/agents/ada/mentions?unread=yes", "mentions", limit=2)) == 2

    assert "none" in problem_of(desk.post(url, {"ids": [ids[2], "none"]}), 404)
    assert len(mentions(world, "ada", "?unread=yes")) == 3
    problem_of(desk.post(url, {"ids": []}), 400)
    problem_of(desk.get("/v1/agents/ada/mentions?unread=maybe"), 400)
    problem_of(desk.get("/v1/agents/none/mentions"), 404)
    problem_of(staff(world, "agents:read").get("/v1/agents/ada/mentions"), 403)


def test_a_name_that_nobody_has_is_refused_where_it_is_given_as_one(world: World) -> None:
    mine, desk = write(world, 1), staff(world)
    said = desk.post(f"/v1/conversations/{mine}/notes", {"text": "x", "mentions": ["Ege"]})
    assert "'Ege'" in problem_of(said, 400)
    plain = desk.post(f"/v1/conversations/{mine}/notes", {"text": "@Ege sordu"}).json
    assert "mentions" not in plain["details"]


def test_a_cursor_that_is_none_leads_to_nothing_else_and_is_never_refused(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)  # is in Ada's hands, beside her mentions
    staff(world).post(f"/v1/conversations/{mine}/notes", {"text": "@ada"})
    with counted() as requests:
        assert mentions(world, "ada", "?cursor=A") == []
    # DynamoDB refuses a range that ends before it begins.
    assert "Query" not in requests
    assert [one["conversation_id"] for one in mentions(world, "ada", "?cursor=zzz")] == [mine]
