"""Circles on the earth: distances that are right, and edges on which nobody flickers."""

from datetime import UTC, datetime
from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.nearby.geometry import (
    EARTH_M,
    LEAVING,
    Report,
    distance_m,
    entering,
    whereabouts,
)
from chalicelib.nearby_sections import Store

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
DEGREE_M = EARTH_M * radians(1)
"""Metres of a degree of latitude."""

LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)


def store(name: str = "moda", lat: float = 40.98, lon: float = 29.02, radius_m: int = 200) -> Store:
    return Store(id=name, name=name, lat=lat, lon=lon, radius_m=radius_m, address="Moda Cad. 1")


MODA = store()


def off(metres: float, accuracy_m: float = 10, of: Store = MODA) -> Report:
    """A report from so many metres north of a store."""
    return Report(at=AT, lat=of.lat + metres / DEGREE_M, lon=of.lon, accuracy_m=accuracy_m)


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        ((41.0082, 28.9784), (39.9334, 32.8597), 349.6),  # İstanbul to Ankara
        ((52.5200, 13.4050), (48.1372, 11.5755), 504.2),  # Berlin to Munich
        ((0, 179.9), (0, -179.9), 22.24),  # across the date line
        ((90, 0), (90, 120), 0),  # a pole has one place and every longitude
        ((-90, 0), (90, 0), 20015.1),  # from pole to pole
    ],
)
def test_distances_are_those_on_the_map(
    one: tuple[float, float], other: tuple[float, float], kilometres: float
) -> None:
    assert distance_m(*one, *other) / 1000 == pytest.approx(kilometres, rel=0.003, abs=0.001)


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_it_is_as_far_there_as_back_and_nowhere_farther_than_half_around(
    lat: float, lon: float, other_lat: float, other_lon: float
) -> None:
    there = distance_m(lat, lon, other_lat, other_lon)
    assert there == pytest.approx(distance_m(other_lat, other_lon, lat, lon), abs=0.01)
    assert 0 <= there <= EARTH_M * 3.1416
    assert distance_m(lat, lon, lat, lon) == 0


@given(st.floats(-60, 60), LONGITUDES, st.floats(1, 5000))
def test_some_metres_east_are_so_many_metres(lat: float, lon: float, metres: float) -> None:
    east = lon + metres / (DEGREE_M * cos(radians(lat)))
    assert distance_m(lat, lon, lat, east) == pytest.approx(metres, rel=0.001)


def test_inside_the_circle_is_at_the_store_and_outside_is_not() -> None:
    assert entering(None, off(199), [MODA]) == MODA
    assert entering(None, off(201), [MODA]) is None
    assert entering(None, off(0), []) is None


def test_who_is_there_has_not_come_there_again() -> None:
    assert entering("moda", off(10), [MODA]) is None
    assert whereabouts("moda", off(10), [MODA]) == MODA


def test_a_store_is_left_only_well_beyond_its_edge() -> None:
    """On the edge a position wanders in and out by itself."""
    assert whereabouts("moda", off(200 * LEAVING + 9), [MODA]) == MODA
    assert whereabouts("moda", off(200 * LEAVING + 11), [MODA]) is None


def test_a_report_less_exact_than_the_circle_is_wide_brings_nobody_into_it() -> None:
    assert entering(None, off(0, accuracy_m=200), [MODA]) == MODA
    assert entering(None, off(0, accuracy_m=201), [MODA]) is None


def test_who_is_surely_gone_is_gone_by_an_inexact_report_too() -> None:
    assert whereabouts("moda", off(3000, accuracy_m=900), [MODA]) is None
    assert whereabouts("moda", off(1000, accuracy_m=900), [MODA]) == MODA


def test_of_two_circles_the_nearer_store_counts() -> None:
    near, far = store("near", radius_m=1000), store("far", lat=40.985, radius_m=1000)
    assert entering(None, off(100, of=near), [far, near]) == near
    assert entering(None, off(100, of=near), [near, far]) == near


def test_who_is_at_a_store_stays_there_though_another_circle_is_entered() -> None:
    first, second = store("first", radius_m=1000), store("second", lat=40.985, radius_m=1000)
    both = [first, second]
    assert whereabouts("first", off(500, of=first), both) == first
    assert entering("first", off(1100, of=first), both) is None
    assert entering("first", off(1300, of=first), both) == second


def test_a_store_that_is_in_the_playbook_no_more_holds_nobody() -> None:
    assert whereabouts("closed", off(5000), [MODA]) is None
    assert entering("closed", off(0), [MODA]) == MODA


@given(st.lists(st.floats(0, 400), max_size=12))
def test_however_one_walks_one_comes_only_after_one_has_left(steps: list[float]) -> None:
    here: str | None = None
    for metres in steps:
        found = whereabouts(here, off(metres), [MODA])
        came = entering(here, off(metres), [MODA])
        assert (came is not None) == (here is None and found is not None)
        if here and found is None:
            assert metres > 200 * LEAVING
        here = found.id if found else None


@given(st.lists(st.floats(180, 240), max_size=12))
def test_who_stands_on_the_edge_comes_once(steps: list[float]) -> None:
    here: str | None = None
    came = 0
    for metres in steps:
        came += entering(here, off(metres), [MODA]) is not None
        found = whereabouts(here, off(metres), [MODA])
        here = found.id if found else None
    assert came <= 1
