"""Customers, a template and a campaign, and the ways to run it."""

from typing import Any

from chalicelib.outreach.steps import Step
from chalicelib.store import campaigns, customers
from chalicelib.store.outreach_records import Campaign
from chalicelib.store.records import Consent, Contact, Customer
from tests.support.http_calls import Staff
from tests.support.world import World

CONTENTS = {
    "tr": {"subject": "Merhaba{{ name }}", "text": "{{ brand }} sizi bekliyor{{ name }}."},
    "en": {"subject": "Hello{{ name }}", "text": "{{ brand }} is waiting for you{{ name }}."},
}


def customer(world: World, number: int, **known: Any) -> Customer:
    """Keep somebody who has agreed to marketing and has a mail address."""
    assert world.wiring.table
    name = f"cus_{number:05d}"
    usual: dict[str, Any] = {
        "name": "Ayşe Yılmaz",
        "locale": "tr",
        "contacts": (Contact(channel="email", address=f"c{number}@example.com"),),
        "consents": {"marketing": Consent(granted=True, at=world.now, source="test")},
    }
    person = Customer(id=name, created_at=world.now, **(usual | known))
    customers.customer_item(person).save(add_version_condition=False)
    return person


def crowd(world: World, count: int, **known: Any) -> list[Customer]:
    return [customer(world, number, **known) for number in range(count)]


def template(someone: Staff, contents: Any = CONTENTS, name: str = "spring") -> None:
    answer = someone.put(f"/v1/templates/{name}", {"contents": contents})
    assert answer.status == 200, answer.text


def drafted(someone: Staff, **wanted: Any) -> str:
    """The id of a new draft."""
    usual = {"name": "Spring", "segment": "all", "template": "spring"}
    answer = someone.post("/v1/campaigns", usual | wanted)
    assert answer.status == 201, answer.text
    name: str = answer.json["id"]
    return name


def act(someone: Staff, name: str, action: str) -> dict[str, Any]:
    answer = someone.post(f"/v1/campaigns/{name}/{action}")
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def seen(someone: Staff, name: str) -> dict[str, Any]:
    answer = someone.get(f"/v1/campaigns/{name}")
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def now(name: str) -> Campaign:
    return campaigns.get(name)


def first_step(name: str) -> str:
    """The body of the message that begins the campaign's next run."""
    import msgspec

    return msgspec.json.encode(Step.first(now(name))).decode()
