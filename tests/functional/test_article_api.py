"""Articles through the staff API: versions, limits, and which would answer a question."""

import json
from typing import Any

import pytest

from chalicelib.errors import Contention
from chalicelib.store import articles as store
from tests.support import articles
from tests.support.aws_calls import counted
from tests.support.http_calls import problem_of, staff
from tests.support.world import World

HOURS: dict[str, Any] = {
    "texts": {"tr": {"title": "Kaçta açılıyorsunuz?", "body": "Her gün 9'da."}},
    "category": "product_question",
}
URL = "/v1/articles/hours"


def with_body(text: str, **more: Any) -> dict[str, Any]:
    return {"texts": {"tr": {"title": "Kaçta açılıyorsunuz?", "body": text}}, **more}


def test_an_article_is_kept_with_every_version_there_was(world: World) -> None:
    someone = staff(world)
    assert someone.put(URL, HOURS).json["version"] == 1
    changed = someone.put(URL, with_body("Her gün 10'da."))
    assert (changed.json["version"], changed.json["category"]) == (2, None)
    assert someone.get(URL).json == changed.json | {"by_version": []}
    versions = someone.get(f"{URL}/versions").json["articles"]
    bodies = [one["texts"]["tr"]["body"] for one in versions]
    assert bodies == ["Her gün 10'da.", "Her gün 9'da."]
    assert all(one["updated_by"] for one in versions)


def test_the_same_again_is_no_new_version(world: World) -> None:
    someone = staff(world)
    assert [someone.put(URL, HOURS).json["version"] for _ in range(3)] == [1, 1, 1]
    assert store.revision() == 1


def test_versions_come_page_by_page(world: World) -> None:
    someone = staff(world)
    for hour in range(5):
        someone.put(URL, with_body(f"Saat {hour}."))
    seen, cursor = [], ""
    while cursor is not None:
        page = someone.get(f"{URL}/versions?limit=2{cursor and f'&cursor={cursor}'}").json
        seen += [one["version"] for one in page["articles"]]
        cursor = page.get("next_cursor")
    assert seen == [5, 4, 3, 2, 1]


def test_one_taken_back_is_there_for_staff_and_comes_back_by_put(world: World) -> None:
    someone = staff(world)
    someone.put(URL, HOURS)
    for _ in range(2):
        gone = someone.send("DELETE", URL, None)
        assert (gone.status, gone.json["published"], gone.json["version"]) == (200, False, 2)
    assert someone.get("/v1/articles").json["articles"][0]["published"] is False
    assert someone.put(URL, HOURS).json["published"] is True


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (with_body("Saat <b>9</b>."), "texts.tr.body, line 1: '<b>' is HTML"),
        (with_body("x" * 2001), "2001 characters are too many"),
        (with_body(""), "texts.tr.body: it is empty"),
        ({"texts": {}}, "write the article in tr or en"),
        (with_body("9.", category="hours"), "category: the playbook has no 'hours'"),
        ({"texts": {"tr": {"title": "a", "body": "b", "html": "c"}}}, "unknown field `html`"),
        ({"title": "a"}, "unknown field `title`"),
        ("[]", "Expected `object`"),
    ],
)
def test_what_is_no_article_is_refused_naming_the_place(world: World, body: Any, told: str) -> None:
    assert told in problem_of(staff(world).put(URL, body), 400)
    assert not world.items("article")


@pytest.mark.parametrize("name", ["Saat", "a b", "ş", "-"])
def test_an_id_that_is_none_is_refused(world: World, name: str) -> None:
    assert staff(world).put(f"/v1/articles/{name}", HOURS).status == 400


def test_of_two_writers_at_once_one_has_to_repeat(world: World) -> None:
    someone = staff(world)
    someone.put(URL, HOURS)
    present = store.get("hours")
    with pytest.raises(Contention, match="repeat the call"):
        store.put(present, known=0)


def test_unknown_articles_are_not_found(world: World) -> None:
    someone = staff(world)
    for path in (URL, f"{URL}/versions"):
        assert someone.get(path).status == 404
    assert someone.send("DELETE", URL, None).status == 404
    assert someone.get(f"{URL}/versions?cursor=x").status == 400


def test_a_key_for_reading_does_not_write(world: World) -> None:
    reader = staff(world, "articles:read")
    assert reader.put(URL, HOURS).status == 403
    assert reader.get("/v1/articles").status == 200


def test_a_question_shows_what_would_be_done_and_why(world: World) -> None:
    articles.publish(world)
    someone = staff(world)
    sure = someone.post("/v1/articles/search", {"question": "kargom nerde"}).json
    assert (sure["does"], sure["found"][0]["id"]) == ("answer", "where-is-my-order")
    assert sure["found"][0]["words"][0] == "kargo"
    close = someone.post("/v1/articles/search", {"question": "siparişim hakkında"}).json
    assert close["does"] == "offer"
    none = someone.post("/v1/articles/search", {"question": "pazar günü açık mısınız"}).json
    assert (none["does"], none["reason"]) == ("hand_off", "unsure")
    hello = someone.post("/v1/articles/search", {"question": "Merhaba"}).json
    assert hello["does"] == "wait"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"question": " "}, "question: write 1 to 2000 characters"),
        ({"question": "x" * 2001}, "question: write 1 to 2000 characters"),
        ({"question": "x", "language": "de"}, "language: write one of tr, en"),
        ({}, "question"),
    ],
)
def test_a_question_that_is_none_is_refused(world: World, body: dict[str, str], told: str) -> None:
    assert told in problem_of(staff(world).post("/v1/articles/search", body), 400)


def test_a_change_is_found_within_half_a_minute_and_costs_one_read_until_then(
    world: World,
) -> None:
    seconds = [0.0]
    world.restart(monotonic=lambda: seconds[0])
    articles.publish(world)
    someone, asked = staff(world), {"question": "mesainiz"}
    assert someone.post("/v1/articles/search", asked).json["found"] == []
    someone.put(URL, {"texts": {"tr": {"title": "Mesai saatleri", "body": "9-18"}}})
    seconds[0] = 29
    with counted() as calls:
        assert someone.post("/v1/articles/search", asked).json["found"] == []
    assert not _reads(calls)
    seconds[0] = 31
    assert someone.post("/v1/articles/search", asked).json["found"][0]["id"] == "hours"
    seconds[0] = 62
    with counted() as calls:
        someone.post("/v1/articles/search", asked)
    assert len(_reads(calls)) == 1


def _reads(calls: list[str]) -> list[str]:
    """Staff's calls are written down elsewhere: only what is read counts here."""
    return [one for one in calls if one in ("BatchGetItem", "GetItem", "Query")]


def test_what_is_kept_holds_no_customer(world: World) -> None:
    articles.publish(world)
    assert "cus_" not in json.dumps(world.items("article"), default=str)
