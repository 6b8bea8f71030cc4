"""What replayed series showed, as values and as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What one series showed. `leads`: from the first alert in a window to the window's end."""

    name: str
    readings: int
    windows: int
    false: int
    weeks: float
    seconds: float
    leads: tuple[timedelta, ...]

    @property
    def caught(self) -> int:
        return len(self.leads)

    @property
    def false_a_week(self) -> float:
        return self.false / self.weeks if self.weeks else float(self.false)


def table(results: Sequence[Result]) -> str:
    """One line for each series, then all of them together."""
    width = max(len("series"), *(len(result.name) for result in results))
    head = f"{'series':<{width}}  readings  caught  false  false/week  median lead  us/reading"
    total = Result(
        name="total",
        readings=sum(result.readings for result in results),
        windows=sum(result.windows for result in results),
        false=sum(result.false for result in results),
        weeks=sum(result.weeks for result in results),
        seconds=sum(result.seconds for result in results),
        leads=tuple(lead for result in results for lead in result.leads),
    )
    rule = "-" * len(head)
    lines = [_line(result, width) for result in results]
    noisy = sum(result.false_a_week >= 2 for result in results)
    last = f"{noisy} of {len(results)} series with 2 false alerts a week or more"
    return "\n".join([head, rule, *lines, rule, _line(total, width), last])


def _line(result: Result, width: int) -> str:
    caught = f"{result.caught}/{result.windows}"
    hours = [lead / timedelta(hours=1) for lead in result.leads]
    lead = f"{median(hours):.1f} h" if hours else "-"
    each = result.seconds / result.readings * 1e6
    return (
        f"{result.name:<{width}}  {result.readings:>8}  {caught:>6}  {result.false:>5}  "
        f"{result.false_a_week:>10.2f}  {lead:>11}  {each:>10.0f}"
    )
