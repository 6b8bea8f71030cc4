"""Circles on the earth: how far apart two points are, and which store somebody has come to. Pure.

A position is never exact: `accuracy_m` says how far off it may be. So a circle has two edges: one
enters at its radius and leaves well beyond it, or somebody who stands on the edge would come and go
with every report.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt

from chalicelib.nearby_sections import Store

EARTH_M = 6_371_009.0
"""The mean radius: the earth being no sphere, a distance is off by half a per cent at most."""

LEAVING = 1.2
"""So many times the radius, and the report's inaccuracy beyond that, is surely outside."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """Where somebody was: degrees (WGS 84), and by how many metres that may be wrong."""

    at: datetime
    lat: float
    lon: float
    accuracy_m: float


def distance_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Metres between two points, over the ground (haversine)."""
    north, other_north = radians(lat), radians(other_lat)
    across = sin((other_north - north) / 2) ** 2
    along = sin(radians(other_lon - lon) / 2) ** 2
    # Rounding may carry the sum of opposite ends of the earth past 1, whose arc sine is none.
    share = min(1.0, across + cos(north) * cos(other_north) * along)
    return 2 * EARTH_M * asin(sqrt(share))


def whereabouts(previous: str | None, report: Report, stores: Iterable[Store]) -> Store | None:
    """The store somebody is at by this report, of those they were at before (`previous`, an id) and
    those they may have come to; None for none.

    Whoever is at a store is there until they are surely outside, whatever other circle they are in
    as well. Of several that they may have come to it is the nearest. A report less exact than a
    circle is wide brings nobody into it.
    """
    places = [(_away(report, store), store.id, store) for store in stores]
    for away, name, store in places:
        if name == previous and away <= LEAVING * store.radius_m + report.accuracy_m:
            return store
    inside = [
        (away, name, store)
        for away, name, store in places
        if away <= store.radius_m and report.accuracy_m <= store.radius_m
    ]
    return min(inside, key=lambda place: place[:2])[2] if inside else None


def entering(previous: str | None, report: Report, stores: Iterable[Store]) -> Store | None:
    """The store that this report brings somebody into, who was at `previous` (an id) before; None
    if they are where they were, or nowhere."""
    found = whereabouts(previous, report, stores)
    return found if found and found.id != previous else None


def _away(report: Report, store: Store) -> float:
    return distance_m(report.lat, report.lon, store.lat, store.lon)
