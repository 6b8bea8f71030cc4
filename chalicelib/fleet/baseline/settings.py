"""How a baseline is kept: what a brand may set of it, and for what it stands."""

from dataclasses import dataclass
from math import isfinite
from typing import Literal

from chalicelib.errors import PlaybookError

Side = Literal["both", "above", "below"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """How the baseline is kept. Spans are in hours; each also lasts some readings at least, so
    that they fit metrics that come once in a few hours or days.

    `short`, `middle` and `long` are the half-lives of what counts as just now, as half a day and
    as usual. Nothing is said within `warm_up`. `floor` is how many mean absolute deviations a
    deviation needs to matter even on the calmest device. `block` is the span whose greatest
    deviations are remembered, `learn` the weight of the newest of them. `seasons`: whether hours of
    the day and of the week (in UTC) are learned.
    """

    short: float = 0.75
    middle: float = 6.0
    long: float = 72.0
    warm_up: float = 48.0
    block: float = 24.0
    learn: float = 0.2
    floor: float = 3.5
    motion_floor: float = 1.2
    spread_floor: float = 0.25
    first_spread: float = 0.4
    seasons: bool = True

    def __post_init__(self) -> None:
        """Raises PlaybookError for a setting that would make nonsense of all readings."""
        spans = ("short", "middle", "long", "block", "floor", "spread_floor", "learn")
        for name in spans:
            value = getattr(self, name)
            if not (isfinite(value) and value > 0):
                raise PlaybookError(f"baseline.{name}: is {value}; set a number above 0")
        if not self.short <= self.middle <= self.long:
            raise PlaybookError("baseline: set short <= middle <= long")
        if self.learn > 1 or not self.warm_up >= 0:
            raise PlaybookError("baseline: learn must be at most 1 and warm_up at least 0")
