"""What is remembered of one metric of one device, and its compact form. Pure.

Every report writes this down again, and writing is billed by the kilobyte: so it is a fixed
427 bytes of binary numbers, as base64 in a JSON object.
"""

import struct
from base64 import b64decode, b64encode
from collections.abc import Mapping
from math import nan
from typing import Any

VERSION = 1
CHANNELS = ("jump", "rhythm", "hour", "half_day", "lasting", "movement", "stillness")
"""The ways to deviate, in the order of `peaks`, `usual` and `spread`. The first five are measured
in units of `scales`, which has a sixth entry: that of the reading against what was expected."""
DAY_BINS, WEEK_BINS = 24, 84
UNKNOWN = nan
_MOST = 60_000.0
"""What a half-precision number holds, with some room."""
_LAYOUT = struct.Struct("<IHB6d39f108e")
_CEILING = 4_000_000_000


class Memory:
    """One mutable working copy, for the time of one reading; times in seconds or hours as named.

    `day` holds an offset from `origin` for each hour of the day, `week` what each two hours of the
    week differ from that, both in `unit`s; NaN for hours not seen yet.
    """

    __slots__ = (
        "at",
        "block_hours",
        "blocks",
        "cause",
        "count",
        "day",
        "day_error",
        "fast",
        "half_day",
        "held",
        "hour",
        "hours",
        "last",
        "level_error",
        "motion",
        "motion_usual",
        "origin",
        "peaks",
        "scales",
        "slow",
        "spread",
        "step",
        "still",
        "unit",
        "usual",
        "week",
        "week_error",
    )

    def __init__(self, at: float, value: float) -> None:
        self.count, self.blocks, self.cause = 1, 0, 0
        self.at = at
        self.origin = self.fast = self.slow = self.last = self.held = value
        self.hours = self.block_hours = self.step = self.still = 0.0
        self.motion = self.motion_usual = 0.0
        self.hour = self.half_day = 0.0
        self.day_error = self.week_error = self.level_error = 0.0
        self.unit = 0.0
        self.scales = [0.0] * 6
        self.peaks, self.usual, self.spread = [0.0] * 7, [UNKNOWN] * 7, [0.0] * 7
        self.day, self.week = [UNKNOWN] * DAY_BINS, [UNKNOWN] * WEEK_BINS

    def keep_day(self, index: int, value: float) -> None:
        """The value expected at that hour of the day from now on."""
        offset = value - self.origin
        self._fit(offset)
        self.day[index] = offset / self.unit if self.unit else 0.0

    def keep_week(self, index: int, difference: float) -> None:
        self._fit(difference)
        self.week[index] = difference / self.unit if self.unit else 0.0

    def _fit(self, offset: float) -> None:
        """Choose the unit anew if an offset does not fit; once or twice in a device's life."""
        if not self.unit:
            self.unit = abs(offset)
        elif abs(offset) > _MOST * self.unit:
            wider = abs(offset) / 16
            ratio = self.unit / wider
            self.day = [offset * ratio for offset in self.day]
            self.week = [difference * ratio for difference in self.week]
            self.unit = wider


def dump(memory: Memory) -> dict[str, Any]:
    packed = _LAYOUT.pack(
        min(memory.count, _CEILING),
        min(memory.blocks, 60_000),
        memory.cause,
        memory.at,
        memory.origin,
        memory.fast,
        memory.slow,
        memory.last,
        memory.held,
        memory.hours,
        memory.block_hours,
        memory.step,
        memory.still,
        memory.motion,
        memory.motion_usual,
        memory.hour,
        memory.half_day,
        memory.day_error,
        memory.week_error,
        memory.level_error,
        memory.unit,
        *memory.scales,
        *memory.peaks,
        *memory.usual,
        *memory.spread,
        *memory.day,
        *memory.week,
    )
    return {"v": VERSION, "s": b64encode(packed).decode("ascii")}


def load(record: Mapping[str, Any]) -> Memory | None:
    """None for a device that is new, or one that was remembered by another version of this."""
    if record.get("v") != VERSION:
        return None
    memory = Memory.__new__(Memory)
    parts = _LAYOUT.unpack(b64decode(record["s"]))
    memory.count, memory.blocks, memory.cause = parts[:3]
    memory.at, memory.origin, memory.fast, memory.slow, memory.last, memory.held = parts[3:9]
    memory.hours, memory.block_hours, memory.step, memory.still = parts[9:13]
    memory.motion, memory.motion_usual, memory.hour, memory.half_day = parts[13:17]
    memory.day_error, memory.week_error, memory.level_error, memory.unit = parts[17:21]
    memory.scales = list(parts[21:27])
    memory.peaks, memory.usual = list(parts[27:34]), list(parts[34:41])
    memory.spread = list(parts[41:48])
    memory.day, memory.week = list(parts[48:72]), list(parts[72:])
    return memory
