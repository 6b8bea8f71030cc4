"""The inbox's decisions as values: whose it is, what goes together, what still fits."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.base import Handle, InboundMessage, Media, Sender
from chalicelib.inbox import planning
from chalicelib.inbox.arrivals import MAX_TEXT_BYTES, Arrival, Group, of_message
from chalicelib.store.plans import MAX_ACTIONS
from chalicelib.store.records import Contact, Conversation, Customer, Identity

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def handle(value: str) -> Handle:
    kind = "email" if "@" in value else "chat"
    return Handle(kind=kind, value=value)


def arrival(key: str, *handles: str, minute: float = 0, **about: Any) -> Arrival:
    sender = Sender(handles=tuple(map(handle, handles)), **about)
    message = InboundMessage(
        channel="chat",
        account="",
        message_id=key,
        sender=sender,
        address=handles[0],
        at=AT + timedelta(minutes=minute),
        text=key,
    )
    return of_message(message, delivery_id="dlv_1")


def identity(value: str, customer: str, conversation: str | None = "cnv_1") -> Identity:
    return Identity(
        key=handle(value).key,
        customer_id=customer,
        linked_at=AT,
        conversation_id=conversation,
        contacts=(Contact(channel="chat", address=value),),
    )


def known(*identities: Identity) -> dict[str, Identity]:
    return {one.key: one for one in identities}


def names(groups: list[Group]) -> list[list[str]]:
    return [[a.entry.key.removeprefix("chat::") for a in group.arrivals] for group in groups]


def no_origin(handles: Any, locale: str | None) -> tuple[str | None, str | None]:
    return locale, None


WINDOW = timedelta(days=7)


def fast(group: Group, identities: Any) -> list[planning.Fast]:
    return planning.fast(group, identities, WINDOW)


def full(group: Group, **about: Any) -> Any:
    given_: dict[str, Any] = {
        "identities": {},
        "customer": None,
        "conversation": None,
        "customer_id": "cus_new",
        "conversation_id": "cnv_new",
        "origin": no_origin,
        "now": AT,
    }
    return planning.full(group, window=WINDOW, **(given_ | about))


# --- groups ------------------------------------------------------------------------------------


def test_a_group_is_one_customers_messages_in_order_of_time() -> None:
    batch = [arrival("2", "a", minute=2), arrival("x", "b"), arrival("1", "a", minute=1)]
    assert names(planning.grouped(batch, {})) == [["1", "2"], ["x"]]


def test_the_first_handle_that_is_somebodys_decides() -> None:
    identities = known(identity("a", "cus_a"), identity("m@x.example", "cus_m"))
    handles = [handle("new"), handle("a"), handle("m@x.example")]
    assert planning.owner(handles, identities) == "cus_a"
    assert planning.owner([handle("new")], identities) is None


def test_who_shares_a_handle_with_a_known_customers_message_is_that_customer() -> None:
    identities = known(identity("m@x.example", "cus_m"))
    batch = [arrival("1", "new"), arrival("2", "new", "m@x.example")]
    for order in (batch, batch[::-1]):
        assert names(planning.grouped(order, identities)) == [["1", "2"]]


def test_two_known_customers_stay_two_whatever_one_message_claims() -> None:
    identities = known(identity("a", "cus_a"), identity("m@x.example", "cus_m"))
    batch = [arrival("1", "a", "m@x.example"), arrival("2", "m@x.example"), arrival("3", "a")]
    assert names(planning.grouped(batch, identities)) == [["1", "3"], ["2"]]


@given(st.lists(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=3), max_size=20))
def test_grouping_loses_nothing_and_never_mixes_known_customers(batch: list[list[str]]) -> None:
    identities = known(identity("a", "cus_a"), identity("b", "cus_b"), identity("c", "cus_b"))
    arrivals = [arrival(str(n), *handles) for n, handles in enumerate(batch)]
    groups = planning.grouped(arrivals, identities)
    assert sorted(name for group in names(groups) for name in group) == sorted(
        str(n) for n in range(len(batch))
    )
    for group in groups:
        owners = {planning.owner(a.handles, identities) for a in group.arrivals}
        assert len(owners - {None}) <= 1


# --- fast plans --------------------------------------------------------------------------------


def test_a_known_customer_with_an_open_conversation_needs_no_reading() -> None:
    group = Group("cus_a", [arrival("1", "a"), arrival("2", "a", minute=1)])
    (plan,) = fast(group, known(identity("a", "cus_a")))
    assert (plan.append.customer_id, plan.append.conversation_id) == ("cus_a", "cnv_1")
    assert (plan.append.inbound, plan.append.earliest) == (2, AT)
    assert plan.append.last is not None
    assert plan.append.last.at == AT + timedelta(minutes=1)


def test_whoever_is_not_certain_is_looked_at_closely() -> None:
    one = Group("cus_a", [arrival("1", "a")])
    two = Group("cus_a", [arrival("1", "a", "b")])
    elsewhere = Identity(key="chat::a", customer_id="cus_a", linked_at=AT, conversation_id="cnv_1")
    assert fast(one, {}) == []
    assert fast(one, known(identity("a", "cus_a", None))) == []
    assert fast(two, known(identity("a", "cus_a"))) == []
    assert fast(two, known(identity("a", "cus_a"), identity("b", "cus_b"))) == []
    assert fast(one, known(elsewhere)) == []  # its contact may be new


@settings(deadline=None)
@given(st.integers(1, 150), st.integers(1, 60))
def test_portions_keep_order_and_fit(count: int, limit: int) -> None:
    arrivals = [arrival(str(n), "a") for n in range(count)]
    runs = planning.portions(arrivals, limit)
    assert [a for run in runs for a in run] == arrivals
    assert all(len(run) <= limit for run in runs)
    assert len(runs) == -(-count // limit)


@settings(deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_packs_hold_every_plan_and_fit_a_transaction(sizes: list[int]) -> None:
    plans = []
    for n, size in enumerate(sizes):
        group = Group(str(n), [arrival(f"{n}.{m}", str(n)) for m in range(size)])
        plans += fast(group, known(identity(str(n), f"cus_{n}", f"cnv_{n}")))
    packs = planning.packed(plans)
    assert [plan for pack in packs for plan in pack] == plans
    assert all(sum(plan.append.actions for plan in pack) <= MAX_ACTIONS for pack in packs)


def test_a_thousand_messages_of_one_customer_are_eleven_transactions() -> None:
    group = Group("cus_a", [arrival(f"{n:04}", "a", minute=n) for n in range(1000)])
    packs = planning.packed(fast(group, known(identity("a", "cus_a"))))
    assert [len(pack) for pack in packs] == [1] * 11


def test_a_thousand_customers_are_twenty_transactions() -> None:
    identities = known(*(identity(str(n), f"cus_{n}", f"cnv_{n}") for n in range(1000)))
    groups = planning.grouped([arrival(f"m{n}", str(n)) for n in range(1000)], identities)
    packs = planning.packed([plan for g in groups for plan in fast(g, identities)])
    assert [len(pack) for pack in packs] == [50] * 20


def test_long_texts_make_smaller_transactions() -> None:
    long = [
        of_message(
            InboundMessage(
                channel="chat",
                account="",
                message_id=str(n),
                sender=Sender(handles=(handle("a"),)),
                address="a",
                at=AT,
                text="x" * 65_536,
            ),
            delivery_id="dlv_1",
        )
        for n in range(30)
    ]
    runs = planning.portions(long, 99)
    assert [len(run) for run in runs] == [11, 11, 8]


# --- full plans --------------------------------------------------------------------------------


def test_a_stranger_is_created_with_everything_their_messages_tell() -> None:
    group = Group("x", [arrival("1", "a", name="Ayşe", locale="tr"), arrival("2", "a", minute=1)])
    plan = full(group)
    assert (plan.customer.id, plan.customer.name, plan.customer.locale) == ("cus_new", "Ayşe", "tr")
    assert (plan.opens, plan.current, plan.conversation.inbound_count) == (True, True, 2)
    assert [entry.opens for entry in plan.append.entries] == [True, False]
    assert [one.conversation_id for one in plan.new] == ["cnv_new"]


def test_only_new_handles_are_linked_and_nobody_elses_touched() -> None:
    identities = known(identity("a", "cus_a", None), identity("m@x.example", "cus_m"))
    person = Customer(id="cus_a", created_at=AT, version=3)
    group = Group("cus_a", [arrival("1", "a", "b", "m@x.example")])
    plan = full(group, identities=identities, customer=person)
    assert [one.key for one in plan.new] == ["chat::b"]
    assert [(one.key, one.conversation_id) for one in plan.known] == [("chat::a", "cnv_new")]


def test_an_identity_that_points_there_already_is_left_alone() -> None:
    person = Customer(id="cus_a", created_at=AT, version=3, open_conversation_id="cnv_1")
    case = Conversation(
        id="cnv_1", customer_id="cus_a", status="open", opened_by="customer", opened_at=AT
    )
    plan = full(
        Group("cus_a", [arrival("1", "a")]),
        identities=known(identity("a", "cus_a")),
        customer=person,
        conversation=case,
    )
    assert (plan.known, plan.new, plan.opens) == ((), (), False)


# --- contacts and texts ------------------------------------------------------------------------


def test_contacts_stay_in_order_and_the_newest_of_a_channel_win() -> None:
    mail = Contact(channel="email", address="m@x.example")
    visits = [Contact(channel="chat", address=str(n)) for n in range(30)]
    kept = planning.newest((mail, *visits[:5]), visits)
    assert kept == (mail, *visits[20:])


@given(st.lists(st.integers(0, 5), max_size=12), st.lists(st.integers(0, 5), max_size=12))
def test_contacts_are_each_there_once(present: list[int], more: list[int]) -> None:
    made = {n: Contact(channel="chat", address=str(n)) for n in range(6)}
    kept = planning.newest([made[n] for n in present], [made[n] for n in more])
    assert kept == tuple(dict.fromkeys(made[n] for n in [*present, *more]))


def test_an_entry_tells_what_came_along() -> None:
    message = InboundMessage(
        channel="chat",
        account="",
        message_id="1",
        sender=Sender(handles=(handle("a"),)),
        address="a",
        at=AT + timedelta(microseconds=1999),
        kind="image",
        reply_to="0",
        media=(Media(kind="image", url="https://x.example/i.png"),),
    )
    entry = of_message(message, delivery_id="dlv_1").entry
    assert entry.details == {
        "type": "image",
        "reply_to": "0",
        "media": [{"kind": "image", "url": "https://x.example/i.png"}],
    }
    assert entry.at == AT + timedelta(milliseconds=1)


def test_a_text_that_no_item_can_hold_is_cut_between_letters_and_says_so() -> None:
    message = InboundMessage(
        channel="chat",
        account="",
        message_id="1",
        sender=Sender(handles=(handle("a"),)),
        address="a",
        at=AT,
        text="ş" * 200_000,
    )
    entry = of_message(message, delivery_id="dlv_1").entry
    assert entry.text == "ş" * (MAX_TEXT_BYTES // 2)
    assert entry.details == {"cut": True}
