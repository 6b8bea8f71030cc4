"""Search: customers by what they are called and by their addresses, as staff type them."""

from typing import Any
from urllib.parse import quote

from chalicelib.consequences.finding import index_customer
from chalicelib.consequences.hands import Happened
from chalicelib.events import ConversationOpened
from chalicelib.store import customers
from chalicelib.store.records import Identity
from tests.functional.test_case_labels import arrive
from tests.support.aws_calls import counted
from tests.support.http_calls import Staff, staff
from tests.support.webhook_calls import chat_message, whatsapp_message
from tests.support.world import World


def wrote(world: World, name: str, number: int) -> str:
    """Somebody of this name wrote; their id."""
    phone = f"90532111220{number}"
    message = whatsapp_message(f"wamid.in.{number}", world.now, text="merhaba", sender=phone)
    message["entry"][0]["changes"][0]["value"]["contacts"][0]["profile"]["name"] = name
    arrive(world, "whatsapp", message)
    return str(staff(world).get(f"/v1/customers?identity=phone:{phone}").json["id"])


def people(someone: Staff, query: str) -> list[str]:
    answer = someone.get(f"/v1/search?q={quote(query)}")
    assert answer.status == 200, answer.text
    return [one["id"] for one in answer.json.get("customers", ())]


def test_a_customer_is_found_by_name_phone_and_mail_address(world: World) -> None:
    gulsah, other = wrote(world, "Gülşah Çağrı", 1), wrote(world, "Gülşah Demir", 2)
    someone = staff(world)
    for query in ("gulsah cagri", "ÇAĞRI", "Gülşah Çağ", "0532 111 22 01", "+90 532 111 2201"):
        assert people(someone, query) == [gulsah], query
    assert sorted(people(someone, "gulsah")) == sorted([gulsah, other])
    for query in ("gulsah yilmaz", "0532 111 22 09", "nobody@ornek.example"):
        assert people(someone, query) == []
    about: dict[str, Any] = {"email": "ayse@ornek.example", "email_verified": True}
    arrive(world, "chat", chat_message("m-1", world.now, text="merhaba", **about))
    (ayse,) = people(someone, "AYSE@ORNEK.EXAMPLE")
    assert ayse == someone.get("/v1/customers?identity=email:AYSE@ORNEK.EXAMPLE").json["id"]
    assert someone.get("/v1/customers?identity=phone:0532%20111%2022%2001").json["id"] == gulsah


def test_a_customer_is_found_by_the_name_they_have_now_and_in_whom_they_were_merged(
    world: World,
) -> None:
    first, second = wrote(world, "Gülşah Çağrı", 1), wrote(world, "Ali", 2)
    someone = staff(world)
    someone.patch(f"/v1/customers/{first}/preferences", {"name": "Gülşah Demir"})
    assert people(someone, "cagri") == []
    assert people(someone, "demir") == [first]
    someone.post(f"/v1/customers/{second}/merge", {"customer_id": first})
    assert people(someone, "demir") == people(someone, "ali") == [second]


def test_short_names_are_searched_and_an_address_of_nobody_any_more_is_no_error(
    world: World,
) -> None:
    su = wrote(world, "Su Oz", 1)
    someone = staff(world)
    assert people(someone, "Su") == people(someone, "oz su") == [su]
    stray = Identity(key="email:ay@x.co", customer_id="cus_gone", linked_at=world.now)
    customers.identity_item(stray).save()
    assert people(someone, "ay@x.co") == []


def test_a_key_that_may_not_read_customers_is_shown_none(world: World) -> None:
    wrote(world, "Gülşah Çağrı", 1)
    assert people(staff(world, "conversations:read"), "cagri") == []


def test_a_name_is_written_once_and_goes_with_its_customer(world: World) -> None:
    who = wrote(world, "Gülşah Nur Çağrı", 1)
    assert len(world.items("name")) == 3
    assert {row["gsi2pk"] for row in world.items("name")} == {f"C#{who}"}
    opened = ConversationOpened(conversation_id="x", customer_id=who, opened_by="customer")
    for customer_id, expected in ((who, ["BatchGetItem"] * 2), ("cus_gone", ["BatchGetItem"])):
        opened = ConversationOpened(
            conversation_id="x", customer_id=customer_id, opened_by="customer"
        )
        with counted() as requests:
            index_customer(Happened(id="x", at=world.now, data=opened), world.wiring.hands)
        assert requests == expected
    assert len(world.items("name")) == 3


def test_who_is_erased_is_found_no_more_by_name_nor_by_anything_written(world: World) -> None:
    who = wrote(world, "Gülşah Çağrı", 1)
    someone = staff(world)
    (case,) = [row["pk"].removeprefix("V#") for row in world.items("conversation")]
    someone.post(f"/v1/conversations/{case}/messages", {"text": "contanız yolda"})
    someone.post(f"/v1/conversations/{case}/notes", {"text": "conta bitti"})
    someone.patch(f"/v1/conversations/{case}", {"labels": ["conta"]})
    world.settle()
    kinds = {one["found_in"] for one in someone.get("/v1/search?q=conta").json["messages"]}
    assert kinds == {"reply", "note", "label"}
    answer = someone.post(f"/v1/customers/{who}/erase", {"reason": "request"})
    assert answer.status in (200, 202), answer.text
    world.settle()
    assert world.items("name") == world.items("word") == []
    assert someone.get("/v1/search?q=conta").json == {"messages": []}
    assert people(someone, "cagri") == []
