"""Campaigns, reckoned: who is held out, when each gets it, when it comes again."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.outreach import campaigns as reckoning
from chalicelib.store.audience import share
from chalicelib.store.outreach_records import Campaign

ISTANBUL = ZoneInfo("Europe/Istanbul")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def campaign(**known: object) -> Campaign:
    usual: dict[str, object] = {
        "id": "cmp_1", "name": "c", "segment": "all", "template": "t", "created_at": NOW,
        "created_by": "x",
    }  # fmt: skip
    return Campaign(**(usual | known))  # type: ignore[arg-type]


@pytest.mark.parametrize("percent", [0, 1, 10, 33.3, 50])
def test_the_held_out_are_as_many_as_asked_for(percent: float) -> None:
    count = sum(reckoning.held_out("cmp_1", f"cus_{n}", percent) for n in range(20_000))
    spread = 5 * (20_000 * percent / 100 * (1 - percent / 100)) ** 0.5
    assert abs(count - 20_000 * percent / 100) <= spread


def test_the_held_out_are_always_the_same_and_others_for_another_campaign() -> None:
    def chosen(name: str, percent: float) -> set[int]:
        return {n for n in range(5000) if reckoning.held_out(name, f"cus_{n}", percent)}

    assert chosen("cmp_1", 10) == chosen("cmp_1", 10)
    assert chosen("cmp_1", 10) < chosen("cmp_1", 20)
    both = chosen("cmp_1", 10) & chosen("cmp_2", 10)
    assert 20 < len(both) < 90  # about one in a hundred, as of two independent draws


@pytest.mark.parametrize(
    ("zone", "day", "hour", "utc"),
    [
        ("Europe/Istanbul", "2026-11-23", "10:00", "2026-11-23T07:00"),
        ("Europe/Berlin", "2026-11-23", "10:00", "2026-11-23T09:00"),
        ("America/Los_Angeles", "2026-11-23", "10:00", "2026-11-23T18:00"),
        ("Europe/Berlin", "2026-07-01", "10:00", "2026-07-01T08:00"),
        # The clocks go forward at 02:00 that night: half past two is half past three.
        ("Europe/Berlin", "2027-03-28", "02:30", "2027-03-28T01:30"),
        # They go back at 03:00: the first half past two.
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),
        ("Europe/Berlin", "2026-10-25", "10:00", "2026-10-25T09:00"),
    ],
)
def test_the_local_hour_is_that_of_the_customers_own_clock(
    zone: str, day: str, hour: str, utc: str
) -> None:
    starts = datetime.fromisoformat(f"{day}T00:05").replace(tzinfo=ISTANBUL)
    found = reckoning.local_moment(starts, hour, ZoneInfo(zone), ISTANBUL)
    assert found == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_each_gets_the_next_place_and_those_of_an_hour_of_their_own() -> None:
    second = timedelta(seconds=1)
    one, taken = reckoning.paced({}, None, NOW, second)
    two, taken = reckoning.paced(taken, None, NOW, second)
    later = NOW + timedelta(hours=3)
    three, taken = reckoning.paced(taken, later, NOW, second)
    four, taken = reckoning.paced(taken, later, NOW, second)
    five, taken = reckoning.paced(taken, NOW - timedelta(hours=1), NOW, second)
    assert [one, two, five] == [NOW, NOW + second, NOW + 2 * second]
    assert [three, four] == [later, later + second]


@given(st.lists(st.integers(0, 3)), st.integers(1, 60_000))
def test_never_more_than_the_throttle_lets_through(rests: list[int], per_minute: int) -> None:
    now, moments = NOW, []
    taken: dict[str, datetime] = {}
    interval = reckoning.MINUTE / per_minute
    for rest in rests:
        now += timedelta(seconds=rest)
        moment, taken = reckoning.paced(taken, None, now, interval)
        assert moment >= now
        moments.append(moment)
    assert all(b - a >= interval for a, b in pairwise(moments))


def test_a_run_rests_once_it_is_far_enough_ahead() -> None:
    def ahead(minutes: int) -> Campaign:
        return campaign(paced={"": NOW + timedelta(minutes=minutes)})

    assert reckoning.wait(ahead(9), NOW) == timedelta(0)
    assert reckoning.wait(ahead(12), NOW) == timedelta(minutes=7)
    assert reckoning.wait(campaign(), NOW) == timedelta(0)
    assert reckoning.wait(campaign(paced={"": NOW + timedelta(days=1)}, local_hour="10:00"),
                          NOW) == timedelta(0)  # fmt: skip


@pytest.mark.parametrize(("per_minute", "size"), [(1, 10), (10, 50), (1000, 100), (60_000, 100)])
def test_a_page_is_never_much_more_than_goes_out_until_then(per_minute: int, size: int) -> None:
    assert reckoning.page_size(per_minute) == size


def test_it_comes_again_at_the_same_hour_across_a_change_of_the_clocks() -> None:
    start = datetime(2026, 10, 20, 10, tzinfo=BERLIN)
    found = reckoning.next_start(start.astimezone(UTC), "7d", BERLIN, start + timedelta(hours=1))
    assert found.astimezone(BERLIN) == datetime(2026, 10, 27, 10, tzinfo=BERLIN)
    assert found - start.astimezone(UTC) == timedelta(days=7, hours=1)


def test_hours_are_real_hours() -> None:
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert reckoning.next_start(start, "12h", BERLIN, start) == start + timedelta(hours=12)


def test_what_was_missed_is_left_out() -> None:
    found = reckoning.next_start(NOW, "1d", ISTANBUL, NOW + timedelta(days=3, hours=2))
    assert found == NOW + timedelta(days=4)


@given(st.integers(1, 400), st.integers(0, 10_000))
def test_the_next_time_is_always_to_come_and_soon(every: int, hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    found = reckoning.next_start(NOW, f"{every}d", BERLIN, now)
    assert now < found <= now + timedelta(days=every, hours=1)


def test_a_run_ends_done_or_scheduled_until_its_end() -> None:
    running = campaign(status="running", run=1, cursor=(15, "x"), starts_at=NOW, every="7d")
    again = reckoning.ended(running, ISTANBUL, NOW)
    assert (again.status, again.starts_at) == ("scheduled", NOW + timedelta(days=7))
    for ends in (NOW + timedelta(days=6), NOW):
        last = campaign(status="running", starts_at=NOW, every="7d", ends_at=ends)
        assert reckoning.ended(last, ISTANBUL, NOW).status == "done"
    assert (
        reckoning.ended(campaign(status="running", starts_at=NOW), ISTANBUL, NOW).status == "done"
    )


def test_how_far_a_run_is_grows_with_its_place() -> None:
    places = [(0, ""), (0, "C#cus_a2"), (0, "C#cus_z7"), (1, ""), (15, "C#cus_77"), None]
    shares = [share(place) for place in places]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
