"""A customer with a phone that tells where they are."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.store.records import Customer
from tests.support.http_calls import Answer, Staff, staff
from tests.support.outreach import TELEGRAM, furnish
from tests.support.world import World

MODA = (40.98420, 29.02590)
KARAKOY = (41.02230, 28.97700)
ELSEWHERE = (39.93340, 32.85970)
URL = "/v1/customers/{}/locations"
CONSENTS = "/v1/customers/{}/consents"


def agree(someone: Staff, purpose: str, granted: bool = True, who: str = "cus_1") -> None:
    answer = someone.put(CONSENTS.format(who), {"purpose": purpose, "granted": granted})
    assert answer.status == 200, answer.text


def somebody(world: World, *agreed: str, **customer: Any) -> tuple[Customer, Staff]:
    """A customer with these consents (by default all that an offer needs), and who tells of them:
    an app, whose key can do no more than that and record consents."""
    person = furnish(world, **{"contacts": (TELEGRAM,), **customer})
    app = staff(world, "locations:write", "customers:write", name="app")
    for purpose in agreed or ("location", "marketing"):
        agree(app, purpose)
    return person, app


def body(when: datetime, place: tuple[float, float] = MODA, **more: Any) -> dict[str, Any]:
    lat, lon = place
    return {"at": when.isoformat(), "lat": lat, "lon": lon, "accuracy_m": 15, **more}


def tell(
    world: World,
    app: Staff,
    place: tuple[float, float] = MODA,
    *,
    ago: timedelta = timedelta(),
    who: str = "cus_1",
    **more: Any,
) -> Answer:
    """The customer's position, measured so long ago."""
    return app.post(URL.format(who), body(world.now - ago, place, **more))


def said(answer: Answer) -> tuple[str | None, bool]:
    assert answer.status == 200, answer.text
    return answer.json["store"], answer.json["entered"]


def entered(world: World) -> list[dict[str, Any]]:
    """What the bus was told of people who came near a store since this was last asked, by id."""
    found = {
        event["detail"]["metadata"]["id"]: event["detail"]["data"]
        for event in world.events()
        if event["detail-type"] == "StoreEntered"
    }
    return list(found.values())


def offers(world: World) -> list[tuple[str, str]]:
    """Every offer near a store, as status and reason, in order."""
    found = [n for n in world.items("notification") if n["kind"] == "nearby"]
    return [(n["status"], n["reason"]) for n in sorted(found, key=lambda n: n["planned_for"])]
