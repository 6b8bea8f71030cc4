"""Messages into the inbox, one batch at a time, and what the inbox has made of them."""

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.support.faults import Call, Hook, watched
from tests.support.world import World


def ingest(
    world: World, before: Hook | None = None, after: Hook | None = None, limit: int = 10
) -> list[Call]:
    """One batch of `inbound` through the deployed handler, its AWS calls watched. On an error,
    what it didn't delete itself is in the queue again, as Lambda leaves it."""
    records = world.take("inbound", limit)
    try:
        with watched(before, after) as calls:
            world.invoke("ingest", records)
    except BaseException:
        world.reappear("inbound", records)
        raise
    world.delete("inbound", records)
    return calls


def drain(world: World, rounds: int = 30) -> None:
    """Batches of `inbound` until it is empty."""
    for _ in range(rounds):
        if not world.work("ingest", "inbound"):
            return
    raise AssertionError("inbound never became empty")


def state(world: World) -> dict[str, Any]:
    """What is kept, without the names that are random: customers go by the handles that lead to
    them, conversations by their customer and beginning, what was sent by whom it went to."""
    identities = world.items("identity")
    known_as = {
        item["pk"].removeprefix("C#"): tuple(
            sorted(i["pk"] for i in identities if i["customer_id"] == item["pk"][2:])
        )
        for item in world.items("customer")
    }
    customers = {item["pk"].removeprefix("C#"): item for item in world.items("customer")}
    cases = {item["pk"].removeprefix("V#"): item for item in world.items("conversation")}
    return {
        "customers": sorted(
            (known_as[name], _contacts(item), _case(cases, item.get("open_conversation_id")))
            for name, item in customers.items()
        ),
        "conversations": sorted(
            (known_as[item["customer_id"]], *_case(cases, name)) for name, item in cases.items()
        ),
        "entries": {
            re.sub(r"(cnv|evt)_\w+", r"\1", item["pk"]): (
                known_as[item["gsi1pk"].removeprefix("C#")],
                _case(cases, item.get("conversation_id")),
                item["at"],
                item.get("text"),
                item["kind"],
            )
            for item in world.items("entry")
            if item["direction"] != "out"
        },
        "sent": sorted(
            known_as[item["gsi1pk"].removeprefix("C#")]
            for item in world.items("entry")
            if item["direction"] == "out"
        ),
        "notifications": sorted(
            (item["kind"], item["status"], known_as[item["customer_id"]])
            for item in world.items("notification")
        ),
    }


def _contacts(customer: Mapping[str, Any]) -> list[str]:
    return sorted(json.dumps(one, sort_keys=True) for one in json.loads(customer["contacts"]))


def _case(cases: Mapping[str, Mapping[str, Any]], name: str | None) -> tuple[str, ...]:
    if name is None:
        return ()
    case = cases[name]
    parts = ("status", "opened_at", "last_inbound_at", "channel", "account", "address")
    return (*(str(case.get(part, "")) for part in parts), str(case.get("inbound_count", 0)))


def told(events: list[dict[str, Any]]) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Events by id, as a subscriber sees them that remembers ids; a repeat must say the same."""
    seen: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for event in events:
        name = event["detail"]["metadata"]["id"]
        said = (event["detail-type"], event["detail"]["data"])
        assert seen.setdefault(name, said) == said, "one id, two stories"
    return seen


def announced(events: list[dict[str, Any]]) -> dict[str, list[str]]:
    """What the events say happened, once each: message keys and conversation ids by event type."""
    found: dict[str, list[str]] = {}
    for kind, data in told(events).values():
        about = data.get("message_key") or data.get("conversation_id") or ""
        found.setdefault(kind, []).append(str(about))
    return {kind: sorted(names) for kind, names in found.items()}


def assert_all_told(world: World, events: list[dict[str, Any]]) -> None:
    """Every kept message and every conversation has its event, and no event speaks of others."""
    said = announced(events)
    messages = [item for item in world.items("entry") if item["kind"] == "message"]
    inbound = [item["pk"].removeprefix("E#") for item in messages if item["direction"] == "in"]
    cases = [item["pk"].removeprefix("V#") for item in world.items("conversation")]
    assert said.get("MessageReceived", []) == sorted(inbound)
    assert said.get("ConversationOpened", []) == sorted(cases)
