"""The inbox: every message once, on the right customer's timeline, in the right conversation."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.channels.base import Handle
from chalicelib.errors import Contention
from chalicelib.inbox.consents import record_consent
from chalicelib.store import customers
from chalicelib.store.records import Contact
from tests.support.faults import Call, Hook, cancelled, counted, refusal, watched
from tests.support.inbound import announced, assert_all_told, drain, ingest, state
from tests.support.webhook_calls import (
    chat_message,
    queued,
    telegram_message,
    whatsapp_message,
)
from tests.support.world import DEPLOYMENT, START, World
from tests.support.world import world as make_world

PHONE = "905321112233"


def minutes(count: float) -> datetime:
    return START + timedelta(minutes=count)


def whatsapp(world: World, message_id: str, at: datetime, **about: Any) -> str:
    return queued("whatsapp", whatsapp_message(message_id, at, **about), world.now)


def chat(world: World, message_id: str, at: datetime, **about: Any) -> str:
    return queued("chat", chat_message(message_id, at, **about), world.now)


def items_of(world: World, kind: str) -> int:
    return len(world.items(kind))


# --- the first message -------------------------------------------------------------------------


def test_a_first_message_makes_a_customer_an_identity_a_conversation_and_an_entry(
    world: World,
) -> None:
    world.put("inbound", whatsapp(world, "wamid.in.1", START))
    ingest(world)

    (customer,) = world.items("customer")
    (identity,) = world.items("identity")
    (case,) = world.items("conversation")
    (entry,) = world.items("entry")
    assert customer["name"] == "Ayşe Yılmaz"
    assert customer["country"] == "TR"
    assert customer["open_conversation_id"] == case["pk"].removeprefix("V#")
    assert identity["pk"] == f"I#phone::+{PHONE}"
    assert identity["customer_id"] == case["customer_id"] == customer["pk"].removeprefix("C#")
    assert entry["gsi1pk"] == customer["pk"]
    assert entry["text"] == "Merhaba"
    assert (case["status"], case["address"], case["inbound_count"]) == ("open", PHONE, 1)


def test_a_first_message_is_told_as_two_events_that_hold_no_personal_data(world: World) -> None:
    world.put("inbound", whatsapp(world, "wamid.in.1", START, text="gizli"))
    ingest(world)

    events = world.events()
    assert [event["detail-type"] for event in events] == ["ConversationOpened", "MessageReceived"]
    assert_all_told(world, events)
    assert not [e for e in events if "gizli" in str(e) or PHONE in str(e) or "Ayşe" in str(e)]


def test_the_second_message_goes_on_in_the_same_conversation(world: World) -> None:
    world.put("inbound", whatsapp(world, "wamid.in.1", minutes(0)))
    ingest(world)
    world.put("inbound", whatsapp(world, "wamid.in.2", minutes(1)))
    ingest(world)

    (case,) = world.items("conversation")
    assert case["inbound_count"] == 2
    assert case["opened_at"] == "2026-11-23T10:00:00.000Z"
    assert case["last_inbound_at"] == "2026-11-23T10:01:00.000Z"
    assert_all_told(world, world.events())


# --- once --------------------------------------------------------------------------------------


def test_the_same_delivery_five_times_is_one_message_and_one_greeting(world: World) -> None:
    body = whatsapp(world, "wamid.in.1", START)
    for _ in range(5):
        world.put("inbound", body)
        world.settle()

    assert (items_of(world, "customer"), items_of(world, "conversation")) == (1, 1)
    assert len(world.platforms.posts) == 1
    (case,) = world.items("conversation")
    assert case["inbound_count"] == 1


def test_the_same_delivery_five_times_in_one_batch_is_one_message(world: World) -> None:
    world.put("inbound", *[whatsapp(world, "wamid.in.1", START)] * 5)
    ingest(world)

    assert items_of(world, "entry") == 1
    assert announced(world.events())["MessageReceived"] == ["whatsapp:15550001111:wamid.in.1"]


def test_a_message_in_two_deliveries_of_the_platform_is_one(world: World) -> None:
    for _ in range(2):
        world.put("inbound", whatsapp(world, "wamid.in.1", START))  # a delivery id each
        ingest(world)

    assert items_of(world, "entry") == 1
    assert len(world.events()) == 2


def test_messages_in_reverse_order_leave_what_the_right_order_leaves(world: World) -> None:
    world.now = minutes(30)
    bodies = [
        queued("chat", _on(chat_message(f"m{n}", minutes(n)), address=f"tab-{n}"), START)
        for n in range(4)
    ]
    for body in reversed(bodies):
        world.put("inbound", body)
        ingest(world)
    world.settle()

    (case,) = world.items("conversation")
    assert case["opened_at"] == "2026-11-23T10:00:00.000Z"
    assert case["gsi2sk"].startswith(case["opened_at"])
    assert case["last_inbound_at"] == "2026-11-23T10:03:00.000Z"
    assert (case["address"], case["inbound_count"]) == ("tab-3", 4)
    assert len(world.platforms.posts) == 1


def test_of_two_channels_in_one_moment_the_same_one_is_answered_in_either_order() -> None:
    def run(order: int) -> Any:
        with make_world() as world:
            bodies = [
                whatsapp(world, "wamid.in.1", START),
                chat(world, "m1", START, phone=f"+{PHONE}", phone_verified=True),
            ]
            for body in bodies[::order]:
                world.put("inbound", body)
                ingest(world)
            return state(world)

    assert run(1) == run(-1)


def _on(payload: dict[str, Any], **data: Any) -> dict[str, Any]:
    payload["data"] |= data
    return payload


def _story() -> list[tuple[str, dict[str, Any]]]:
    """Nine messages of three people, two of whom write in two places."""
    mail: dict[str, Any] = {"email": "deniz@posta.example", "email_verified": True}
    phone: dict[str, Any] = {"phone": f"+{PHONE}", "phone_verified": True}
    return [
        ("whatsapp", whatsapp_message("wamid.in.1", minutes(0))),
        ("chat", chat_message("p1", minutes(1), customer="ayse", **phone)),
        ("whatsapp", whatsapp_message("wamid.in.2", minutes(2), text="orada mısınız?")),
        ("chat", _on(chat_message("a1", minutes(1), customer="d1", **mail), channel_id="a")),
        ("chat", _on(chat_message("b1", minutes(3), customer="d2", **mail), channel_id="b")),
        ("chat", _on(chat_message("a2", minutes(5), customer="d1", **mail), channel_id="a")),
        ("telegram", telegram_message(1, minutes(1))),
        ("telegram", telegram_message(2, minutes(2), text="adres?")),
        ("telegram", telegram_message(3, minutes(2), text="?")),
    ]


def _told_in(order: list[int], batches: list[int]) -> dict[str, Any]:
    story = _story()
    with make_world() as world:
        left = [queued(*story[number], world.now) for number in order]
        for size in batches:
            world.put("inbound", *left[:size])
            left = left[size:]
            drain(world)
        world.put("inbound", *left)
        drain(world)
        assert_all_told(world, world.events())  # a greeting for each event, by its key
        return state(world)


@pytest.fixture(scope="module")
def in_order() -> dict[str, Any]:
    return _told_in(list(range(len(_story()))), [1] * len(_story()))


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    order=st.permutations(range(9)),
    repeats=st.lists(st.integers(0, 8), max_size=6),
    batches=st.lists(st.integers(1, 8), max_size=4),
)
def test_any_order_with_any_repeats_in_any_batches_leaves_the_same(
    order: list[int], repeats: list[int], batches: list[int], in_order: Any
) -> None:
    several = list(order)
    for number in repeats:
        several.insert((number * 7) % (len(several) + 1), number)

    assert _told_in(several, batches) == in_order


def test_the_story_itself_is_three_customers_with_one_conversation_each(in_order: Any) -> None:
    assert len(in_order["customers"]) == len(in_order["conversations"]) == 3
    assert len(in_order["entries"]) == 9


# --- who is who --------------------------------------------------------------------------------


def test_a_verified_mail_address_joins_two_chats_into_one_customer(world: World) -> None:
    mail: dict[str, Any] = {"email": "Deniz@Posta.example", "email_verified": True}
    world.put("inbound", chat(world, "m1", minutes(0), customer="v1", **mail))
    ingest(world)
    world.put("inbound", chat(world, "m2", minutes(1), customer="v2", **mail))
    ingest(world)

    assert (items_of(world, "customer"), items_of(world, "conversation")) == (1, 1)
    assert [i["pk"] for i in world.items("identity")] == [
        "I#chat::v1",
        "I#chat::v2",
        "I#email::deniz@posta.example",
    ]


def test_an_unverified_mail_address_joins_nobody(world: World) -> None:
    about = {"email": "deniz@posta.example"}
    world.put("inbound", chat(world, "m1", minutes(0), customer="v1", **about))
    world.put("inbound", chat(world, "m2", minutes(1), customer="v2", **about))
    ingest(world)

    assert items_of(world, "customer") == 2
    assert [i["pk"] for i in world.items("identity")] == ["I#chat::v1", "I#chat::v2"]


@pytest.mark.parametrize("order", [1, -1])
def test_a_channel_that_a_known_person_comes_by_is_one_more_contact(
    world: World, order: int
) -> None:
    bodies = [
        whatsapp(world, "wamid.in.1", minutes(0)),
        chat(world, "m1", minutes(1), phone=f"+{PHONE}", phone_verified=True),
    ]
    for body in bodies[::order]:
        world.put("inbound", body)
        ingest(world)

    (customer,) = world.items("customer")
    assert '"channel":"whatsapp"' in customer["contacts"]
    assert '"channel":"chat"' in customer["contacts"]


def test_handles_of_two_customers_lead_to_the_first_and_move_nobody(world: World) -> None:
    world.put(
        "inbound",
        chat(world, "m1", minutes(0), customer="v1", email="a@posta.example", email_verified=True),
    )
    world.put("inbound", whatsapp(world, "wamid.in.1", minutes(1)))
    ingest(world)
    before = {i["pk"]: i["customer_id"] for i in world.items("identity")}
    world.put(
        "inbound",
        chat(world, "m2", minutes(2), customer="v1", phone=f"+{PHONE}", phone_verified=True),
    )
    ingest(world)

    assert {i["pk"]: i["customer_id"] for i in world.items("identity")} == before
    (entry,) = [e for e in world.items("entry") if e["pk"] == "E#chat::m2"]
    assert entry["gsi1pk"] == f"C#{before['I#chat::v1']}"
    assert [case["inbound_count"] for case in world.items("conversation")].count(2) == 1


@pytest.mark.parametrize("order", [1, -1])
def test_in_one_batch_a_verified_address_vouches_for_the_messages_beside_it(
    world: World, order: int
) -> None:
    mail: dict[str, Any] = {"email": "deniz@posta.example", "email_verified": True}
    world.put("inbound", chat(world, "m0", minutes(0), customer="old", **mail))
    ingest(world)
    bodies = [
        chat(world, "m1", minutes(1), customer="new"),
        chat(world, "m2", minutes(2), customer="new", **mail),
    ]
    world.put("inbound", *bodies[::order])
    ingest(world)

    assert items_of(world, "customer") == 1


@pytest.mark.parametrize("order", [1, -1])
def test_strangers_who_share_a_handle_within_a_batch_become_one_customer(
    world: World, order: int
) -> None:
    mail: dict[str, Any] = {"email": "deniz@posta.example", "email_verified": True}
    bodies = [
        chat(world, "m1", minutes(1), customer="v1", **mail),
        chat(world, "m2", minutes(2), customer="v2", **mail),
        chat(world, "m3", minutes(3), customer="v2"),
    ]
    world.put("inbound", *bodies[::order])
    ingest(world)

    (case,) = world.items("conversation")
    assert (items_of(world, "customer"), case["inbound_count"]) == (1, 3)


def test_a_chat_that_names_an_address_per_visit_does_not_grow_its_customer_for_ever(
    world: World,
) -> None:
    mail: dict[str, Any] = {"email": "deniz@posta.example", "email_verified": True}
    for n in range(13):
        payload = _on(chat_message(f"m{n}", minutes(n), **mail), address=f"visit-{n}")
        world.put("inbound", queued("chat", payload, START))
    drain(world)

    (customer,) = world.items("customer")
    assert customer["contacts"].count('"channel":"chat"') == 10
    assert '"visit-12"' in customer["contacts"]
    assert '"deniz@posta.example"' in customer["contacts"]


# --- races -------------------------------------------------------------------------------------


def _first_write(rival: Any) -> Hook:
    """Lets a rival act between the reads of a worker and its first write."""
    pending = [rival]

    def hook(call: Call) -> None:
        if call.operation == "TransactWriteItems" and pending:
            pending.pop()()

    return hook


def test_two_workers_that_meet_the_same_stranger_make_one_customer(world: World) -> None:
    ours = whatsapp(world, "wamid.in.1", minutes(0))
    theirs = whatsapp(world, "wamid.in.2", minutes(1))
    world.put("inbound", ours)

    def rival() -> None:
        world.put("inbound", theirs)
        drain(world)

    ingest(world, before=_first_write(rival))

    (case,) = world.items("conversation")
    assert (items_of(world, "customer"), items_of(world, "identity")) == (1, 1)
    assert (case["inbound_count"], items_of(world, "entry")) == (2, 2)
    assert_all_told(world, world.events())


def test_two_workers_with_the_very_same_message_of_a_stranger_keep_it_once(world: World) -> None:
    body = whatsapp(world, "wamid.in.1", START)
    world.put("inbound", body)

    def rival() -> None:
        world.put("inbound", body)
        drain(world)

    ingest(world, before=_first_write(rival))
    world.settle()

    (case,) = world.items("conversation")
    assert (items_of(world, "customer"), case["inbound_count"]) == (1, 1)
    assert len(world.platforms.posts) == 1


def test_strangers_whom_a_rival_made_two_are_one_by_their_mailbox(world: World) -> None:
    """One message ties two chats together; meanwhile each became a customer of its own. Nothing
    but a visit was known of them, so the mailbox makes them one; what each said stays under it."""
    mail: dict[str, Any] = {"email": "deniz@posta.example", "email_verified": True}
    world.put("inbound", chat(world, "m1", minutes(1), customer="v1", **mail))
    world.put("inbound", chat(world, "m2", minutes(2), customer="v2", **mail))

    def rival() -> None:
        for n, who in enumerate(("v1", "v2")):
            world.put("inbound", chat(world, f"r{n}", minutes(0), customer=who))
            drain(world)

    ingest(world, before=_first_write(rival))

    owners = {i["pk"]: i["customer_id"] for i in world.items("identity")}
    placed = {e["pk"]: e["gsi1pk"].removeprefix("C#") for e in world.items("entry")}
    assert owners["I#chat::v1"] == owners["I#chat::v2"] == owners["I#email::deniz@posta.example"]
    assert placed["E#chat::m1"] == placed["E#chat::r0"] == owners["I#chat::v1"]
    assert placed["E#chat::m2"] == placed["E#chat::r1"] != owners["I#chat::v2"]


def test_a_conversation_that_is_resolved_meanwhile_is_left_for_a_new_one(world: World) -> None:
    world.put("inbound", whatsapp(world, "wamid.in.1", minutes(0)))
    ingest(world)
    (old,) = world.items("conversation")
    world.put("inbound", whatsapp(world, "wamid.in.2", minutes(1)))

    ingest(world, before=_first_write(lambda: world.wiring.cases.resolve(old["pk"][2:], "ada")))

    by_status = {case["status"]: case for case in world.items("conversation")}
    assert by_status["resolved"]["inbound_count"] == by_status["open"]["inbound_count"] == 1
    (customer,) = world.items("customer")
    assert customer["open_conversation_id"] == by_status["open"]["pk"].removeprefix("V#")


def test_a_writer_in_the_way_is_waited_for(world: World) -> None:
    world.put("inbound", whatsapp(world, "wamid.in.1", START))
    conflicts = iter(["TransactionConflict"] * 3)

    def conflict(call: Call) -> None:
        if call.operation == "TransactWriteItems" and (code := next(conflicts, None)):
            raise cancelled(call, code)

    ingest(world, before=conflict)

    assert items_of(world, "entry") == 1
    assert len(world.pauses) == 3


# --- what it costs -----------------------------------------------------------------------------


def _known(world: World, count: int) -> None:
    for n in range(count):
        world.put("inbound", whatsapp(world, f"first.{n}", START, sender=f"90532{n:07}"))
    drain(world)


def _next_of(world: World, count: int) -> list[str]:
    return [whatsapp(world, f"next.{n}", minutes(1), sender=f"90532{n:07}") for n in range(count)]


def test_ten_messages_of_known_customers_cost_three_requests(world: World) -> None:
    _known(world, 10)
    world.put("inbound", *_next_of(world, 10))

    calls = ingest(world)

    assert counted(calls) == {"BatchGetItem": 1, "TransactWriteItems": 1, "PutEvents": 1}
    assert [case["inbound_count"] for case in world.items("conversation")] == [2] * 10


def test_one_message_of_a_known_customer_costs_three_requests(world: World) -> None:
    _known(world, 1)
    world.put("inbound", *_next_of(world, 1))

    assert len(ingest(world)) == 3


def test_a_repeat_in_a_batch_costs_its_mates_one_write_more_and_nothing_else(world: World) -> None:
    _known(world, 10)
    bodies = _next_of(world, 10)
    world.put("inbound", bodies[0])
    ingest(world)
    world.put("inbound", *bodies)

    calls = ingest(world)

    assert counted(calls)["TransactWriteItems"] == 2
    assert [case["inbound_count"] for case in world.items("conversation")] == [2] * 10


def test_what_a_message_costs_does_not_grow_with_the_history(world: World) -> None:
    costs = []
    for n in range(12):
        world.put("inbound", whatsapp(world, f"wamid.in.{n}", START + timedelta(seconds=n)))
        calls = ingest(world)
        written = [call for call in calls if call.operation == "TransactWriteItems"]
        costs.append((counted(calls), len(str(written[0].params["TransactItems"]))))

    assert all(now[0] == then[0] for now, then in pairwise(costs[1:]))
    assert costs[-1][1] <= costs[1][1] + 10


# --- very many at once -------------------------------------------------------------------------


def _many(count: int, sender: Callable[[int], str], name: str = "wamid") -> str:
    payload = whatsapp_message("wamid.in.0", START)
    value = payload["entry"][0]["changes"][0]["value"]
    sample = value["messages"][0]
    value["messages"] = [
        sample
        | {
            "id": f"{name}.{n:04}",
            "from": sender(n),
            "timestamp": str(int((START + timedelta(seconds=n)).timestamp())),
        }
        for n in range(count)
    ]
    return queued("whatsapp", payload, START)


def _nobody_listens(world: World) -> None:
    """Without rules on the bus, putting thousands of events there takes no time."""
    bus, name = world.client("events"), DEPLOYMENT.bus
    for rule in ("reactions", "spy"):
        bus.remove_targets(Rule=rule, EventBusName=name, Ids=[rule])
        bus.delete_rule(Name=rule, EventBusName=name)


def test_hundreds_of_messages_of_one_stranger_in_one_delivery_share_their_writes(
    world: World,
) -> None:
    _nobody_listens(world)
    world.put("inbound", _many(300, lambda n: PHONE))

    calls = ingest(world)

    (case,) = world.items("conversation")
    assert case["inbound_count"] == items_of(world, "entry") == 300
    assert case["last_inbound_at"] == "2026-11-23T10:04:59.000Z"
    cost = counted(calls)
    assert (cost["TransactWriteItems"], cost["BatchGetItem"]) == (4, 6)
    put = [entry for call in calls for entry in call.params.get("Entries", ())]
    kinds = [entry["DetailType"] for entry in put]
    assert sorted(set(kinds)) == ["ConversationOpened", "MessageReceived"]
    assert (kinds.count("ConversationOpened"), len(kinds)) == (1, 301)


def test_messages_of_very_many_known_senders_in_one_delivery_share_their_writes(
    world: World,
) -> None:
    _nobody_listens(world)
    world.put("inbound", _many(60, lambda n: f"90532{n:07}"))
    ingest(world)
    assert items_of(world, "conversation") == 60
    world.put("inbound", _many(60, lambda n: f"90532{n:07}", name="again"))

    calls = ingest(world)

    assert counted(calls) == {"BatchGetItem": 1, "TransactWriteItems": 2, "PutEvents": 6}
    assert {int(case["inbound_count"]) for case in world.items("conversation")} == {2}


def test_a_handle_that_can_be_no_key_fails_alone(world: World) -> None:
    _known(world, 1)
    # 256 characters each, as the parser allows, and 2,048 bytes: more than a key may have.
    long = _on(chat_message("m1", START, customer="🙂" * 256), channel_id="🙂" * 256)
    world.put("inbound", *_next_of(world, 1), queued("chat", long, START))

    def too_long(call: Call) -> None:
        if "🙂" in str(call.params):
            raise refusal("ValidationException", "Size of hashkey has exceeded the maximum")

    with pytest.raises(Exception, match="1 of 2 messages failed"):
        ingest(world, before=too_long)

    (case,) = world.items("conversation")
    assert case["inbound_count"] == 2
    assert world.waiting("inbound") == 1


# --- customers outside conversations -----------------------------------------------------------


def _person(world: World, *values: str) -> Any:
    handles = [Handle(kind="email", value=value) for value in values]
    contacts = (Contact(channel="email", address=values[0]),)
    found = world.wiring.people.resolve(handles, contacts=contacts, name="Ada", locale="tr")
    return found.customer


def test_a_buyer_is_created_once_and_found_by_any_handle(world: World) -> None:
    first = _person(world, "a@posta.example", "b@posta.example")
    again = _person(world, "b@posta.example")

    assert (first.id, first.name, first.locale) == (again.id, "Ada", "tr")
    assert [contact.address for contact in again.contacts] == ["a@posta.example", "b@posta.example"]
    assert _person(world, "b@posta.example") == again


def test_two_orders_of_one_stranger_at_once_make_one_customer(world: World) -> None:
    assert world.wiring.people
    rivals: list[Any] = []
    with watched(_first_write(lambda: rivals.append(_person(world, "a@posta.example")))):
        ours = _person(world, "a@posta.example")

    assert [ours.id] == [rival.id for rival in rivals]
    assert items_of(world, "customer") == 1


def test_a_customer_who_never_stops_changing_is_tried_again_later(world: World) -> None:
    person = _person(world, "a@posta.example")

    def changed(call: Call) -> None:
        if call.operation == "TransactWriteItems":
            raise cancelled(call, "ConditionalCheckFailed")

    with watched(changed):
        with pytest.raises(Contention):
            _person(world, "a@posta.example", "c@posta.example")
        with pytest.raises(Contention):
            _agree(world, person.id, granted=True)


def _agree(world: World, customer_id: str, *, granted: bool) -> Any:
    return record_consent(
        customer_id,
        "review",
        granted=granted,
        source="shop",
        at=world.now,
        pause=world.wiring.pause,
    )


def test_consent_is_what_was_said_last_and_every_word_of_it_is_kept(world: World) -> None:
    person = _person(world, "a@posta.example")
    _agree(world, person.id, granted=True)
    world.now += timedelta(days=1)
    pending = [lambda: customers.change(customers.get(person.id), locale="en")]

    def rival(call: Call) -> None:
        if call.operation == "TransactWriteItems" and pending:
            pending.pop()()

    with watched(rival):
        now = _agree(world, person.id, granted=False)

    assert (now.consents["review"].granted, now.locale) == (False, "en")
    assert [said.granted for _, said in customers.consent_history([person.id])] == [True, False]


def test_a_change_of_what_has_changed_meanwhile_is_refused(world: World) -> None:
    seen = _person(world, "a@posta.example")
    customers.change(seen, locale="en")
    with pytest.raises(Contention, match="just changed"):
        customers.change(seen, locale=None)
    assert customers.change(customers.get(seen.id), locale=None).locale is None


def test_a_customers_handles_are_listed(world: World) -> None:
    person = _person(world, "a@posta.example", "b@posta.example")
    assert customers.identities_of(person.family) == [
        "email::a@posta.example",
        "email::b@posta.example",
    ]
