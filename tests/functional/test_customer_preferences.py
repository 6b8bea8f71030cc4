"""Staff API: what customers prefer, their tags, and consents on single channels."""

from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.store import customers
from tests.support.http_calls import problem_of, staff
from tests.support.outreach import furnish
from tests.support.public_pages import events_of
from tests.support.world import START, World

PREFERENCES = "/v1/customers/cus_1/preferences"
CONSENTS = "/v1/customers/cus_1/consents"


def test_tags_and_hours_are_set_shown_and_taken_away(world: World) -> None:
    furnish(world)
    someone = staff(world)
    wanted = {"tags": ["vip", "istanbul", "vip"], "quiet_hours": ["22:00", "10:00"]}
    shown = someone.patch(PREFERENCES, wanted).json
    assert shown["tags"] == ["vip", "istanbul"]
    assert shown["quiet_hours"] == ["22:00", "10:00"]
    assert someone.get("/v1/customers/cus_1").json["tags"] == ["vip", "istanbul"]
    gone: tuple[dict[str, Any], ...] = ({"tags": [], "quiet_hours": None}, {"tags": None})
    for nothing in gone:
        shown = someone.patch(PREFERENCES, nothing).json
        assert not {"tags", "quiet_hours"} & set(shown)


@pytest.mark.parametrize(
    "wrong",
    [
        {"tags": ["x" * 51]},
        {"tags": [""]},
        {"tags": [str(number) for number in range(51)]},
        {"tags": "vip"},
        {"quiet_hours": ["22:00"]},
        {"quiet_hours": ["24:00", "10:00"]},
        {"quiet_hours": ["22:00", "10:00\n"]},
        {"quiet_hours": ["٢٢:00", "10:00"]},
        {"quiet_hours": [22, 10]},
    ],
)
def test_what_is_no_tag_or_hour_is_refused(world: World, wrong: dict[str, Any]) -> None:
    before = furnish(world)
    problem_of(staff(world).patch(PREFERENCES, wrong), 400)
    assert (customers.get("cus_1").tags, customers.get("cus_1").quiet_hours) == (
        before.tags,
        before.quiet_hours,
    )


def test_what_a_customer_bought_is_shown_over_all_who_were_merged_into_them(world: World) -> None:
    furnish(world, orders=2, spent=12050, last_order_at=START)
    other = customers.get("cus_1")
    alone = staff(world).get("/v1/customers/cus_1").json
    assert (alone["orders"], alone["spent"]) == (2, "120.50")
    values = {"id": "cus_2", "orders": 1, "spent": 995, "contacts": (), "version": None}
    customers.customer_item(replace(other, **values)).save(add_version_condition=False)
    staff(world).post("/v1/customers/cus_1/merge", {"customer_id": "cus_2"})
    both = staff(world).get("/v1/customers/cus_1").json
    assert (both["orders"], both["spent"]) == (3, "130.45")
    assert both["last_order_at"].startswith("2026-11-23T10:00:00")


def test_a_consent_may_be_about_one_channel(world: World) -> None:
    furnish(world)
    someone = staff(world)
    one = {"purpose": "marketing", "granted": True, "channel": "whatsapp"}
    answer = someone.put(CONSENTS, one).json
    assert answer["consents"]["marketing/whatsapp"]["granted"] is True
    (line,) = answer["history"]
    assert (line["purpose"], line["channel"]) == ("marketing", "whatsapp")
    (told,) = events_of(world, "ConsentChanged")
    assert told["channel"] == "whatsapp"
    someone.put(CONSENTS, {"purpose": "marketing", "granted": False})
    history = someone.get(CONSENTS).json["history"]
    assert {line.get("channel") for line in history} == {None, "whatsapp"}
    problem_of(someone.put(CONSENTS, one | {"channel": "fax"}), 400)


def test_an_urgent_conversation_shows_that_it_is(world: World) -> None:
    furnish(world)
    world.wiring.cases.not_helped("cnv_1", resolution=1, survey_id="ntf_1")
    (case,) = staff(world).get("/v1/conversations").json["conversations"]
    assert case["priority"] == "high"
    resolved = staff(world).post("/v1/conversations/cnv_1/resolve").json
    assert "priority" not in resolved
    assert resolved["resolved_reason"] == "solved"
