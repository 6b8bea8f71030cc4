"""When alerts are one incident: whatever the order in which they are looked at."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.fleet.incidents.incident import (
    Member,
    Tally,
    belongs,
    cause,
    graver,
    gravest,
    milestone,
)

START = datetime(2026, 11, 23, 10, tzinfo=UTC)
WITHIN = timedelta(minutes=15)


def member(device: int, minute: float, number: int = 0) -> Member:
    at = START + timedelta(minutes=minute)
    return Member(alert_id=f"alr_{device}_{minute}_{number}", device_id=f"d{device}", raised_at=at)


MEMBERS = st.lists(st.builds(member, st.integers(0, 6), st.integers(0, 60)), max_size=30)


def found(members: list[Member], devices: int = 3) -> tuple[Member, ...] | None:
    return cause(members, devices=devices, within=WITHIN)


def test_enough_devices_close_together_are_one_incident() -> None:
    members = [member(1, 0), member(2, 10), member(3, 15)]
    assert found(members) == tuple(members)


def test_enough_devices_far_apart_are_none() -> None:
    assert found([member(1, 0), member(2, 10), member(3, 15.1)]) is None


def test_one_device_that_keeps_raising_alerts_is_none() -> None:
    assert found([member(1, minute) for minute in range(10)]) is None


@given(MEMBERS, st.randoms())
def test_the_order_and_repeats_change_nothing(members: list[Member], random: object) -> None:
    shuffled = [*members, *members[:5]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = found(members), found(shuffled)
    assert (first is None) == (second is None)
    if first and second:
        assert first[0] == second[0]
        assert {one.device_id for one in first} == {one.device_id for one in second}


@given(MEMBERS)
def test_what_is_found_is_enough_and_nothing_that_is_enough_is_missed(
    members: list[Member],
) -> None:
    first = found(members)
    spans = [
        {other.device_id for other in members if start <= other.raised_at <= start + WITHIN}
        for start in (one.raised_at for one in members)
    ]
    assert (first is not None) == any(len(devices) >= 3 for devices in spans)
    if first:
        assert first[-1].raised_at - first[0].raised_at <= WITHIN
        assert len({one.device_id for one in first}) == 3


def test_what_was_raised_long_before_is_no_part_of_it() -> None:
    assert belongs(START - WITHIN, since=START, within=WITHIN)
    assert belongs(START + timedelta(days=1), since=START, within=WITHIN)
    earlier = START - WITHIN - timedelta(seconds=1)
    assert not belongs(earlier, since=START, within=WITHIN)


def test_an_incident_is_over_with_the_last_of_its_alerts() -> None:
    assert not Tally().over
    assert not Tally(raised=2, cleared=1).over
    assert Tally(raised=2, cleared=2).over


def test_the_gravest_severity_counts() -> None:
    assert graver("critical", than="warning")
    assert not graver("warning", than="warning")
    assert gravest(["warning", "critical", "info"]) == "critical"
    assert gravest([]) == "info"


@given(st.integers(0, 10**7))
def test_growth_is_worth_telling_at_powers_of_ten_from_ten_on(alerts: int) -> None:
    reached = milestone(alerts)
    assert reached == max((10**n for n in range(1, 8) if 10**n <= alerts), default=0)
