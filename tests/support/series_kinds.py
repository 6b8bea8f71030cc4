"""The kinds of invented series, by name."""

from collections.abc import Mapping

from tests.support import series_counts, series_loads, series_sensors
from tests.support.series import Make

KINDS: Mapping[str, tuple[float, int, int, Make]] = {
    "trips": (30, 7000, 4, series_counts.trips),
    "level_shift": (5, 4032, 1, series_loads.level_shift),
    "lone_spikes": (5, 4032, 2, series_loads.lone_spikes),
    "saturated": (5, 4032, 1, series_loads.saturated),
    "mentions": (5, 15800, 3, series_counts.mentions),
    "machine": (5, 18000, 3, series_sensors.machine),
    "office": (60, 7000, 2, series_sensors.office),
    "flatline": (5, 4032, 1, series_sensors.flatline),
    "constant_jump": (5, 4032, 1, series_loads.constant_jump),
    "spiky_traffic": (5, 4032, 1, series_counts.spiky_traffic),
    "prices": (60, 1600, 3, series_counts.prices),
    "road_speed": (10, 2500, 1, series_sensors.road_speed),
    "missing_shift": (5, 4032, 1, series_loads.missing_shift),
    "double_shift": (5, 4032, 1, series_loads.double_shift),
    "more_spikes": (5, 4032, 1, series_counts.more_spikes),
    "requests": (5, 4032, 2, series_counts.requests),
    "lost_rhythm": (5, 18000, 1, series_loads.lost_rhythm),
    "latency": (5, 4032, 3, series_sensors.latency),
    "slow_drift": (15, 3000, 1, series_sensors.slow_drift),
    "idle_bursts": (5, 4032, 1, series_loads.idle_bursts),
    "writes": (5, 4032, 1, series_counts.writes),
    "scaled_away": (5, 4600, 1, series_loads.scaled_away),
    "travel_times": (10, 3000, 2, series_counts.travel_times),
    "several_levels": (5, 4032, 1, series_loads.several_levels),
    "noise": (5, 4032, 0, series_sensors.noise),
    "drunkard": (5, 4032, 0, series_sensors.drunkard),
    "calm_days": (5, 4032, 0, series_sensors.calm_days),
}
"""Kind → minutes between readings, readings, events, and what makes the values."""
IRREGULAR = frozenset({"travel_times", "road_speed"})
"""Kinds of which a third of the readings get lost."""
