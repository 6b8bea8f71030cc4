"""The voice of the customer: issues, words, and who is unhappy, over the staff API."""

import json
import random
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from chalicelib import events
from chalicelib.consequences.hands import Happened
from chalicelib.consequences.voice import hear_correction, hear_message
from chalicelib.store import conversations, entries
from chalicelib.store import reviews as kept_reviews
from chalicelib.store.models import EntryItem
from chalicelib.store.outreach_records import Review
from chalicelib.store.records import Conversation, Entry
from tests.functional.test_surveys import answer, ask
from tests.support import outreach, reviews
from tests.support.alerting import tell
from tests.support.aws_calls import counted
from tests.support.campaigning import customer
from tests.support.http_calls import problem_of, staff
from tests.support.webhook_calls import queued, whatsapp_message
from tests.support.world import World


def says(world: World, text: str, number: int = 1, sender: int = 1, **late: float) -> str:
    """A customer writes; the conversation's id."""
    at = world.now - timedelta(**late)
    phone = f"90532111220{sender}"
    message = whatsapp_message(f"wamid.in.{number}", at, text=text, sender=phone)
    world.put("inbound", queued("whatsapp", message, world.now))
    world.settle()
    found = {
        row["pk"].removeprefix("V#"): row.get("address") for row in world.items("conversation")
    }
    return next(str(name) for name, address in found.items() if address == phone)


def issues(world: World, query: str = "") -> list[dict[str, Any]]:
    shown = staff(world, "voice:read").get(f"/v1/voice/issues{query}")
    assert shown.status == 200, shown.text
    found: list[dict[str, Any]] = shown.json["issues"]
    return found


def unhappy(world: World, query: str = "") -> list[dict[str, Any]]:
    shown = staff(world, "voice:read").get(f"/v1/voice/unhappy{query}")
    assert shown.status == 200, shown.text
    found: list[dict[str, Any]] = shown.json["customers"]
    return found


def again(world: World, *kinds: str) -> None:
    """Every event of these kinds once more."""
    told = [one for one in world.events() if one["detail-type"] in kinds]
    world.put("reactions", *(json.dumps(one) for one in told))
    world.settle()


# --- issues --------------------------------------------------------------------------------------


def test_a_conversation_is_one_contact_traced_to_its_words(world: World) -> None:
    one = says(world, "İade etmek istiyorum, ben Ayşe, 0532 111 22 33", 1)
    world.now += timedelta(minutes=1)
    says(world, "iade iade iade", 2)
    (found,) = issues(world)
    assert (found["category"], found["count"]) == ("return", 1)
    assert found["channels"] == {"whatsapp": 1}
    assert found["products"] == {"-": 1}
    assert found["title"]["en"]
    assert found["trend"]["direction"] == "unknown"
    (example,) = found["examples"]
    assert example["conversation_id"] == one
    assert example["channel"] == "whatsapp"
    assert "product" not in example
    assert "0532" not in example["text"]


def test_events_that_come_again_count_once(world: World) -> None:
    one = says(world, "iade etmek istiyorum")
    world.now += timedelta(minutes=1)
    staff(world).patch(f"/v1/conversations/{one}", {"category": "warranty"})
    world.settle()
    before = issues(world)
    again(world, "MessageTriaged", "ConversationLabelled")
    assert issues(world) == before
    assert [(found["category"], found["count"]) for found in before] == [("warranty", 1)]


def test_labels_alone_are_no_word_on_the_category(world: World) -> None:
    one = says(world, "iade etmek istiyorum")
    staff(world).patch(f"/v1/conversations/{one}", {"labels": ["vip"]})
    world.settle()
    world.now += timedelta(minutes=1)
    says(world, "faturam nerede", 2)
    case = conversations.get(one)
    (found,) = issues(world)
    assert found["category"] == case.category != "return"


def test_the_gravest_comes_first_and_a_channel_can_be_asked_for(world: World) -> None:
    for number in range(1, 4):
        says(world, "iade etmek istiyorum", number, number)
    says(world, "Rezalet, cihazdan duman çıkıyor, yangın tehlikesi!!", 9, 9)
    found = issues(world)
    assert found[0]["severity"] == "critical"
    assert found[0]["priority"] > found[1]["priority"]
    assert sum(one["count"] for one in issues(world, "?channel=whatsapp")) == 4
    assert issues(world, "?channel=email") == []
    assert len(issues(world, "?limit=1")) == 1


def test_a_message_counts_for_a_product_only_where_it_names_its_order(world: World) -> None:
    who = reviews.buy(world, order_id=4711, line_items=[
        {"product_id": 11, "title": "Filtre Kahve", "quantity": 1}])  # fmt: skip
    told = [
        triaged(world, who, f"cnv_{number}", text)
        for number, text in enumerate(("4711 nolu sipariş bozuk", "kahvem bozuk"))
    ]
    tell(world, *told)
    (found,) = issues(world)
    assert found["products"] == {reviews.COFFEE: 1, "-": 1}
    (by_product,) = issues(world, f"?product={reviews.COFFEE}")
    assert [one["conversation_id"] for one in by_product["examples"]] == ["cnv_0"]


def triaged(world: World, who: str, case: str, text: str) -> events.MessageTriaged:
    """A message that is kept, and what was understood of it."""
    key = f"chat::{case}"
    line = Entry(
        key=key, at=world.now, kind="message", direction="in", customer_id=who,
        conversation_id=case, channel="chat", text=text,
    )  # fmt: skip
    entries.keep_beside([line])
    keep_case(world, who, case)
    return events.MessageTriaged(
        message_key=key,
        conversation_id=case,
        customer_id=who,
        at=world.now,
        channel="chat",
        language="tr",
        sentiment="neutral",
        severity="warning",
        category="defect",
    )


def keep_case(world: World, who: str, case: str) -> None:
    kept = Conversation(
        id=case,
        customer_id=who,
        status="open",
        opened_by="customer",
        opened_at=world.now,
        channel="chat",
        address=case,
    )
    conversations.item(kept).save()


def test_what_was_erased_is_shown_no_more(world: World) -> None:
    says(world, "iade etmek istiyorum")
    (entry,) = [one for one in world.items("entry") if one.get("direction") == "in"]
    EntryItem(entry["pk"], entry["sk"]).delete()
    (found,) = issues(world)
    assert (found["count"], found["examples"]) == (1, [])


def test_a_bad_review_is_an_issue_of_its_product_until_it_is_changed(world: World) -> None:
    reviews.buy(world)
    someone = staff(world)
    given = {"order_key": reviews.ORDER, "stars": 1, "product": reviews.COFFEE}
    someone.post("/v1/reviews", given | {"text": "Bozuk geldi, iade ettim. Ayşe"})
    world.settle()
    (found,) = issues(world)
    assert found["channels"] == {"review": 1}
    assert found["products"] == {reviews.COFFEE: 1}
    assert found["examples"][0]["review_id"]
    assert "Ayşe" not in found["examples"][0]["text"]
    someone.post("/v1/reviews", given | {"stars": 5})
    world.settle()
    again(world, "ReviewSubmitted")
    assert issues(world) == []


def test_a_week_that_is_worse_than_four_is_rising(world: World) -> None:
    told = [
        events.MessageTriaged(
            message_key=f"chat::{n}",
            conversation_id=f"cnv_{n}",
            customer_id="cus_1",
            at=world.now - timedelta(days=days),
            channel="chat",
            language="tr",
            sentiment="neutral",
            severity="info",
            category="return",
        )
        for n, days in enumerate([*range(7, 35, 4), *[1] * 9])
    ]
    for one in told:
        happened = Happened(id=one.message_key, at=one.at, data=one)
        hear_message(happened, world.wiring.hands)
    (found,) = issues(world)
    assert found["trend"]["direction"] == "rising"
    assert found["trend"]["low"] > 1
    assert found["weeks"][-1] == 9
    assert sum(found["weeks"][:-1]) == 7


def test_issues_take_few_requests_however_much_was_counted(world: World) -> None:
    for number in range(1, 4):
        says(world, "iade etmek istiyorum", number, number)
    someone = staff(world, "voice:read")
    someone.get("/v1/voice/issues")
    with counted() as calls:
        found = someone.get("/v1/voice/issues").json["issues"]
    # Counters of 35 days in one; of each issue its examples; messages; customers.
    assert len(calls) == 1 + len(found) + 2
    with counted() as calls:
        someone.get("/v1/voice/unhappy")
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("query", "says_what"),
    [
        ("from=yesterday", "2026-11-23"),
        ("to=2026-11-24", "today"),
        ("from=2026-11-20&to=2026-11-19", "after"),
        ("from=2026-01-01", "92"),
        ("limit=0", "limit"),
        ("limit=99", "limit"),
    ],
)
def test_odd_questions_are_refused_with_what_to_do(
    world: World, query: str, says_what: str
) -> None:
    detail = problem_of(staff(world).get(f"/v1/voice/issues?{query}"), 400)
    assert says_what in detail


def test_other_keys_may_not_listen(world: World) -> None:
    other = staff(world, "conversations:read")
    for path in ("issues", "words", "unhappy"):
        problem_of(other.get(f"/v1/voice/{path}"), 403)
    problem_of(staff(world, "voice:read").post("/v1/voice/unhappy/cus_1/cared"), 403)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_order_events_come_in_the_answers_are_the_same(world: World, seed: int) -> None:
    outreach.furnish(world)
    told: list[tuple[str, Any, Any]] = []
    for number in range(6):
        case = f"cnv_{number}"
        first = triaged(world, "cus_1", case, "1001 bozuk" if number % 2 else "bozuk")
        told.append((f"t{number}", hear_message, first))
        later = msgspec.structs.replace(
            first, at=first.at + timedelta(minutes=1), category="return", severity="critical",
            sentiment="negative", message_key=f"chat::later{number}",
        )  # fmt: skip
        told.append((f"l{number}", hear_message, later))
        label = events.ConversationLabelled(
            conversation_id=case, customer_id="cus_1", at=world.now, by="Elif",
            category="warranty", was="defect",
        )  # fmt: skip
        told += [(f"c{number}", hear_correction, label)] if number < 2 else []
    chance = random.Random(seed)
    every = [*told, *chance.choices(told, k=8)]
    if seed:
        chance.shuffle(every)
    for name, hear, data in every:
        hear(Happened(id=name, at=data.at, data=data), world.wiring.hands)
    found = {one["category"]: (one["count"], one["products"]) for one in issues(world)}
    coffee = "shopify:kahve:1"
    assert found == {"return": (4, {coffee: 2, "-": 2}), "warranty": (2, {coffee: 1, "-": 1})}
    (one,) = unhappy(world)
    assert [sign["source"] for sign in one["signs"]] == [
        f"chat::later{n}" for n in range(5, -1, -1)
    ]


def test_half_a_year_of_comments_is_read_month_by_month_up_to_a_limit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.web.voice_texts.MOST", 3)
    for number in range(5):
        world.now += timedelta(days=20)
        who = customer(world, number)
        survey = ask(world, f"h{number}", customer_id=who.id, conversation_id=None)
        answer(world, survey, 1, comment="kargo geç")
    someone = staff(world)
    found = someone.get("/v1/voice/words?of=surveys&from=2026-12-15").json
    assert (found["texts"], found["more"]) == (3, True)
    month = someone.get("/v1/voice/words?of=surveys&from=2027-02-01").json
    assert (month["texts"], month.get("more", False)) == (2, False)


# --- words ---------------------------------------------------------------------------------------


def test_comments_on_surveys_are_told_in_phrases_without_names(world: World) -> None:
    for number, (score, comment) in enumerate(
        [(1, "Ayşe Yılmaz 05321112233 kargo geç geldi"), (2, "Kargo geç geldi Ayşe"),
         (5, "çok hızlı destek"), (5, "hızlı destek, ayse@ornek.example")]
    ):  # fmt: skip
        who = customer(world, number)
        survey = ask(world, f"s{number}", customer_id=who.id, conversation_id=None)
        answer(world, survey, score, comment=comment)
    shown = staff(world, "voice:read").get("/v1/voice/words?of=surveys")
    assert shown.status == 200, shown.text
    found = shown.json
    assert (found["texts"], found["low_texts"], found["high_texts"]) == (4, 2, 2)
    assert [one["phrase"].lower() for one in found["low"]] == ["kargo geç geldi"]
    assert [one["phrase"] for one in found["high"]] == ["hızlı destek"]
    assert len(found["low"][0]["examples"]) == 2
    for secret in ("Ayşe", "Yılmaz", "0532", "@", "ayse"):
        assert secret not in shown.text
    assert "[number]" in shown.text


def test_reviews_are_told_in_phrases_of_the_days_asked_for(world: World) -> None:
    keep_reviews(world, [(1, "kapağı kırık"), (2, "Kapağı kırık geldi"), (5, "nefis koku")])
    someone = staff(world, "voice:read")
    found = someone.get("/v1/voice/words?of=reviews").json
    assert [one["phrase"].lower() for one in found["low"]] == ["kapağı kırık"]
    assert found["said"][0]["score"] in (1, 2)
    world.now += timedelta(days=3)
    assert someone.get("/v1/voice/words?from=2026-11-24").json["texts"] == 0
    assert someone.get("/v1/voice/words?to=2026-11-22").json["texts"] == 0
    with counted() as calls:
        someone.get("/v1/voice/words")
    assert len(calls) == 3
    problem_of(someone.get("/v1/voice/words?of=mails"), 400)
    problem_of(someone.get("/v1/voice/words?of=surveys&kind=x"), 400)


def keep_reviews(world: World, given: list[tuple[int, str]]) -> None:
    for number, (stars, text) in enumerate(given):
        who = customer(world, 50 + number)
        review = Review(
            id=f"rev_{number}",
            order_key=f"shopify:k:{number}",
            customer_id=who.id,
            stars=stars,
            at=world.now,
            status="published",
            text=text,
        )
        kept_reviews.save(review, None)


# --- unhappy -------------------------------------------------------------------------------------


def test_a_low_score_lists_a_customer_until_a_later_one_is_good(world: World) -> None:
    outreach.furnish(world)
    survey = ask(world)
    answer(world, survey, 1)
    world.settle()
    (one,) = unhappy(world)
    assert (one["customer_id"], one["name"]) == ("cus_1", "Ayşe Yılmaz")
    assert one["signs"][0]["score"] == 1
    assert one["signs"][0]["conversation_id"] == "cnv_1"
    world.now += timedelta(minutes=5)
    answer(world, survey, 5)
    world.settle()
    again(world, "SurveyAnswered")
    assert unhappy(world) == []


def test_few_stars_and_a_bad_nps_list_and_angry_grave_messages_too(world: World) -> None:
    reviews.buy(world)
    staff(world).post("/v1/reviews", {"order_key": reviews.ORDER, "stars": 2})
    world.settle()
    world.now += timedelta(minutes=1)
    who = customer(world, 1)
    answer(world, ask(world, "n", kind="nps", customer_id=who.id), 6)
    world.settle()
    world.now += timedelta(minutes=1)
    says(world, "Rezalet, cihazdan duman çıkıyor, yangın tehlikesi!!")
    listed = unhappy(world)
    assert [one["signs"][0]["kind"] for one in listed] == ["message", "nps", "review"]
    pages = staff(world).pages("/v1/voice/unhappy", "customers", limit=2)
    assert [one for page in pages for one in page] == listed


def test_who_is_cared_for_leaves_until_the_next_bad_word(world: World) -> None:
    outreach.furnish(world)
    answer(world, ask(world), 1)
    world.settle()
    world.now += timedelta(minutes=1)
    url = "/v1/voice/unhappy/cus_1/cared"
    done = [staff(world, name="Elif").post(url) for _ in range(2)]
    assert [one.status for one in done] == [200, 200]
    assert done[0].json == done[1].json
    assert done[0].json["cared_by"] == "Elif"
    assert unhappy(world) == []
    again(world, "SurveyAnswered")
    assert unhappy(world) == []
    world.now += timedelta(minutes=1)
    answer(world, ask(world, "next"), 2)
    world.settle()
    assert [len(one["signs"]) for one in unhappy(world)] == [2]


def test_caring_for_nobody_is_refused(world: World) -> None:
    outreach.furnish(world)
    problem_of(staff(world).post("/v1/voice/unhappy/none/cared"), 404)
    assert "bad sign" in problem_of(staff(world).post("/v1/voice/unhappy/cus_1/cared"), 409)


def test_two_who_are_one_person_are_listed_once_and_apart_again_after_parting(
    world: World,
) -> None:
    people = [customer(world, number) for number in (1, 2)]
    for number, person in enumerate(people):
        answer(world, ask(world, f"m{number}", customer_id=person.id, conversation_id=None), 1)
        world.now += timedelta(minutes=1)
    world.settle()
    assert len(unhappy(world)) == 2
    one, other = (person.id for person in people)
    someone = staff(world)
    assert someone.post(f"/v1/customers/{one}/merge", {"customer_id": other}).status == 200
    (listed,) = unhappy(world)
    assert listed["customer_id"] == one
    assert len(listed["signs"]) == 2
    assert someone.post(f"/v1/voice/unhappy/{other}/cared").status == 200
    assert unhappy(world) == []
    assert someone.post(f"/v1/customers/{one}/unmerge", {"customer_id": other}).status == 200
    assert unhappy(world) == []


def test_a_persons_mood_is_in_their_export(world: World) -> None:
    outreach.furnish(world)
    answer(world, ask(world), 1)
    world.settle()
    kept = staff(world).get("/v1/customers/cus_1/export").json
    assert any('"mood"' in json.dumps(thing) for thing in kept["things"])


def test_what_staff_say_counts_where_no_message_was_understood(world: World) -> None:
    world.playbook = msgspec.structs.replace(world.playbook, triage=None)
    world.restart()
    one = says(world, "Merhaba")
    staff(world).patch(f"/v1/conversations/{one}", {"category": "returns"})
    world.settle()
    (found,) = issues(world)
    assert (found["category"], found["count"], found["channels"]) == ("returns", 1, {"-": 1})
    assert found["examples"][0]["conversation_id"] == one


def test_without_triage_messages_tell_nothing_and_nothing_fails(world: World) -> None:
    world.playbook = msgspec.structs.replace(world.playbook, triage=None)
    world.restart()
    says(world, "Rezalet, yangın çıktı!!")
    assert issues(world) == []
    assert unhappy(world) == []


def test_a_message_takes_three_requests_and_a_repeat_two(world: World) -> None:
    outreach.furnish(world)
    told = triaged(world, "cus_1", "cnv_9", "bozuk geldi")
    happened = Happened(id="t", at=told.at, data=told)
    with counted() as calls:
        hear_message(happened, world.wiring.hands)
    assert calls == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    with counted() as calls:
        hear_message(happened, world.wiring.hands)
    assert calls == ["BatchGetItem", "BatchGetItem"]
    named = triaged(world, "cus_1", "cnv_10", "#1001 bozuk geldi")
    with counted() as calls:
        hear_message(Happened(id="n", at=named.at, data=named), world.wiring.hands)
    assert len(calls) == 6
