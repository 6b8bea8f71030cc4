"""The rule "this metric is not as it usually is on this device", as a latched automaton. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import isfinite
from typing import Any, get_args

from chalicelib.errors import PlaybookError
from chalicelib.fleet.baseline.scoring import Settings, Side, advance

CALM_READINGS = 3
"""Readings under the limit that it takes at least to be calm."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Deviation:
    """On from a score of `raise_over`, off once it was under `clear_under` for `calm`.

    Against alerts that nobody reads: it stays off for `rest` after it went off, and each time it
    goes on makes the next less likely, by `weariness` on top of the score that it takes; half of
    that is gone after `recovery`. `direction` leaves only what is too high or too low (movement and
    stillness have no side, and then don't count). Raises PlaybookError for what makes no sense.
    """

    metric: str
    raise_over: float = 1.0
    clear_under: float = 1.0
    direction: Side = "both"
    settings: Settings = field(default_factory=Settings)
    calm: timedelta = timedelta(hours=3)
    rest: timedelta = timedelta(hours=18)
    weariness: float = 1.0
    recovery: timedelta = timedelta(days=2)

    def __post_init__(self) -> None:
        if not self.metric:
            raise PlaybookError("deviation.metric: is empty; name the metric to watch")
        if not (isfinite(self.raise_over) and self.raise_over > 0):
            raise PlaybookError("deviation.raise_over: must be a number above 0, such as 1")
        if not 0 < self.clear_under <= self.raise_over:
            raise PlaybookError("deviation.clear_under: must be above 0, at most raise_over")
        if self.direction not in get_args(Side):
            raise PlaybookError('deviation.direction: must be "both", "above" or "below"')
        if not (isfinite(self.weariness) and self.weariness >= 0):
            raise PlaybookError("deviation.weariness: must be a number, 0 or above")
        if min(self.calm, self.rest) < timedelta() or self.recovery <= timedelta():
            raise PlaybookError("deviation: calm and rest can't be negative, recovery not 0")

    @property
    def inputs(self) -> frozenset[str]:
        return frozenset({self.metric})

    def step(
        self, memory: Mapping[str, Any], at: datetime, value: float | None
    ) -> tuple[dict[str, Any], bool]:
        """The memory after the reading, and whether the rule is on. `{}` is the memory of a device
        never seen. Readings come in the order of time; None says nothing and changes nothing."""
        on = bool(memory.get("on"))
        if value is None:
            return dict(memory), on
        baseline, score = advance(memory.get("base", {}), at, value, self.settings, self.direction)
        kept = {name: memory[name] for name in ("at", "calm", "tired") if name in memory}
        turned = self._calmer if on else self._raised
        on, kept = turned(kept, int(at.timestamp()), score)
        return {**kept, **({"on": 1} if on else {}), "base": baseline}, on

    def _calmer(self, kept: dict[str, Any], now: int, score: float) -> tuple[bool, dict[str, Any]]:
        """`at` is when it was last loud; `calm` counts the readings since."""
        if score >= self.clear_under:
            return True, {**kept, "at": now, "calm": 0}
        calm = kept.get("calm", 0) + 1
        if calm < CALM_READINGS or now - kept["at"] < self.calm.total_seconds():
            return True, {**kept, "calm": min(calm, CALM_READINGS)}
        return False, {"at": now, "tired": kept["tired"]}

    def _raised(self, kept: dict[str, Any], now: int, score: float) -> tuple[bool, dict[str, Any]]:
        """`at` is when it last went off, `tired` what it asked on top when it last went on."""
        since = now - kept["at"] if "at" in kept else None
        if since is not None and since < self.rest.total_seconds():
            return False, kept
        tired = 0.0
        if since is not None:
            tired = kept["tired"] * 0.5 ** (since / self.recovery.total_seconds())
        if score < self.raise_over + tired:
            return False, kept
        return True, {"at": now, "calm": 0, "tired": round(tired + self.weariness, 4)}
