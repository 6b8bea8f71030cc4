"""What a report changes: the newest position counts, once, and nothing else does."""

from datetime import UTC, datetime, timedelta
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import InvalidRequest
from chalicelib.events import Event
from chalicelib.nearby.geometry import Report
from chalicelib.nearby.judging import AHEAD, FRESH, Whereabouts, answer, check, taken
from chalicelib.playbook import load
from chalicelib.store.location_records import KEPT, Location, latest

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
PLAYBOOK = load("prod")
RULES = PLAYBOOK.nearby
MODA = next(one for one in PLAYBOOK.stores if one.id == "moda")
SECOND = timedelta(seconds=1)
FAR = 41.5


def report(after: timedelta = timedelta(), lat: float = MODA.lat, **more: float) -> Report:
    given = {"lon": MODA.lon, "accuracy_m": 20.0, **more}
    return Report(at=NOW + after, lat=lat, **given)


def take(
    kept: Location | None, one: Report, now: datetime = NOW, agreed_at: datetime | None = None
) -> Location | None:
    assert RULES is not None
    return taken(
        kept,
        one,
        customer_id="cus_1",
        agreed_at=agreed_at or NOW - timedelta(days=9),
        stores=PLAYBOOK.stores,
        rules=RULES,
        now=now,
    )


def there() -> Location:
    found = take(None, report())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lat": 90.001}, "lat"),
        ({"lat": -412.0}, "lat"),
        ({"lat": nan}, "lat"),
        ({"lon": 181.0}, "lon"),
        ({"lon": inf}, "lon"),
        ({"accuracy_m": -1.0}, "accuracy_m"),
        ({"accuracy_m": nan}, "accuracy_m"),
        ({"after": AHEAD + SECOND}, "at"),
    ],
)
def test_what_no_device_can_measure_is_refused_by_its_field(changes: dict, field: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(InvalidRequest, match=f"^{field} ") as caught:
        check(report(**changes), NOW)
    assert "412" not in str(caught.value), "a message is logged by who gets it"
    check(report(), NOW)


def test_the_ends_of_the_earth_are_places() -> None:
    for lat, lon in ((90.0, 180.0), (-90.0, -180.0), (0.0, 0.0)):
        check(report(lat=lat, lon=lon, accuracy_m=0.0), NOW)


def test_coming_to_a_store_is_kept_with_what_is_to_be_told_of_it() -> None:
    found = there()
    assert (found.store_id, found.entered_at, found.expires_at) == ("moda", NOW, NOW + KEPT)
    (event,) = found.outbox
    assert event.type == "StoreEntered"
    assert event.data == {"customer_id": "cus_1", "store_id": "moda", "at": "2026-11-23T10:00:00Z"}
    assert answer(found, report()) == Whereabouts(store="moda", entered=True)


def test_staying_there_is_no_coming_and_remembers_when_they_came() -> None:
    found = take(there(), report(SECOND))
    assert found is not None
    assert (found.store_id, found.entered_at, found.outbox) == ("moda", NOW, ())
    assert answer(found, report(SECOND)) == Whereabouts(store="moda", entered=False)


def test_leaving_and_coming_again_is_told_of_anew() -> None:
    first = there()
    gone = take(first, report(SECOND, FAR))
    assert gone is not None
    assert (gone.store_id, gone.entered_at) == (None, None)
    again = take(gone, report(2 * SECOND))
    assert again is not None
    assert [one.id for one in again.outbox] != [one.id for one in first.outbox]


@pytest.mark.parametrize(
    ("what", "ignored"),
    [
        ("the same again", report()),
        ("an older one", report(-SECOND, FAR)),
        ("too inexact", report(SECOND, FAR, accuracy_m=100.5)),
    ],
)
def test_what_says_nothing_new_changes_nothing(what: str, ignored: Report) -> None:
    assert take(there(), ignored) is None, what


def test_a_stale_report_says_where_somebody_was() -> None:
    assert take(None, report(), NOW + FRESH) is not None
    assert take(None, report(), NOW + FRESH + SECOND) is None


def test_what_was_measured_before_they_agreed_is_not_taken() -> None:
    assert take(None, report(), agreed_at=NOW + SECOND) is None
    assert take(None, report(), agreed_at=NOW + timedelta(microseconds=400)) is not None


def test_no_more_is_kept_than_is_needed() -> None:
    found = take(None, report(lat=40.9842049999, accuracy_m=12.3456))
    assert found is not None
    assert (found.lat, found.accuracy_m) == (40.98420, 12.3)


def test_what_has_expired_is_not_there_however_late_the_table_clears_it() -> None:
    found = there()
    assert latest([found], NOW + KEPT - SECOND) == found
    assert latest([found], NOW + KEPT) is None


def fold(reports: list[Report]) -> tuple[Location | None, list[Event]]:
    kept: Location | None = None
    told: list[Event] = []
    for one in reports:
        found = take(kept, one)
        if found is not None:
            kept = found
            told += found.outbox
    return kept, told


WALKS = st.lists(
    st.builds(
        lambda second, metres: report(second * SECOND, MODA.lat + metres / 111_195),
        st.integers(-600, 60),
        st.sampled_from([0, 100, 190, 230, 260, 300, 900]),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one.at,
)


@given(WALKS, st.data())
def test_repeats_change_nothing(walk: list[Report], data: st.DataObject) -> None:
    """Each report again, at any time after the first."""
    once, told = fold(walk)
    repeated = list(walk)
    for one in walk:
        at = repeated.index(one) + 1
        repeated.insert(data.draw(st.integers(at, len(repeated))), one)
    twice, told_twice = fold(repeated)
    assert twice == once
    assert [one.id for one in told_twice] == [one.id for one in told]


@given(WALKS, st.randoms(use_true_random=False))
def test_in_whichever_order_they_come_the_newest_position_is_the_one_kept(
    walk: list[Report], random: object
) -> None:
    shuffled = sorted(walk, key=lambda _: random.random())  # type: ignore[attr-defined]
    kept, told = fold(shuffled)
    assert kept is not None
    assert kept.at == max(one.at for one in walk)
    ids = [one.id for one in told]
    assert len(ids) == len(set(ids))
    assert len(ids) <= sum(1 for one in walk if abs(one.lat - MODA.lat) * 111_195 <= 200)
