"""Promises to customers: what is at risk or missed is told once, by a timer, at its moment."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from chalicelib import events
from chalicelib.clock import iso
from chalicelib.store import conversations
from chalicelib.store.records import Conversation, Pause
from tests.support import routing
from tests.support.http_calls import deliver, staff
from tests.support.routing import HOUR, agent, answer, assert_exact, case, lines, told, write
from tests.support.webhook_calls import telegram_message
from tests.support.world import START, World

MINUTE = timedelta(minutes=1)
TIMES = ("resolution_time", "resolution_time_running")


@pytest.fixture(autouse=True)
def people_answer(world: World) -> None:
    """Two in the afternoon of a Monday: four working hours are left, until 18:00."""
    routing.without_understanding(world)
    world.now = START + HOUR


def since(world: World, kind: str) -> list[tuple[str, str]]:
    return [(one["target"], one["due_at"]) for one in told(world, kind)]


def test_a_case_is_promised_an_answer_by_its_target(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    assert case(mine).waiting_since == world.now
    assert case(mine).promised_at == world.now + 4 * HOUR
    assert case(mine).step == "agree"
    (waiting, *_) = [at for at, _, body in world.schedules() if mine in body]
    assert waiting == world.now + 3 * HOUR


def test_the_team_is_warned_before_and_told_when_it_is_missed(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    world.events()

    world.advance(3 * HOUR)
    assert since(world, "SlaAtRisk") == [("first_response", "2026-11-23T15:00:00Z")]
    assert case(mine).priority is None
    assert lines(world, "sla_at_risk") == ["İlk yanıt 2026-11-23 15:00 UTC'ye kadar gerekli"]

    world.advance(HOUR)
    found = world.events()
    (missed,) = [e["detail"]["data"] for e in found if e["detail-type"] == "SlaMissed"]
    assert (missed["target"], missed["team"], missed["assignee"]) == (
        "first_response",
        "care",
        "ada",
    )
    assert not [e for e in found if e["detail-type"] == "SlaAtRisk"]
    assert case(mine).priority == "high"


def test_nothing_is_told_once_it_was_answered_in_time(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    world.advance(2 * HOUR)
    answer(world, mine)
    world.events()
    assert (case(mine).waiting_since, case(mine).promised_at) == (None, None)
    assert case(mine).step == "solve"

    world.advance(5 * HOUR)
    assert since(world, "SlaAtRisk") == []
    assert "longer" not in {one.split(":")[2] for one in world.outcomes() if ":longer:" in one}


def test_the_next_answer_has_a_time_of_its_own(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    world.advance(HOUR)
    answer(world, mine)
    world.now += MINUTE
    write(world, 2, sender=5001)
    assert case(mine).promised_at == case(mine).waiting_since + timedelta(hours=23)  # type: ignore[operator]


def test_a_customer_hears_that_it_takes_longer_as_often_as_the_playbook_says(
    world: World,
) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    world.platforms.posts.clear()

    world.advance(4 * HOUR)
    (first,) = world.platforms.texts
    assert "Salı 11:00" in first
    assert "unutmadık" in first
    assert case(mine).promised_at == START + timedelta(hours=22)
    assert lines(world, "longer")[0].endswith("2026-11-24 08:00 UTC")

    world.advance(timedelta(days=3))
    assert len(world.platforms.texts) == 2
    assert len(lines(world, "longer")) == 2
    assert since(world, "SlaMissed").count(("first_response", "2026-11-23T15:00:00Z")) == 1


def test_who_was_answered_at_the_last_moment_hears_of_no_delay(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    world.advance(4 * HOUR - MINUTE)
    answer(world, mine)
    world.platforms.posts.clear()
    world.advance(2 * HOUR)
    assert world.platforms.texts == []


def test_a_solution_is_due_and_a_case_that_is_open_again_has_its_time_anew(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    answer(world, mine)
    world.now += MINUTE
    write(world, 2, sender=5001)
    world.events()
    world.advance(timedelta(days=7))
    missed = [name for name, _ in since(world, "SlaMissed")]
    assert missed == ["next_response", "resolution"]

    world.wiring.cases.resolve(mine, "ada")
    world.settle()
    assert case(mine).priority is None
    world.wiring.cases.reopen(mine, "ada")
    world.settle()
    world.events()
    world.advance(HOUR)
    assert since(world, "SlaMissed") == []
    world.advance(timedelta(days=7))
    assert [name for name, _ in since(world, "SlaMissed")] == ["resolution"]


def test_a_late_timer_tells_what_was_missed_and_no_warning_any_more(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    world.events()
    (body, *_) = [body for _, _, body in world.schedules() if mine in body]
    world.now += 6 * HOUR
    for _ in range(2):
        world.put("reactions", body)
        world.settle()
    found = [e for e in world.events() if e["detail-type"].startswith("Sla")]
    assert [one["detail-type"] for one in found] == ["SlaMissed"]


def test_an_answer_is_told_with_how_long_it_was_waited_for(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    asked = world.now
    world.now += HOUR
    write(world, 2, sender=5001)
    world.now += HOUR
    world.events()
    answer(world, mine, "Bir")
    world.now += MINUTE
    answer(world, mine, "İki")

    first, second = told(world, "ConversationAnswered")
    assert (first["first"], first["bot"], first["by"]) == (True, False, "Support desk")
    assert first["waited_since"] == "2026-11-23T11:00:00Z"
    assert asked == case(mine).opened_at
    assert (second["first"], second["waited_since"]) == (False, None)
    assert case(mine).answered_at == asked + 2 * HOUR
    assert case(mine).replied_at == asked + 2 * HOUR + MINUTE


def test_news_of_an_answer_twice_or_before_that_of_the_message_tell_the_same(
    world: World,
) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    world.now += HOUR
    answer(world, mine)
    found = world.events()
    (sent,) = [
        e for e in found if e["detail-type"] == "NotificationSent"
        and e["detail"]["data"]["kind"] == "reply"
    ]  # fmt: skip
    (received,) = [e for e in found if e["detail-type"] == "MessageReceived"]
    (before,) = [e for e in found if e["detail-type"] == "ConversationAnswered"]
    state = case(mine)

    for one in (sent, received, sent):
        world.put("reactions", msgspec.json.encode(one).decode())
        world.settle()
    assert case(mine) == state
    again = [e for e in world.events() if e["detail-type"] == "ConversationAnswered"]
    assert [one["detail"] for one in again] == [before["detail"]] * 2


def test_a_message_whose_news_came_late_was_waited_for_all_the_same(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    # As if nothing had been heard of it yet.
    conversations.change(mine, {"waiting_since": None, "promised_at": None})
    world.now += HOUR
    world.events()
    answer(world, mine)
    (one,) = told(world, "ConversationAnswered")
    assert one["waited_since"] == "2026-11-23T11:00:00Z"


def test_news_of_an_answer_leave_who_wrote_since_waiting(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    world.now += HOUR
    sent = staff(world).post(f"/v1/conversations/{mine}/messages", {"text": "Evet"})
    assert sent.status == 202
    world.work("deliver", "due")
    held = world.take("reactions")
    world.now += HOUR
    again = write(world, 2, sender=5001)
    world.reappear("reactions", held)
    world.settle()
    assert again == mine
    assert case(mine).waiting_since == world.now
    assert case(mine).promised_at is not None


def test_the_steps_say_where_a_case_stands_and_what_is_said_there(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    found = staff(world).get(f"/v1/conversations/{mine}/steps").json
    assert found["step"] == "agree"
    said: dict[str, Any] = {one["step"]: one for one in found["steps"]}
    assert list(said) == ["greet", "understand", "agree", "solve", "close"]
    assert said["agree"]["current"] is True
    assert "en geç 18:00 itibarıyla" in said["agree"]["text"]
    assert said["greet"]["text"].startswith("Merhaba Mehmet")


def test_who_said_they_were_not_helped_waits_for_an_answer(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    answer(world, mine)
    world.wiring.cases.resolve(mine, "ada")
    world.settle()
    world.now += HOUR
    world.wiring.cases.not_helped(mine, resolution=1, survey_id="srv1")
    world.settle()
    assert case(mine).waiting_since == world.now
    assert case(mine).promised_at is not None
    assert case(mine).assignee == "ada"
    assert_exact(world)


def test_without_targets_nothing_is_promised_but_answers_are_told(world: World) -> None:
    routing.with_playbook(world, sla=None, teams=(), tiers=(), steps=None)
    mine = write(world, 1)
    assert (case(mine).promised_at, world.schedules()) == (None, [])
    world.events()
    answer(world, mine)
    assert len(told(world, "ConversationAnswered")) == 1
    assert events.ConversationRouted.__name__ not in {e["detail-type"] for e in world.events()}


def test_what_was_missed_while_it_waits_is_taken_before_others(world: World) -> None:
    mine = write(world, 1)
    assert str(case(mine).queued).startswith("care#2#")
    world.advance(4 * HOUR)
    assert case(mine).priority == "high"
    assert str(case(mine).queued).startswith("care#0#")
    assert_exact(world)


# --- pauses ---------------------------------------------------------------------------------------


def view(world: World, conversation_id: str) -> dict[str, Any]:
    found: dict[str, Any] = staff(world).get(f"/v1/conversations/{conversation_id}").json
    return found


def put_off(world: World, conversation_id: str, until: datetime | None) -> None:
    body = {"until": until.isoformat() if until else None}
    said = staff(world).post(f"/v1/conversations/{conversation_id}/snooze", body)
    assert said.status == 200, said.text
    world.settle()


def handed(conversation_id: str, at: datetime) -> events.HandedOff:
    return events.HandedOff(
        conversation_id=conversation_id,
        customer_id=case(conversation_id).customer_id,
        at=at,
        reason="not_helped",
    )


def test_the_time_for_a_solution_stands_still_while_it_is_the_customers_turn(
    world: World,
) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    # 27 working hours from Monday 14:00: four, two whole days, five.
    assert view(world, mine)["due_at"]["resolution"] == "2026-11-26T11:00:00Z"
    world.advance(HOUR)
    answer(world, mine)
    waits = view(world, mine)
    assert "due_at" not in waits
    assert waits["paused_since"] == "2026-11-23T12:00:00Z"
    assert waits["paused_because"] == ["customer"]
    world.events()
    world.advance(timedelta(days=7))
    assert since(world, "SlaMissed") == since(world, "SlaAtRisk") == []

    # A week later they write, at two in the afternoon again: one hour of the 27 had been used.
    world.now = START + timedelta(days=7) + HOUR
    write(world, 2, sender=5001)
    runs = view(world, mine)
    assert runs["due_at"]["resolution"] == "2026-12-03T10:00:00Z"
    assert "paused_since" not in runs
    world.advance(timedelta(days=4))
    assert ("resolution", "2026-12-03T10:00:00Z") in since(world, "SlaMissed")


def test_the_time_for_a_solution_stands_still_while_it_is_put_off_and_runs_on_after(
    world: World,
) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    answer(world, mine)
    world.now += MINUTE
    write(world, 2, sender=5001)
    put_off(world, mine, START + timedelta(days=1, hours=1))
    shown = view(world, mine)
    assert shown["paused_because"] == ["snoozed"]
    # One working day later than without; the answer is due as ever.
    assert shown["due_at"]["resolution"] == "2026-11-27T11:00:00Z"
    assert shown["due_at"]["next_response"] == "2026-11-24T10:01:00Z"

    put_off(world, mine, None)
    assert view(world, mine)["due_at"]["resolution"] == "2026-11-26T11:01:00Z"
    world.events()
    world.advance(timedelta(days=3, hours=1))
    assert ("resolution", "2026-11-26T11:01:00Z") in since(world, "SlaMissed")


def test_a_message_ends_what_is_put_off_and_its_time_runs_on(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    answer(world, mine)
    put_off(world, mine, START + timedelta(days=60))
    assert view(world, mine)["paused_because"] == ["customer", "snoozed"]
    world.now += HOUR
    write(world, 2, sender=5001)
    assert view(world, mine)["due_at"]["resolution"] == "2026-11-26T12:00:00Z"
    world.events()
    world.advance(timedelta(days=4))
    assert ("resolution", "2026-11-26T12:00:00Z") in since(world, "SlaMissed")


def test_who_is_handed_to_a_person_after_an_answer_does_not_hold_it_up(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    answer(world, mine)
    assert view(world, mine)["paused_because"] == ["customer"]
    world.now += HOUR
    for _ in range(2):
        routing.hand_off(world, mine, "not_helped")
    assert view(world, mine)["due_at"]["resolution"] == "2026-11-26T12:00:00Z"
    world.now += MINUTE
    answer(world, mine)
    # News of another one before that answer come late.
    routing.publish(world, handed(mine, world.now - HOUR), mine, "not_helped")
    assert view(world, mine)["paused_since"] == iso(world.now)[:19] + "Z"


def test_an_answer_that_is_heard_of_while_staff_put_it_off_is_not_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    world.now += MINUTE
    get, meanwhile = conversations.get, ["Bakıyoruz."]

    def meddled(conversation_id: str) -> Conversation:
        seen = get(conversation_id)
        if meanwhile:
            answer(world, mine, meanwhile.pop())
        return seen

    monkeypatch.setattr(conversations, "get", meddled)
    world.wiring.snoozing.snooze(mine, world.now + HOUR, by="ada")
    assert [one.why for one in case(mine).pauses] == ["customer", "snoozed"]


def test_a_message_just_after_it_was_put_off_leaves_it_to_be_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    change, words = conversations.change, [2]

    def overtaken(conversation_id: str, changes: dict[str, Any], **more: Any) -> bool:
        done = change(conversation_id, changes, **more)
        if "snoozed_until" in changes and words:
            world.now += MINUTE
            write(world, words.pop(), sender=5001)
        return done

    monkeypatch.setattr(conversations, "change", overtaken)
    world.events()
    off = world.now
    found = world.wiring.snoozing.snooze(mine, off + 9 * HOUR, by="ada")
    assert found == case(mine)
    assert found.snoozed_until is None
    assert found.pauses == (Pause("snoozed", off, off + MINUTE),)
    (one,) = told(world, "ConversationSnoozed")
    assert one["at"] == iso(off)[:19] + "Z"
    rows = [e for e in world.items("entry") if '"change":"snoozed"' in e.get("details", "")]
    assert len(rows) == 1


def test_an_older_word_that_ends_what_is_put_off_has_its_time_kept(world: World) -> None:
    assert world.playbook.sla is not None
    only = msgspec.structs.replace(world.playbook.sla, pause_while=("snoozed",))
    routing.with_playbook(world, sla=only)
    agent(world, "ada")
    mine, written = write(world, 1), world.now + MINUTE
    world.now += HOUR
    answer(world, mine)
    put_off(world, mine, START + timedelta(days=60))
    world.advance(timedelta(days=7))
    world.events()
    deliver("telegram", telegram_message(2, written, sender=5001), world.now)
    world.settle()
    assert case(mine).waiting_since is None
    assert since(world, "SlaMissed") == [("resolution", "2026-11-26T11:00:00Z")]


def test_a_stale_timer_looks_at_how_things_are_and_sets_the_next(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    stale = [body for _, _, body in world.schedules() if mine in body]
    answer(world, mine)
    put_off(world, mine, START + timedelta(days=2, hours=1))
    world.now += MINUTE
    write(world, 2, sender=5001)
    put_off(world, mine, world.now + timedelta(days=2))
    world.events()
    world.now += timedelta(hours=27)
    for body in stale * 2:
        world.put("reactions", body)
        world.settle()
    assert [name for name, _ in since(world, "SlaMissed")] == ["next_response"]
    assert any(at > world.now for at, _, body in world.schedules() if mine in body)


def test_what_was_paused_is_told_when_a_case_is_solved_and_counted(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    world.now += HOUR
    answer(world, mine)
    world.now += 2 * HOUR
    write(world, 2, sender=5001)
    world.now += HOUR
    world.events()
    for _ in range(2):
        world.wiring.cases.resolve(mine, "ada")
        world.settle()
    first, second = told(world, "ConversationResolved")
    assert first == second
    assert first["paused"] == [["2026-11-23T12:00:00Z", "2026-11-23T14:00:00Z"]]
    day = world.now.date().isoformat()
    found = staff(world).get(f"/v1/metrics?from={day}&to={day}").json["figures"]
    spent = {one["name"]: one["wall_clock"]["median"] for one in found if one["name"] in TIMES}
    assert spent["resolution_time"] == pytest.approx(4 * 3600, rel=0.05)
    assert spent["resolution_time_running"] == pytest.approx(2 * 3600, rel=0.05)
