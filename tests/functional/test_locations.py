"""Locations: taken only with consent, the newest alone, for a day, and told of once."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import msgspec
import pytest

from tests.support.aws_calls import Killed, killed_at
from tests.support.faults import first_claim, watched
from tests.support.http_calls import Answer, problem_of, staff
from tests.support.logs import logged
from tests.support.nearby import (
    ELSEWHERE,
    KARAKOY,
    MODA,
    agree,
    body,
    entered,
    said,
    somebody,
    tell,
)
from tests.support.world import World
from tests.support.world import world as make_world

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def kept(world: World) -> list[dict[str, Any]]:
    return world.items("location")


def test_without_consent_nothing_is_kept_and_the_answer_says_to_ask(world: World) -> None:
    _, app = somebody(world, "marketing")
    detail = problem_of(tell(world, app), 403)
    assert "PUT /v1/customers/cus_1/consents" in detail
    assert "nothing is kept" in detail
    assert (kept(world), entered(world)) == ([], [])


def test_with_consent_the_answer_says_which_store_they_came_to(world: World) -> None:
    _, app = somebody(world)
    assert said(tell(world, app, ELSEWHERE)) == (None, False)
    world.now += MINUTE
    assert said(tell(world, app)) == ("moda", True)
    world.now += MINUTE
    assert said(tell(world, app)) == ("moda", False)
    world.now += MINUTE
    assert said(tell(world, app, KARAKOY)) == ("karakoy", True)
    told = entered(world)
    assert [set(one) for one in told] == [{"customer_id", "store_id", "at"}] * 2
    assert [one["store_id"] for one in told] == ["moda", "karakoy"]


def test_one_item_holds_the_last_position_alone(world: World) -> None:
    _, app = somebody(world)
    for place in (ELSEWHERE, MODA):
        world.now += MINUTE
        tell(world, app, place)
    (item,) = kept(world)
    assert (item["pk"], item["sk"], item["store_id"]) == ("C#cus_1", "LOCATION", "moda")
    assert float(item["lat"]) == MODA[0]
    assert int(item["expires_at"]) == int((world.now + DAY).timestamp())
    assert "outbox" not in item


def test_the_same_report_again_gets_the_same_answer_and_is_told_once(world: World) -> None:
    _, app = somebody(world)
    report = body(world.now)
    answers = []
    for _ in range(3):
        answers.append(said(app.post("/v1/customers/cus_1/locations", report)))
        world.now += MINUTE
    assert answers == [("moda", True)] * 3
    assert len(entered(world)) == 1


def test_a_late_report_never_overwrites_a_newer_one(world: World) -> None:
    _, app = somebody(world)
    world.now += 10 * MINUTE
    assert said(tell(world, app, ELSEWHERE)) == (None, False)
    assert said(tell(world, app, MODA, ago=5 * MINUTE)) == (None, False)
    (item,) = kept(world)
    assert float(item["lat"]) == ELSEWHERE[0]
    assert entered(world) == []


def test_in_whichever_order_and_however_often_they_come_the_newest_is_kept() -> None:
    walk = [(3 * MINUTE, ELSEWHERE), (2 * MINUTE, MODA), (MINUTE, KARAKOY)]
    for order in permutations(walk):
        with make_world() as stage:
            _, app = somebody(stage)
            stage.now += 5 * MINUTE
            for ago, place in (*order, *order):
                tell(stage, app, place, ago=ago)
            (item,) = kept(stage)
            assert item["store_id"] == "karakoy"
            told = [one["store_id"] for one in entered(stage)]
            assert told.count("karakoy") == 1
            assert told.count("moda") <= 1


@pytest.mark.parametrize(
    ("ago", "more"),
    [
        (16 * MINUTE, {}),
        (timedelta(), {"accuracy_m": 101}),
    ],
)
def test_what_is_stale_or_too_inexact_says_nothing(
    world: World, ago: timedelta, more: dict[str, Any]
) -> None:
    _, app = somebody(world)
    world.now += 20 * MINUTE
    assert said(tell(world, app, ago=ago, **more)) == (None, False)
    assert kept(world) == []


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"lat": 91}, "lat must"),
        ({"lon": -190.5}, "lon must"),
        ({"accuracy_m": -1}, "accuracy_m must"),
        ({"at": "2026-11-23T10:00:00"}, "at needs a time zone"),
        ({"at": "2026-11-23T10:03:00Z"}, "at lies in the future"),
        ({"lat": "40.9"}, "$.lat"),
        ({"lat": None}, "$.lat"),
        ({"speed": 3}, "speed"),
    ],
)
def test_what_cannot_be_is_refused_by_name_without_repeating_it(
    world: World, wrong: dict[str, Any], names: str
) -> None:
    _, app = somebody(world)
    detail = problem_of(tell(world, app, **wrong), 400)
    assert names in detail
    assert "190" not in detail
    assert kept(world) == []


def test_a_key_without_the_scope_tells_of_nobody(world: World) -> None:
    somebody(world)
    problem_of(tell(world, staff(world, "customers:write")), 403)
    assert kept(world) == []


def test_nobody_is_nowhere(world: World) -> None:
    _, app = somebody(world)
    problem_of(tell(world, app, who="cus_none"), 404)


def test_a_brand_that_makes_no_offers_keeps_no_locations(world: World) -> None:
    _, app = somebody(world)
    world.playbook = msgspec.structs.replace(world.playbook, nearby=None)
    world.restart()
    assert "no [nearby]" in problem_of(tell(world, app), 409)
    assert kept(world) == []


def test_withdrawing_the_consent_deletes_what_is_kept_at_once(world: World) -> None:
    _, app = somebody(world)
    tell(world, app)
    world.now += MINUTE
    agree(app, "location", granted=False)
    assert kept(world) == []
    problem_of(tell(world, app), 403)
    assert kept(world) == []


def test_agreeing_again_begins_anew(world: World) -> None:
    _, app = somebody(world)
    tell(world, app)
    world.now += MINUTE
    agree(app, "location", granted=False)
    world.now += 5 * MINUTE
    agree(app, "location")
    assert said(tell(world, app, ago=3 * MINUTE)) == (None, False), "before they agreed again"
    assert said(tell(world, app)) == ("moda", True)


def test_a_withdrawal_that_comes_late_deletes_nothing_that_was_agreed_to_since(
    world: World,
) -> None:
    from chalicelib.inbox.consents import record_consent

    _, app = somebody(world)
    tell(world, app)
    record_consent(
        "cus_1",
        "location",
        granted=False,
        source="app",
        at=world.now - DAY,
        pause=lambda _: None,
    )
    assert len(kept(world)) == 1


def test_a_report_that_meets_a_withdrawal_leaves_nothing(world: World) -> None:
    """The consent is read, then withdrawn, and only then would the position be kept."""
    _, app = somebody(world)
    with watched(before=first_claim(lambda: agree(app, "location", granted=False))):
        problem_of(tell(world, app), 403)
    assert kept(world) == []


def test_of_two_reports_at_once_the_newer_is_kept_and_one_has_entered(world: World) -> None:
    _, app = somebody(world)
    world.now += MINUTE
    rival: list[Answer] = []
    with watched(
        before=first_claim(lambda: rival.append(tell(world, app, ago=timedelta(seconds=9))))
    ):
        mine = said(tell(world, app))
    assert (said(rival[0]), mine) == (("moda", True), ("moda", False))
    assert len(entered(world)) == 1


def test_consent_is_about_no_channel(world: World) -> None:
    _, app = somebody(world)
    wanted = {"purpose": "location", "granted": True, "channel": "email"}
    assert "channel" in problem_of(app.put("/v1/customers/cus_1/consents", wanted), 400)


def test_after_a_day_nothing_is_there_though_the_table_still_has_it(world: World) -> None:
    _, app = somebody(world)
    tell(world, app)
    world.now += DAY
    assert said(tell(world, app, accuracy_m=5000)) == (None, False), "the old one is not read"
    assert said(tell(world, app)) == ("moda", True)
    assert len(entered(world)) == 2


@pytest.mark.parametrize("answered", [False, True])
def test_a_worker_killed_at_any_call_loses_no_coming_and_tells_of_it_once(answered: bool) -> None:
    for number in range(30):
        with make_world() as stage:
            _, app = somebody(stage)
            report = body(stage.now)
            ended = False
            try:
                with killed_at(number, answered=answered):
                    app.post("/v1/customers/cus_1/locations", report)
                    ended = True
            except Killed:
                stage.restart()
            assert said(app.post("/v1/customers/cus_1/locations", report)) == ("moda", True)
            assert len(entered(stage)) == 1
            assert all("outbox" not in item for item in kept(stage))
            if ended:
                return
    raise AssertionError("it never came to its end")


def test_what_a_killed_worker_left_is_told_with_the_next_report(world: World) -> None:
    """The app gave up on the first; the phone moves on."""
    _, app = somebody(world)
    ids: set[str] = set()
    for number in range(30):
        before = len(ids)
        world.now += MINUTE
        tell(world, app, ELSEWHERE)
        world.now += MINUTE
        try:
            with killed_at(number, answered=True):
                tell(world, app)
        except Killed:
            world.restart()
        was_kept = kept(world)[0].get("store_id") == "moda"
        world.now += MINUTE
        tell(world, app, ELSEWHERE)
        found = [e for e in world.events() if e["detail-type"] == "StoreEntered"]
        ids |= {event["detail"]["metadata"]["id"] for event in found}
        assert len(ids) == before + was_kept
    assert ids


def test_positions_stand_in_no_log_and_no_event(world: World) -> None:
    _, app = somebody(world)
    with logged(world) as log:
        tell(world, app, (40.98421, 29.02591))
        tell(world, app, (40.98421, 929.02591))
        world.settle()
        log_text = log.getvalue()
    told = str(world.events())
    for digits in ("40.984", "29.025"):
        assert digits not in log_text
        assert digits not in told


def test_what_is_kept_is_in_their_dossier_with_the_consent(world: World) -> None:
    _, app = somebody(world)
    tell(world, app)
    things = staff(world).get("/v1/customers/cus_1/export?limit=100").json["things"]
    (location,) = [thing for thing in things if thing["type"] == "location"]
    assert (location["lat"], location["lon"]) == MODA
    (line,) = [t for t in things if t["type"] == "consent" and t["purpose"] == "location"]
    assert line["granted"]


def test_iys_is_told_nothing_of_it_and_the_brands_own_export_is(world: World) -> None:
    somebody(world, "location")
    desk = staff(world)
    told = desk.get("/v1/consents/export?format=iys").json
    assert not {"iys", "remarks"} & set(told)
    rows = [
        row for page in desk.pages("/v1/consents/export", "consents", limit=100) for row in page
    ]
    assert [row["purpose"] for row in rows] == ["location"]
