"""Search: what customers wrote is found by words, as long as the playbook says, and no longer."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from chalicelib.clock import iso
from chalicelib.search import finding
from chalicelib.store import searching, word_rows
from tests.functional.test_beside import ayse, revoked
from tests.functional.test_canned import order
from tests.functional.test_case_labels import arrive
from tests.support.aws_calls import counted
from tests.support.http_calls import Staff, problem_of, staff
from tests.support.webhook_calls import chat_message, whatsapp_message
from tests.support.world import World


def wrote(world: World, text: str, number: int = 1, sender: str = "905321112201") -> None:
    message = whatsapp_message(f"wamid.in.{number}", world.now, text=text, sender=sender)
    arrive(world, "whatsapp", message)


def texts(someone: Staff, query: str, more: str = "") -> list[str]:
    answer = someone.get(f"/v1/search?q={quote(query)}{more}")
    assert answer.status == 200, answer.text
    return [one["text"] for one in answer.json["messages"]]


def test_a_message_is_found_by_any_of_its_words_however_typed(world: World) -> None:
    wrote(world, "Siparişim İADE edilecek, kargo gelmedi")
    someone = staff(world)
    for query in ("siparis", "SİPARİŞİM", "iade", "edil kargo", "gelmedi siparişim"):
        assert len(texts(someone, query)) == 1, query
    for query in ("iptal", "siparis iptal", "rgo", "siparisimiz"):
        assert texts(someone, query) == [], query
    (found,) = someone.get("/v1/search?q=siparis").json["messages"]
    (conversation,) = world.items("conversation")
    assert found["conversation_id"] == conversation["pk"].removeprefix("V#")


def test_the_latest_come_first_page_by_page(world: World) -> None:
    for number in range(7):
        wrote(world, f"kargo {'abcdefg'[number] * 3}", number)
        world.now += timedelta(days=3)
    someone = staff(world)
    pages = someone.pages("/v1/search?q=kargo", "messages", limit=3)
    found = [one["text"][-3:] for page in pages for one in page]
    assert found == ["ggg", "fff", "eee", "ddd", "ccc", "bbb", "aaa"]


def test_a_search_is_narrowed_by_time_and_customer(world: World) -> None:
    wrote(world, "kargo bir", 1)
    first = world.now
    world.now += timedelta(days=10)
    wrote(world, "kargo iki", 2)
    wrote(world, "kargo üç", 3, sender="905321112299")
    someone = staff(world)
    assert texts(someone, "kargo", f"&to={iso(first + timedelta(days=1))}") == ["kargo bir"]
    assert len(texts(someone, "kargo", f"&from={iso(first + timedelta(days=1))}")) == 2
    who = someone.get("/v1/customers?identity=phone:905321112299").json["id"]
    assert texts(someone, "kargo", f"&customer_id={who}") == ["kargo üç"]
    problem_of(someone.get("/v1/search?q=kargo&customer_id=none"), 404)


def test_words_go_after_the_playbooks_time(world: World) -> None:
    wrote(world, "kargo gelmedi")
    assert world.playbook.search
    keep = world.playbook.search.keep
    for row in world.items("word"):
        assert int(row["expires_at"]) == int((world.now + keep).timestamp())
    world.now += keep + timedelta(seconds=1)
    assert texts(staff(world), "kargo") == []


def test_a_repeated_event_adds_nothing_and_a_message_costs_a_bounded_number_of_items(
    world: World,
) -> None:
    from chalicelib.consequences.finding import index_words
    from chalicelib.consequences.hands import Happened
    from chalicelib.events import MessageReceived

    wrote(world, " ".join(f"kelime{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(300)))
    (entry,) = [row for row in world.items("entry") if row.get("direction") == "in"]
    assert len(world.items("word")) == 25
    received = MessageReceived(
        message_key=entry["pk"].removeprefix("E#"),
        customer_id=entry["gsi1pk"].removeprefix("C#"),
        conversation_id=entry["conversation_id"],
        channel="whatsapp",
        at=world.now,
    )
    with counted() as requests:
        index_words(Happened(id="x", at=world.now, data=received), world.wiring.hands)
    assert requests == ["BatchGetItem", "BatchWriteItem", "BatchGetItem"]
    assert len(world.items("word")) == 25


def test_a_message_that_is_to_be_forgotten_is_found_no_more(world: World) -> None:
    wrote(world, "gizli kelime")
    (entry,) = [row for row in world.items("entry") if row.get("direction") == "in"]
    assert texts(staff(world), "gizli") == ["gizli kelime"]
    searching.forget(entry["pk"].removeprefix("E#"))
    assert world.items("word") == []
    assert texts(staff(world), "gizli") == []
    searching.forget("none")


def test_what_was_taken_back_on_the_platform_is_found_no_more_and_its_words_go(
    world: World,
) -> None:
    ayse(world)
    assert world.items("word")
    assert len(texts(staff(world), "merhaba")) == 1
    for _ in range(2):
        world.put("inbound", revoked(world, 1))
        world.settle()
    assert texts(staff(world), "merhaba") == []
    assert world.items("word") == []


def test_orders_are_found_by_their_names(world: World) -> None:
    about: dict[str, Any] = {"email": "ayse@ornek.example", "email_verified": True}
    arrive(world, "chat", chat_message("m-1", world.now, text="1001 nerede", **about))
    order(world)
    someone = staff(world)
    for query in ("#1001", "1001"):
        found = someone.get(f"/v1/search?q={quote(query)}").json
        assert [one["name"] for one in found["orders"]] == ["#1001"]
        assert [one["text"] for one in found["messages"]] == ["1001 nerede"]
    assert someone.get("/v1/search?q=1002").json == {"messages": []}


def test_a_search_costs_two_queries_a_week_at_most_whatever_there_is(world: World) -> None:
    for number in range(5):
        wrote(world, "kargo gelmedi", number)
    someone = staff(world)
    texts(someone, "kargo")
    with counted() as requests:
        texts(someone, "kargo")
    assert requests.count("BatchGetItem") == 1
    # 14 weeks; orders and customers of this name.
    assert requests.count("Query") <= 14 + 2
    with counted() as requests:
        texts(someone, "kargo gelmedi siparis iade")
    assert requests.count("Query") <= 2 * 14 + 3


def test_many_that_hardly_fit_are_looked_through_page_by_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST_READ", 2)
    monkeypatch.setattr(finding, "READ", 2)
    long = " ".join(f"uzunkelime{chr(97 + n)}" for n in range(15))
    for number in range(5):
        rare = "az" + "xyz" if number == 0 else "baska"
        wrote(world, f"{long} {rare}", number)
        world.now += timedelta(minutes=1)
    pages = staff(world).pages("/v1/search?q=uzunkelime%20azxyz", "messages", limit=5)
    assert sum(map(len, pages)) == 1
    assert len(pages) > 1


def test_without_a_search_in_the_playbook_nothing_is_kept(world: World) -> None:
    world.playbook = msgspec.structs.replace(world.playbook, search=None)
    world.restart()
    wrote(world, "kargo gelmedi")
    assert world.items("word") == []
    assert "playbook" in problem_of(staff(world).get("/v1/search?q=kargo"), 409)


def test_of_frequent_words_the_very_one_comes_before_longer_ones(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_rows, "MOST_ROWS", 3)
    wrote(world, "kargo nerede", 1)
    for number in range(2, 6):
        world.now += timedelta(minutes=1)
        wrote(world, "kargom gelmedi", number)
    found = texts(staff(world), "kargo")
    assert "kargo nerede" in found
    assert len(found) == 3


@pytest.mark.parametrize("query", ["", "?q=", "?q=a", "?q=%23%23", "?q=kargo&from=yesterday"])
def test_a_search_that_makes_no_sense_is_refused(world: World, query: str) -> None:
    problem_of(staff(world).get(f"/v1/search{query}"), 400)
