"""Answers to questions and words for no more, written in a chat: kept, done, and no case of their
own."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.store import customers, surveys
from tests.support.outreach import CHAT, furnish, now, plan
from tests.support.webhook_calls import chat_message, queued
from tests.support.world import World

SOON = timedelta(minutes=5)


@pytest.fixture
def asked(world: World) -> str:
    """Ayşe has been asked how happy she is, in the chat; returns the survey's id."""
    furnish(world)
    _known_by_chat(world)
    plan(world)
    world.settle()
    assert now().status == "sent"
    world.platforms.posts.clear()
    return now().id


def _known_by_chat(world: World) -> None:
    from chalicelib.store.records import Identity

    identity = Identity(key="chat::visitor-1", customer_id="cus_1", linked_at=world.now)
    customers.identity_item(identity).save()


def write(world: World, text: str, number: int = 1, **button: Any) -> None:
    body = chat_message(f"m{number}", world.now, text=text)
    body["data"]["message"].update(button)
    world.put("inbound", queued("chat", body, world.now))
    world.settle()


def said(world: World) -> list[str]:
    """What was sent to the chat since."""
    return [body["data"]["message"]["text"] for _, _, body in world.platforms.posts]


def open_cases(world: World) -> int:
    return sum(case["status"] == "open" for case in world.items("conversation"))


# --- answers -------------------------------------------------------------------------------------


def test_the_question_offers_its_answers_as_buttons(world: World) -> None:
    furnish(world)
    plan(world)
    world.settle()

    buttons = world.platforms.posts[0][2]["data"]["message"]["buttons"]
    assert [button["label"] for button in buttons] == ["1", "2", "3", "4", "5"]
    assert buttons[4]["payload"] == f"survey:{now().id}:5"


def test_a_bare_number_answers_the_question_and_opens_no_case(world: World, asked: str) -> None:
    world.now += SOON
    write(world, "4")

    survey = surveys.get(asked)
    assert (survey.score, survey.answered_at, survey.channel) == (4, world.now, "chat")
    assert open_cases(world) == 0
    assert "greeting" not in {note["kind"] for note in world.items("notification")}
    entry = next(e for e in world.items("entry") if e["pk"].endswith("m1"))
    assert entry["text"] == "4"


def test_a_pressed_button_answers_it_even_while_another_case_is_open(
    world: World, asked: str
) -> None:
    world.now += SOON
    write(world, "Bir sorum daha var")
    write(world, "5", 2, payload=f"survey:{asked}:5")

    assert surveys.get(asked).score == 5
    assert open_cases(world) == 1


def test_in_a_case_that_was_open_before_the_question_a_number_answers_it(world: World) -> None:
    furnish(world)
    _known_by_chat(world)
    write(world, "Kargom nerede?", 7)
    world.now += SOON
    plan(world)
    world.settle()
    world.now += SOON
    write(world, "2", 8)

    assert surveys.get(now().id).score == 2


def test_in_a_case_that_has_gone_on_since_a_number_is_what_it_is(world: World, asked: str) -> None:
    world.now += SOON
    write(world, "Kaç tane istediğinizi yazar mısınız dediniz")
    write(world, "3", 2)

    assert surveys.get(asked).score is None
    case = next(c for c in world.items("conversation") if c["status"] == "open")
    assert case["inbound_count"] == 2


def test_the_last_answer_counts_and_a_redelivery_changes_nothing(world: World, asked: str) -> None:
    world.now += SOON
    body = queued("chat", chat_message("m1", world.now, text="3"), world.now)
    world.put("inbound", body)
    world.settle()
    world.now += SOON
    write(world, "4", 2)
    world.put("inbound", body)
    world.settle()

    assert surveys.get(asked).score == 4


@pytest.mark.parametrize("text", ["7", "0", "belki 4", "99"])
def test_what_the_question_cannot_be_answered_with_is_a_message(
    world: World, asked: str, text: str
) -> None:
    world.now += SOON
    write(world, text)

    assert surveys.get(asked).score is None
    assert open_cases(world) == 1


def test_after_a_while_a_number_is_no_answer_any_more(world: World, asked: str) -> None:
    world.now += timedelta(days=8)
    write(world, "5")

    assert surveys.get(asked).score is None
    assert open_cases(world) == 1


def test_nobody_answers_for_somebody_else(world: World, asked: str) -> None:
    world.now += SOON
    body = chat_message("m9", world.now, text="1", customer="stranger")
    body["data"]["message"]["payload"] = f"survey:{asked}:1"
    world.put("inbound", queued("chat", body, world.now))
    world.settle()

    assert surveys.get(asked).score is None


# --- wishes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["DUR", "iptal", "Stop!"])
def test_a_word_for_no_more_ends_what_we_send_by_ourselves_on_that_channel(
    world: World, asked: str, word: str
) -> None:
    world.now += SOON
    write(world, word)

    person = customers.get("cus_1")
    for purpose in ("survey", "review", "marketing"):
        consent = person.consent(purpose, "chat")
        assert consent is not None
        assert not consent.granted
        assert (consent.source, consent.wording) == ("message: chat", word)
        assert person.consent(purpose, "whatsapp") is None
    assert open_cases(world) == 0
    (answer,) = said(world)
    assert answer.startswith("Tamam Ayşe, bu kanaldan size artık")
    world.now += timedelta(days=15)
    plan(world, key="next", channel="chat", address=CHAT.address)
    world.settle()
    assert (now("next").status, now("next").reason) == ("skipped", "consent_withdrawn")


def test_in_an_open_case_the_wish_is_followed_and_staff_see_it(world: World, asked: str) -> None:
    world.now += SOON
    write(world, "Siparişim nerede?")
    write(world, "İPTAL", 2)

    case = next(c for c in world.items("conversation") if c["status"] == "open")
    assert case["inbound_count"] == 2
    consent = customers.get("cus_1").consent("marketing", "chat")
    assert consent is not None
    assert not consent.granted


def test_a_word_that_allows_it_again_brings_back_only_what_such_a_word_had_ended(
    world: World, asked: str
) -> None:
    world.now += SOON
    write(world, "DUR")
    world.now += SOON
    write(world, "BAŞLA", 2)

    person = customers.get("cus_1")
    granted = {name: consent.granted for name, consent in person.consents.items()}
    # Marketing needs a consent of its own, which was never given.
    assert granted == {"survey/chat": True, "review/chat": True, "marketing/chat": False}
    assert len(said(world)) == 2


def test_marketing_comes_back_where_it_had_been_agreed_to(world: World, asked: str) -> None:
    from chalicelib.inbox.consents import record_consent

    record_consent("cus_1", "marketing", granted=True, source="shop", at=world.now,
                   pause=lambda _: None)  # fmt: skip
    world.now += SOON
    write(world, "STOP")
    world.now += SOON
    write(world, "START", 2)

    consent = customers.get("cus_1").consent("marketing", "chat")
    assert consent is not None
    assert consent.granted


def test_a_wish_redelivered_is_followed_and_confirmed_once(world: World, asked: str) -> None:
    world.now += SOON
    body = queued("chat", chat_message("m1", world.now, text="DUR"), world.now)
    for _ in range(3):
        world.put("inbound", body)
        world.settle()

    history = customers.consent_history(["cus_1"])
    assert len(history) == 3
    assert len(said(world)) == 1
    told = [e["detail"]["metadata"]["id"] for e in world.events() if e["detail-type"] == "OptedOut"]
    assert len(set(told)) == 1


def test_a_strangers_wish_is_kept_and_followed_too(world: World) -> None:
    write(world, "STOP")

    (person,) = world.items("customer")
    assert set(json.loads(person["consents"])) == {
        "survey/chat", "review/chat", "marketing/chat",
    }  # fmt: skip
    assert not world.items("conversation")
