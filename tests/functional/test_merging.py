"""Two customers who are one person: made one, read as one, and parted as if it had never been."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.errors import Contention
from chalicelib.inbox.consents import record_consent
from chalicelib.store import customers, merges
from chalicelib.store.records import Identity
from tests.support.faults import Call, cancelled, failing, refusal, watched
from tests.support.http_calls import Staff, problem_of, staff
from tests.support.inbound import drain, ingest
from tests.support.webhook_calls import chat_message, queued, telegram_message, whatsapp_message
from tests.support.world import World
from tests.support.world import world as make_world


def whatsapp(world: World, number: int) -> None:
    at = world.now + timedelta(minutes=number)
    world.put("inbound", queued("whatsapp", whatsapp_message(f"wamid.in.{number}", at), world.now))


def telegram(world: World, number: int) -> None:
    at = world.now + timedelta(minutes=number)
    world.put("inbound", queued("telegram", telegram_message(number, at), world.now))


def two(world: World) -> tuple[str, str]:
    """Ayşe by WhatsApp and Mehmet by Telegram, who will turn out to be one; their ids."""
    whatsapp(world, 1)
    telegram(world, 2)
    world.settle()
    return who(world, "phone::+905321112233"), who(world, "telegram::4242")


def who(world: World, handle: str) -> str:
    (identity,) = [item for item in world.items("identity") if item["pk"] == f"I#{handle}"]
    return str(identity["customer_id"])


def merge(someone: Staff, lead: str, other: str, how: str = "merge") -> Any:
    answer = someone.post(f"/v1/customers/{lead}/{how}", {"customer_id": other})
    assert answer.status == 200, answer.text
    return answer.json


def timeline(someone: Staff, customer: str) -> list[str]:
    pages = someone.pages(f"/v1/customers/{customer}/timeline", "entries", limit=3)
    return [entry["key"] for page in pages for entry in page]


def snapshot(world: World) -> dict[str, Any]:
    """Everything that is kept but the lines and counters that merging itself leaves."""
    kinds = ("customer", "identity", "conversation", "entry", "notification", "consent")
    return {
        item["pk"] + item["sk"]: {k: v for k, v in item.items() if k != "version"}
        for kind in kinds
        for item in world.items(kind)
        if item.get("kind") != "identity"
    }


def test_a_merge_makes_one_timeline_one_set_of_contacts_and_moves_nothing(world: World) -> None:
    lead, other = two(world)
    someone = staff(world)
    before = {key: item for key, item in snapshot(world).items() if key.startswith("E#")}

    view = merge(someone, lead, other)

    assert view["id"] == lead
    assert view["members"] == [other]
    assert {c["channel"] for c in view["contacts"]} == {"whatsapp", "telegram"}
    assert set(view["identities"]) == {"phone::+905321112233", "telegram::4242"}
    keys = timeline(someone, lead)
    assert {"whatsapp:15550001111:wamid.in.1", "telegram::4242:2"} <= set(keys)
    assert len(keys) == len(set(keys))
    assert {k: v for k, v in snapshot(world).items() if k.startswith("E#")} == before


def test_either_id_leads_to_the_one_who_leads(world: World) -> None:
    lead, other = two(world)
    someone = staff(world)
    merge(someone, lead, other)
    assert someone.get(f"/v1/customers/{other}").json["id"] == lead
    assert someone.get("/v1/customers?identity=telegram:4242").json["id"] == lead
    assert timeline(someone, other) == timeline(someone, lead)


def test_after_a_merge_both_handles_go_on_in_one_conversation(world: World) -> None:
    lead, other = two(world)
    someone = staff(world)
    merge(someone, lead, other)
    telegram(world, 3)
    whatsapp(world, 4)
    world.settle()

    case = someone.get(f"/v1/customers/{lead}").json["open_conversation_id"]
    thread = someone.get(f"/v1/conversations/{case}/messages").json["messages"]
    received = [m["key"] for m in thread if m["direction"] == "in"]
    assert received == [
        "whatsapp:15550001111:wamid.in.1",
        "telegram::4242:3",
        "whatsapp:15550001111:wamid.in.4",
    ]


def test_a_redelivery_after_a_merge_is_still_once(world: World) -> None:
    lead, other = two(world)
    merge(staff(world), lead, other)
    before = world.items("entry")
    telegram(world, 2)
    whatsapp(world, 1)
    world.settle()
    assert world.items("entry") == before


def test_a_merge_told_twice_is_one(world: World) -> None:
    lead, other = two(world)
    someone = staff(world)
    first = merge(someone, lead, other)
    before = snapshot(world)
    assert merge(someone, lead, other) == first
    assert snapshot(world) == before


def test_parting_brings_back_what_was(world: World) -> None:
    lead, other = two(world)
    someone = staff(world)
    before = snapshot(world)
    merge(someone, lead, other)
    merge(someone, lead, other, "unmerge")
    assert snapshot(world) == before
    merge(someone, lead, other, "unmerge")
    assert snapshot(world) == before


def test_what_came_meanwhile_goes_with_the_handle_it_came_by(world: World) -> None:
    lead, other = two(world)
    someone = staff(world)
    merge(someone, lead, other)
    telegram(world, 3)
    whatsapp(world, 4)
    world.settle()
    merge(someone, lead, other, "unmerge")
    theirs = [key for key in timeline(someone, other) if key.startswith("telegram::4242:")]
    assert {"telegram::4242:2", "telegram::4242:3"} <= set(theirs)
    assert "whatsapp:15550001111:wamid.in.4" in timeline(someone, lead)
    assert "telegram::4242:3" not in timeline(someone, lead)
    telegram(world, 5)
    world.settle()
    assert "telegram::4242:5" in timeline(someone, other)


def test_a_merge_of_the_merged_can_be_undone_step_by_step(world: World) -> None:
    lead, other = two(world)
    world.put("inbound", queued("chat", chat_message("m1", world.now, customer="v1"), world.now))
    world.settle()
    third = who(world, "chat::v1")
    someone = staff(world)
    start = snapshot(world)
    merge(someone, other, third)
    between = snapshot(world)
    assert merge(someone, lead, other)["members"] == [other, third]
    assert len(timeline(someone, third)) == len(timeline(someone, lead))

    problem_of(someone.post(f"/v1/customers/{other}/unmerge", {"customer_id": third}), 409)
    merge(someone, lead, other, "unmerge")
    assert snapshot(world) == between
    merge(someone, other, third, "unmerge")
    assert snapshot(world) == start


def test_an_open_conversation_is_taken_over_and_given_back(world: World) -> None:
    lead, other = two(world)
    someone = staff(world)
    case = someone.get(f"/v1/customers/{lead}").json["open_conversation_id"]
    theirs = someone.get(f"/v1/customers/{other}").json["open_conversation_id"]
    someone.post(f"/v1/conversations/{case}/resolve")

    assert merge(someone, lead, other)["open_conversation_id"] == theirs
    assert someone.get(f"/v1/conversations/{theirs}").json["customer_id"] == lead
    merge(someone, lead, other, "unmerge")
    assert someone.get(f"/v1/conversations/{theirs}").json["customer_id"] == other
    assert someone.get(f"/v1/customers/{other}").json["open_conversation_id"] == theirs
    assert "open_conversation_id" not in someone.get(f"/v1/customers/{lead}").json


def test_the_last_word_on_a_purpose_counts_and_a_withdrawal_stays_with_both(world: World) -> None:
    lead, other = two(world)
    someone = staff(world)

    def say(customer: str, granted: bool, minute: int) -> None:
        at = world.now + timedelta(minutes=minute)
        record_consent(
            customer, "marketing", granted=granted, source="test", at=at, pause=lambda _: None
        )

    say(lead, True, 1)
    say(other, True, 2)
    merged = merge(someone, lead, other)
    assert merged["consents"]["marketing"]["granted"]
    say(lead, False, 3)
    history = someone.get(f"/v1/customers/{lead}/consents").json["history"]
    assert [line["granted"] for line in history] == [True, True, False]
    merge(someone, lead, other, "unmerge")
    assert not customers.get(lead).consents["marketing"].granted
    assert not customers.get(other).consents["marketing"].granted


def test_the_hours_that_either_of_them_chose_are_kept_and_given_back(world: World) -> None:
    lead, other = two(world)
    someone = staff(world)
    customers.change(customers.get(other), quiet_hours=("12:00", "09:00"))

    merge(someone, lead, other)
    assert customers.get(lead).quiet_hours == ("12:00", "09:00")
    merge(someone, lead, other, "unmerge")
    assert customers.get(lead).quiet_hours is None
    assert customers.get(other).quiet_hours == ("12:00", "09:00")


def test_what_cant_be_merged_says_why(world: World) -> None:
    lead, other = two(world)
    world.put("inbound", queued("chat", chat_message("m1", world.now, customer="v1"), world.now))
    world.settle()
    third, someone = who(world, "chat::v1"), staff(world)
    path = f"/v1/customers/{lead}/merge"
    assert "themselves" in problem_of(someone.post(path, {"customer_id": lead}), 400)
    problem_of(someone.post(path, {"customer_id": "cus_none"}), 404)
    merge(someone, other, third)
    assert other in problem_of(someone.post(path, {"customer_id": third}), 409)
    wrong = someone.post(f"/v1/customers/{lead}/unmerge", {"customer_id": third})
    assert other in problem_of(wrong, 409)


def test_a_key_that_may_only_read_merges_nobody(world: World) -> None:
    lead, other = two(world)
    reader = staff(world, "*:read")
    problem_of(reader.post(f"/v1/customers/{lead}/merge", {"customer_id": other}), 403)


@pytest.mark.parametrize("operation", ["TransactWriteItems", "PutEvents"])
def test_a_merge_that_was_cut_short_can_be_told_again(world: World, operation: str) -> None:
    lead, other = two(world)
    someone = staff(world)
    before = failing(operation, refusal("ThrottlingException"))
    with watched(before):
        answer = someone.post(f"/v1/customers/{lead}/merge", {"customer_id": other})
    assert answer.status == 503
    assert merge(someone, lead, other)["members"] == [other]


def test_a_customer_who_changes_at_the_same_moment_is_read_again(world: World) -> None:
    lead, other = two(world)
    conflict = refusal(
        "TransactionCanceledException", "TransactionConflict", CancellationReasons=[]
    )
    with watched(failing("TransactWriteItems", conflict)):
        assert merge(staff(world), lead, other)["members"] == [other]


# --- recognised by the platform ------------------------------------------------------------------


def test_a_guest_who_proves_to_be_somebody_is_that_somebody_from_the_first_word(
    world: World,
) -> None:
    whatsapp(world, 1)
    world.put("inbound", queued("chat", chat_message("m1", world.now, customer="v1"), world.now))
    world.settle()
    known, guest = who(world, "phone::+905321112233"), who(world, "chat::v1")
    assert known != guest

    proof = chat_message("m2", world.now, customer="v1", phone="+905321112233", phone_verified=True)
    world.put("inbound", queued("chat", proof, world.now))
    world.settle()

    someone = staff(world)
    assert someone.get(f"/v1/customers/{guest}").json["id"] == known
    assert {"chat::m1", "chat::m2"} <= set(timeline(someone, known))


def test_two_who_share_a_browser_stay_two(world: World) -> None:
    ada: dict[str, Any] = {"email": "ada@posta.example", "email_verified": True}
    can: dict[str, Any] = {"email": "can@posta.example", "email_verified": True}
    for name, about in (("m1", {"customer": "v1", **ada}), ("m2", {"customer": "v2", **can})):
        world.put("inbound", queued("chat", chat_message(name, world.now, **about), world.now))
    world.settle()
    shared = chat_message("m3", world.now, customer="v1", **can)
    world.put("inbound", queued("chat", shared, world.now))
    world.settle()
    assert who(world, "email::ada@posta.example") != who(world, "email::can@posta.example")


def test_an_address_that_nobody_verified_joins_nobody(world: World) -> None:
    whatsapp(world, 1)
    claim = chat_message("m1", world.now, customer="v1", phone="+905321112233")
    world.put("inbound", queued("chat", claim, world.now))
    world.settle()
    assert who(world, "chat::v1") != who(world, "phone::+905321112233")


def changed_number(world: World) -> str:
    """WhatsApp's word that Ayşe writes from 905429998877 from now on."""
    payload = whatsapp_message("wamid.in.s", world.now + timedelta(minutes=3))
    (message,) = payload["entry"][0]["changes"][0]["value"]["messages"]
    del message["text"]
    message["type"] = "system"
    message["system"] = {"type": "user_changed_number", "wa_id": "905429998877", "body": "…"}
    return queued("whatsapp", payload, world.now)


def on_both_numbers(world: World) -> tuple[str, str]:
    """Ayşe, who wrote from her new number before WhatsApp told of it; her two ids."""
    whatsapp(world, 1)
    early = whatsapp_message("wamid.in.2", world.now, sender="905429998877")
    world.put("inbound", queued("whatsapp", early, world.now))
    world.settle()
    return who(world, "phone::+905321112233"), who(world, "phone::+905429998877")


def with_too_many_handles(world: World, customer_id: str) -> None:
    """The customer has one visit more than a merge can point elsewhere."""
    customer = customers.get(customer_id)
    visits = [
        Identity(key=f"chat::old-{n}", customer_id=customer_id, linked_at=world.now)
        for n in range(merges.MOST_IDENTITIES)
    ]
    customers.link(customer, contacts=customer.contacts, links=visits)


def test_a_guest_who_cant_become_who_they_prove_to_be_stays_a_guest_and_is_heard(
    world: World,
) -> None:
    whatsapp(world, 1)
    world.put("inbound", queued("chat", chat_message("m1", world.now, customer="v1"), world.now))
    world.settle()
    known, guest = who(world, "phone::+905321112233"), who(world, "chat::v1")
    with_too_many_handles(world, guest)

    proof = chat_message("m2", world.now, customer="v1", phone="+905321112233", phone_verified=True)
    world.put("inbound", queued("chat", proof, world.now))
    world.settle()

    assert world.waiting("inbound") == 0
    assert (who(world, "phone::+905321112233"), who(world, "chat::v1")) == (known, guest)
    assert "chat::m2" in timeline(staff(world), guest)


def test_a_new_number_whose_owner_cant_be_merged_leaves_both_as_they_are(world: World) -> None:
    before, after = on_both_numbers(world)
    with_too_many_handles(world, after)
    customers_before = world.items("customer")

    world.put("inbound", changed_number(world))
    world.settle()

    assert world.waiting("inbound") == 0
    assert who(world, "phone::+905321112233") == before
    assert who(world, "phone::+905429998877") == after
    assert world.items("customer") == customers_before


def test_what_staff_would_be_refused_a_platform_is_answered_with_a_no(world: World) -> None:
    lead, other = two(world)
    world.put("inbound", queued("chat", chat_message("m1", world.now, customer="v1"), world.now))
    world.settle()
    third, merging = who(world, "chat::v1"), world.wiring.merging
    merge(staff(world), other, third)
    before = snapshot(world)

    assert not merging.join(lead, third), "merged elsewhere"
    assert not merging.join(lead, lead), "with themselves"
    assert not merging.join(lead, "cus_none"), "with nobody"
    assert not merging.recognise("cus_none", lead), "nobody as somebody"

    assert snapshot(world) == before
    assert merging.join(lead, other)
    assert customers.get(third).id == lead


def test_a_new_number_told_while_the_store_is_busy_is_told_again(world: World) -> None:
    before, after = on_both_numbers(world)
    world.put("inbound", changed_number(world))

    def busy(call: Call) -> None:
        if call.operation == "TransactWriteItems" and "merged_into" in str(call.params):
            raise refusal("ThrottlingException")

    with pytest.raises(Exception, match="1 of 1 messages failed"):
        ingest(world, busy)
    assert who(world, "phone::+905429998877") == after

    world.settle()

    assert world.waiting("inbound") == 0
    assert who(world, "phone::+905429998877") == before


def test_somebody_who_keeps_changing_is_no_reason_to_give_up_on_a_platforms_word(
    world: World,
) -> None:
    lead, other = two(world)
    world.put("inbound", queued("chat", chat_message("m1", world.now, customer="v1"), world.now))
    world.settle()
    guest = who(world, "chat::v1")

    def changing(call: Call) -> None:
        if call.operation == "TransactWriteItems":
            raise cancelled(call, "ConditionalCheckFailed", only=0)

    with watched(changing), pytest.raises(Contention):
        world.wiring.merging.join(lead, other)
    with watched(changing), pytest.raises(Contention):
        world.wiring.merging.recognise(guest, lead)


# --- in any order -----------------------------------------------------------------------------


# --- in any order ----------------------------------------------------------------------------
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from("wtmu"), min_size=3, max_size=9))
def test_whatever_happens_between_merging_and_parting_nothing_is_lost_or_doubled(
    steps: list[str],
) -> None:
    with make_world() as world:
        lead, other = two(world)
        someone = staff(world)
        number = 10
        for step in steps:
            number += 1
            if step == "w":
                whatsapp(world, number)
            elif step == "t":
                telegram(world, number)
            elif step == "m":
                merge(someone, lead, other)
            else:
                someone.post(f"/v1/customers/{lead}/unmerge", {"customer_id": other})
            drain(world)
        merge(someone, lead, other)
        keys = timeline(someone, lead)
        received = [item["pk"][2:] for item in world.items("entry") if item["direction"] == "in"]
        assert len(keys) == len(set(keys))
        assert set(received) <= set(keys)
        assert len(received) == 2 + steps.count("w") + steps.count("t")
