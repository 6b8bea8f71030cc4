"""Conversations to route, and people to route them to."""

from datetime import timedelta
from typing import Any

import msgspec

from chalicelib import events
from chalicelib.playbook import Playbook
from chalicelib.store import agents, conversations
from chalicelib.store.records import Conversation
from chalicelib.store.routing_records import Agent
from tests.support.http_calls import deliver
from tests.support.webhook_calls import telegram_message
from tests.support.world import World


def without_understanding(world: World) -> None:
    """A brand whose messages all go to people: nothing labels or answers them."""
    world.playbook = msgspec.structs.replace(world.playbook, triage=None)
    world.restart()


def with_playbook(world: World, **sections: Any) -> Playbook:
    world.playbook = msgspec.structs.replace(world.playbook, **sections)
    world.restart()
    return world.playbook


def agent(world: World, name: str, *teams: str, presence: str = "online", **more: Any) -> Agent:
    """Somebody of these teams (by default the care team), who is there."""
    made = Agent(id=name, name=name.title(), teams=teams or ("care",), **more)
    world.wiring.staffing.put(made)
    if presence != "offline":
        world.wiring.staffing.be(name, presence)  # type: ignore[arg-type]
    world.settle()
    return agents.get(name)


def write(world: World, number: int, sender: int | None = None) -> str:
    """A customer (a new one for each number) writes; the id of their conversation."""
    who = sender or 5000 + number
    deliver("telegram", telegram_message(number, world.now, sender=who), world.now)
    world.settle()
    return of(world, who)


def of(world: World, sender: int) -> str:
    (identity,) = [one for one in world.items("identity") if one["pk"].endswith(f":{sender}")]
    case: str = identity["conversation_id"]
    return case


def case(conversation_id: str) -> Conversation:
    return conversations.get(conversation_id)


def publish(world: World, data: events.Data, *parts: str) -> None:
    """Tell the bus of something, and let follow what follows."""
    world.wiring.bus.publish([events.event(data, *parts, at=world.now)])
    world.settle()


def hand_off(world: World, conversation_id: str, reason: str = "unsure") -> None:
    found = case(conversation_id)
    handed = events.HandedOff(
        conversation_id=found.id, customer_id=found.customer_id, at=world.now, reason=reason
    )
    publish(world, handed, found.id, reason)


def answer(world: World, conversation_id: str, text: str = "Bakıyoruz.") -> None:
    """A person answers, from the staff API."""
    from tests.support.http_calls import staff

    sent = staff(world).post(f"/v1/conversations/{conversation_id}/messages", {"text": text})
    assert sent.status == 202, sent.text
    world.settle()


def told(world: World, kind: str) -> list[dict[str, Any]]:
    """The data of the events of a kind that were told since the last look."""
    return [one["detail"]["data"] for one in world.events() if one["detail-type"] == kind]


def lines(world: World, change: str) -> list[str]:
    """The texts of the lines of a kind in all conversations."""
    found = [e for e in world.items("entry") if e["kind"] == "conversation"]
    return [e["text"] for e in found if f'"change":"{change}"' in e["details"]]


def assert_exact(world: World) -> None:
    """Every agent's count is what is theirs; nobody has more than they may; whatever waits is in
    exactly the queue it says."""
    cases = [c for c in world.items("conversation") if c["status"] == "open"]
    held = world.items("held")
    for one in world.items("agent"):
        name = one["pk"].removeprefix("AGENT#")
        mine = {c["pk"] for c in cases if c.get("held_by") == name}
        assert one["open"] == len(mine), name
        assert {h["sk"] for h in held if h["pk"] == one["pk"]} == mine
    queued = {(c["pk"], c["queued"]) for c in cases if "queued" in c}
    rows = world.items("waiting")
    places = {(f"V#{w['conversation_id']}", f"{w['pk'][6:]}#{w['sk']}") for w in rows}
    assert places == queued
    over = [c for c in world.items("conversation") if c["status"] != "open"]
    assert not any("held_by" in c or "queued" in c for c in over)


HOUR = timedelta(hours=1)
