"""A customer's message, understood: labels on the conversation, each told with its reasons."""

import json
from datetime import timedelta
from typing import Any

from chalicelib.store import conversations
from tests.support.http_calls import staff
from tests.support.webhook_calls import queued, whatsapp_message
from tests.support.world import World


def says(world: World, text: str, name: str = "wamid.in.1", *, late: float = 0) -> None:
    at = world.now - timedelta(minutes=late)
    world.put("inbound", queued("whatsapp", whatsapp_message(name, at, text=text), world.now))
    world.settle()


def case(world: World) -> dict[str, Any]:
    (found,) = staff(world).get("/v1/conversations").json["conversations"]
    return dict(found)


def triaged(world: World) -> list[dict[str, Any]]:
    return [e["detail"]["data"] for e in world.events() if e["detail-type"] == "MessageTriaged"]


def test_a_message_labels_its_conversation_and_says_why(world: World) -> None:
    says(world, "Acil! Kargom nerede, hala gelmedi, rezalet")
    found = case(world)
    assert (found["category"], found["language"]) == ("order_status", "tr")
    assert (found["sentiment"], found["severity"], found["priority"]) == (
        "negative", "warning", "high",
    )  # fmt: skip
    (told,) = triaged(world)
    assert told["urgent"]
    assert any("kargom" in line for line in told["why"])


def test_told_twice_it_is_one_event(world: World) -> None:
    says(world, "iade etmek istiyorum")
    events = world.events()
    (received,) = [e for e in events if e["detail-type"] == "MessageReceived"]
    ids = {e["detail"]["metadata"]["id"] for e in events if e["detail-type"] == "MessageTriaged"}
    world.put("reactions", json.dumps(received))
    world.settle()
    again = [e for e in world.events() if e["detail-type"] == "MessageTriaged"]
    assert {e["detail"]["metadata"]["id"] for e in again} == ids


def test_what_a_person_said_it_is_about_stays(world: World) -> None:
    says(world, "iade etmek istiyorum")
    conversations.change(case(world)["id"], {"category": "warranty", "category_by": "Elif"})
    world.now += timedelta(minutes=1)
    says(world, "faturam nerede", "wamid.in.2")
    assert (case(world)["category"], case(world)["category_by"]) == ("warranty", "Elif")


def test_an_unsure_message_leaves_what_an_earlier_one_said(world: World) -> None:
    says(world, "iade etmek istiyorum")
    world.now += timedelta(minutes=1)
    says(world, "👍", "wamid.in.2")
    assert case(world)["category"] == "return"
    assert case(world)["language"] == "tr"


def test_of_messages_that_come_in_reverse_the_later_one_sets_the_mood(world: World) -> None:
    says(world, "çok teşekkürler, harika", "wamid.in.2")
    world.now += timedelta(minutes=1)
    says(world, "rezalet bu ya", "wamid.in.1", late=5)
    assert case(world)["sentiment"] == "positive"
    assert len(triaged(world)) == 2


def test_a_message_without_words_is_triaged_too(world: World) -> None:
    says(world, "😀")
    (told,) = triaged(world)
    assert (told["language"], told.get("category")) == ("unknown", None)
