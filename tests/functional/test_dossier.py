"""Everything that is kept about a customer can be handed to them, and nothing about others."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.inbox.consents import record_consent
from chalicelib.store import customers, dossier, entries, suppressions
from chalicelib.store.notification_records import Suppression
from chalicelib.store.records import Contact, Customer, Entry
from chalicelib.store.table import Transaction
from tests.support.aws_calls import counted
from tests.support.http_calls import problem_of, staff
from tests.support.outreach import MAIL, furnish, plan
from tests.support.webhook_calls import queued, whatsapp_message
from tests.support.world import World

URL = "/v1/customers/{}/export"


def exported(world: World, who: str = "cus_1", *, limit: int = 100) -> list[dict[str, Any]]:
    pages = staff(world).pages(URL.format(who), "things", limit=limit)
    return [thing for page in pages for thing in page]


def kinds(things: list[dict[str, Any]]) -> dict[str, int]:
    keys = {thing["key"]: thing["type"] for thing in things}
    return {kind: list(keys.values()).count(kind) for kind in set(keys.values())}


def lay_down(world: World, key: str, text: str, who: str = "cus_1", minutes: int = 0) -> None:
    at = world.now + timedelta(minutes=minutes)
    entry = Entry(key=key, at=at, kind="message", direction="in", customer_id=who, text=text)
    transaction = Transaction()
    entries.put_once(transaction, entry)
    transaction.commit()


def someone_with_a_history(world: World) -> None:
    furnish(world, channel="email", contacts=(MAIL,))
    plan(world, "reply")
    world.settle()
    record_consent(
        "cus_1", "marketing", granted=True, source="checkout", at=world.now, pause=lambda _: None
    )
    suppressions.put(
        Suppression(channel="email", address=MAIL.address, reason="bounced", at=world.now)
    )


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_all_of_it_however_long_the_pages(world: World, limit: int) -> None:
    someone_with_a_history(world)
    found = kinds(exported(world, limit=limit))
    assert found == {
        "customer": 1,
        "consent": 1,
        "order": 1,
        "notification": 1,
        "entry": 1,
        "conversation": 1,
        "suppression": 1,
    } | {kind: 1 for kind in found if kind == "ledger"}


def test_what_they_said_is_in_it_word_for_word_and_what_we_decided(world: World) -> None:
    world.put("inbound", queued("whatsapp", whatsapp_message("wamid.1", world.now), world.now))
    world.settle()
    (customer,) = world.items("customer")
    things = exported(world, str(customer["pk"]).removeprefix("C#"))
    assert {"customer", "identity", "entry", "conversation", "notification"} <= set(kinds(things))
    texts = [thing["text"] for thing in things if thing["type"] == "entry"]
    kept = [entry["text"] for entry in world.items("entry")]
    assert sorted(texts) == sorted(kept)
    (note,) = [thing for thing in things if thing["type"] == "notification"]
    assert note["decisions"][0]["reason"] == "due"
    assert not any(name.startswith("gsi") for thing in things for name in thing)


def test_of_merged_customers_it_is_all_of_both_and_of_parted_ones_their_own(world: World) -> None:
    assert world.wiring.table
    for name in ("cus_1", "cus_2", "cus_3"):
        contact = Contact(channel="email", address=f"{name}@example.com")
        person = Customer(id=name, created_at=world.now, contacts=(contact,))
        customers.customer_item(person).save(add_version_condition=False)
        lay_down(world, f"chat::{name}", f"from {name}", who=name)
    world.wiring.merging.merge("cus_1", "cus_2", "staff")
    texts = {thing.get("text") for thing in exported(world) if thing["type"] == "entry"}
    assert {"from cus_1", "from cus_2"} <= texts
    assert "from cus_3" not in texts
    assert exported(world, "cus_2") == exported(world)
    world.wiring.merging.part("cus_1", "cus_2", "staff")
    assert "from cus_2" not in {thing.get("text") for thing in exported(world)}


def test_a_long_history_comes_in_pages_that_can_be_answered_with(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(world)
    for number in range(12):
        lay_down(world, f"chat::{number}", "x" * 2000, minutes=number)
    monkeypatch.setattr(dossier, "MOST_BYTES", 9000)
    pages = staff(world).pages(URL.format("cus_1"), "things", limit=100)
    texts = [thing["key"] for page in pages for thing in page if thing["type"] == "entry"]
    assert len(texts) == len(set(texts)) == 12
    assert max(len(str(page)) for page in pages) < 12_000


def test_a_page_costs_the_same_whatever_lies_behind_it(world: World) -> None:
    furnish(world)
    for number in range(40):
        lay_down(world, f"chat::{number}", "x", minutes=number)
    someone = staff(world)
    cursor = quote("timeline|cus_1|", safe="")
    with counted() as calls:
        answer = someone.get(f"{URL.format('cus_1')}?limit=5&cursor={cursor}")
    assert len(answer.json["things"]) == 5
    assert len(calls) <= 3  # the key, the customer, the page


@pytest.mark.parametrize("cursor", ["x", "own", "own|cus_1", "else|cus_1|", "own|cus_2|", "||"])
def test_a_wrong_cursor_is_refused(world: World, cursor: str) -> None:
    furnish(world)
    url = f"{URL.format('cus_1')}?cursor={quote(cursor, safe='')}"
    problem_of(staff(world).get(url), 400)


def test_it_takes_a_scope_of_its_own_and_a_customer(world: World) -> None:
    furnish(world)
    assert "customers:export" in problem_of(staff(world, "*:read").get(URL.format("cus_1")), 403)
    problem_of(staff(world).get(URL.format("nobody")), 404)
