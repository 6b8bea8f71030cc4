"""Codes: issued once for each step, worth something once, whoever asks and however often."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.commerce.coupons import state
from chalicelib.store.outreach_records import Coupon
from tests.support.aws_calls import Killed, failing, killed_at
from tests.support.http_calls import problem_of, staff
from tests.support.outreach import furnish
from tests.support.world import World

DAY = timedelta(days=1)


def issue(world: World, key: str = "review:1", **more: Any) -> Coupon:
    given: dict[str, Any] = {
        "customer_id": "cus_1",
        "reason": "coupon",
        "percent": 10,
        "valid_from": world.now,
        "valid": 30 * DAY,
    }
    return world.wiring.coupons.issue(key=key, **(given | more))


def test_the_same_step_always_issues_the_same_code(world: World) -> None:
    first, other = issue(world), issue(world, "review:2")
    world.now += DAY
    assert issue(world, percent=99) == first
    assert first.code != other.code
    assert len(world.items("coupon")) == 2


@pytest.mark.parametrize("answered", [False, True])
def test_a_worker_killed_at_any_call_leaves_one_code(world: World, answered: bool) -> None:
    for number in range(10):
        key = f"review:{number}"
        try:
            with killed_at(number, answered=answered):
                issue(world, key)
        except Killed:
            world.restart()
            assert issue(world, key) == issue(world, key)
        else:
            break
    assert len(world.items("coupon")) == len(world.items("issued")) == number + 1


def test_a_code_is_worth_something_while_it_is_valid(world: World) -> None:
    coupon = issue(world, valid_from=world.now + DAY)
    assert state(coupon, world.now) == "not_yet_valid"
    assert state(coupon, world.now + DAY) == "valid"
    assert state(coupon, world.now + 31 * DAY) == "expired"


class TestTill:
    def test_asks_what_a_code_is_worth(self, world: World) -> None:
        coupon = issue(world)
        typed = coupon.code.lower().replace("-", "%20")
        found = staff(world, "coupons:read").get(f"/v1/coupons/{typed}").json
        assert (found["code"], found["state"], found["percent"]) == (coupon.code, "valid", 10)
        assert found["customer_id"] == "cus_1"

    def test_uses_a_code_up_once(self, world: World) -> None:
        till, code = staff(world, "coupons:write"), issue(world).code
        redeem = f"/v1/coupons/{code}/redeem"
        for _ in range(2):
            taken = till.post(redeem, {"by": "store:kadikoy:receipt-123"})
            assert (taken.status, taken.json["state"]) == (200, "redeemed")
            world.now += DAY
        assert taken.json["redeemed_at"] == "2026-11-23T10:00:00Z"
        words = problem_of(till.post(redeem, {"by": "store:kadikoy:receipt-124"}), 409)
        assert words == "this code was used already, on 2026-11-23 10:00 UTC"

    def test_two_tills_at_once_use_it_once(self, world: World) -> None:
        till, code = staff(world), issue(world).code
        world.wiring.coupons.used(code, "till-1", world.now)
        world.wiring.coupons.used(code, "till-2", world.now)
        assert till.get(f"/v1/coupons/{code}").json["redeemed_by"] == "till-1"

    def test_is_told_why_a_code_is_worth_nothing(self, world: World) -> None:
        till = staff(world)
        early, late = issue(world, "a", valid_from=world.now + DAY), issue(world, "b", valid=DAY)
        body = {"by": "till"}
        words = problem_of(till.post(f"/v1/coupons/{early.code}/redeem", body), 409)
        assert words == "this code is valid from 2026-11-24 10:00 UTC"
        world.now += 2 * DAY
        words = problem_of(till.post(f"/v1/coupons/{late.code}/redeem", body), 409)
        assert words == "this code was valid until 2026-11-24 10:00 UTC"
        words = problem_of(till.get("/v1/coupons/KV7P2-9XQ4M"), 404)
        assert words == "there is no such code: check how it is written"
        problem_of(till.get("/v1/coupons/YAZ2026"), 404)

    @pytest.mark.parametrize(
        "body", [{}, {"by": ""}, {"by": 7}, {"by": "x" * 501}, [], {"to": "x"}]
    )
    def test_must_say_who_it_is(self, world: World, body: Any) -> None:
        answer = staff(world).post(f"/v1/coupons/{issue(world).code}/redeem", body)
        problem_of(answer, 400)

    def test_needs_the_scopes(self, world: World) -> None:
        code = issue(world).code
        reader = staff(world, "coupons:read")
        problem_of(reader.post(f"/v1/coupons/{code}/redeem", {"by": "x"}), 403)
        problem_of(staff(world, "orders:read").get(f"/v1/coupons/{code}"), 403)


def test_staff_see_a_customers_codes_but_not_those_that_may_come(world: World) -> None:
    furnish(world)
    first, second = issue(world, "a"), issue(world, "b", valid_from=world.now + DAY)
    desk = staff(world)
    listed = desk.get("/v1/customers/cus_1/coupons").json["coupons"]
    assert [one["code"] for one in listed] == [first.code]
    world.now += DAY
    listed = desk.get("/v1/customers/cus_1/coupons").json["coupons"]
    assert [one["code"] for one in listed] == [second.code, first.code]
    problem_of(desk.get("/v1/customers/cus_none/coupons"), 404)


def test_a_code_that_went_out_is_told_to_the_world_once_by_id(world: World) -> None:
    coupon = issue(world)
    for _ in range(2):
        world.wiring.coupons.hand_over(coupon.code)
    issued = [e for e in world.events() if e["detail-type"] == "CouponIssued"]
    assert len({e["detail"]["metadata"]["id"] for e in issued}) == 1
    assert issued[0]["detail"]["data"]["code"] == coupon.code
    assert world.platforms.posts == []
    with failing("PutEvents", "InternalFailure"), pytest.raises(Exception, match="not answering"):
        world.wiring.coupons.hand_over(coupon.code)
