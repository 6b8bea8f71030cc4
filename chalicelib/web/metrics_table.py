"""Figures by day and channel as a table for spreadsheets. Pure."""

from collections.abc import Mapping, Sequence

from chalicelib.metrics import report, spread
from chalicelib.metrics.definitions import FIGURES
from chalicelib.metrics.report import Figure, Times, Totals
from chalicelib.outreach.csv_text import BOM, lines

Counters = Mapping[str, Mapping[str, int]]


def table(counters: Counters, channel: str | None) -> str:
    """One row for each day and channel of which anything was counted, days in order; a head."""
    head: Sequence[str] = ["date", "channel", *(name for f in FIGURES for name in _columns(f))]
    rows = []
    for day in sorted(counters):
        for one in spread.channels({day: counters[day]}):
            if channel in (None, one):
                totals = Totals([counters[day]], report.dimension(one, None))
                rows.append([day, one, *_cells(report.figures(totals))])
    return BOM + lines([head, *rows])


def _columns(name: str) -> tuple[str, ...]:
    """The columns of a figure, so that sums and shares of any choice of rows can be made."""
    kind = FIGURES[name].kind
    if kind == "time":
        clocks = ("wall", "business")
        parts = (f"{clock}_{what}_seconds" for clock in clocks for what in ("median", "p90"))
        return tuple(f"{name}_{part}" for part in ("count", *parts))
    if kind == "share":
        return f"{name}_part", f"{name}_of"
    if kind == "score":
        return f"{name}_answers", *(f"{name}_{score}" for score in report.SCORES)
    if kind == "nps":
        return tuple(f"{name}_{part}" for part in ("promoters", "passives", "detractors"))
    return (name,)


def _cells(figures: Mapping[str, Figure]) -> list[str]:
    return [cell for name, figure in figures.items() for cell in _of(FIGURES[name].kind, figure)]


def _of(kind: str, figure: Figure) -> list[str]:
    if kind == "time":
        assert figure.wall
        assert figure.business
        return [str(figure.wall.count), *_clock(figure.wall), *_clock(figure.business)]
    if kind == "share":
        return [str(figure.part or 0), str(figure.count or 0)]
    if kind == "score":
        return [str(figure.count or 0), *map(str, figure.split.values())]
    if kind == "nps":
        return [*map(str, figure.split.values())]
    return [str(figure.count or 0)]


def _clock(times: Times) -> list[str]:
    return ["" if value is None else f"{value:.0f}" for value in (times.median, times.p90)]
