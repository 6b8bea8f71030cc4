"""Staff API: how the brand is doing, what each figure means, and the conversations behind it."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from urllib.parse import urlencode

from chalice.app import Response

from chalicelib.errors import InvalidRequest
from chalicelib.metrics import report, spread
from chalicelib.metrics.definitions import BEHAVIOUR, FIGURES, Definition
from chalicelib.store import kpi_counters
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint, Parameter
from chalicelib.web.http import SAFE_HEADERS
from chalicelib.web.metrics_days import CHANNEL, FROM, TO, Span, span_of
from chalicelib.web.metrics_lists import list_behind_figure
from chalicelib.web.metrics_table import table
from chalicelib.web.metrics_views import (
    BehavedView,
    BehaviourView,
    BehindPage,
    DefinitionView,
    FigureView,
    HeatMapView,
    HourlyView,
    MetricsView,
)

CATEGORY = Parameter(
    name="category",
    meaning="only conversations of this category; not together with channel. Figures that are not "
    "counted by category have no value then",
)


def get_metrics(call: Call) -> MetricsView:
    """Every figure with its definition, by the hour and channel, and by weekday and hour."""
    span, channel, category = span_of(call), call.query.get("channel"), call.query.get("category")
    if channel and category:
        raise InvalidRequest("channel, category: ask for one of both, not for both together")
    counters = kpi_counters.read(span.days)
    of = report.dimension(channel or None, category or None)
    totals = report.Totals(counters.values(), of)
    known = spread.channels(counters)
    return MetricsView(
        first=span.first,
        last=span.last,
        time_zone=str(call.wiring.playbook.brand.zone),
        channel=channel or None,
        category=category or None,
        channels=known,
        figures=_figures(span, totals, channel, _uncounted(call, category)),
        stated_and_behaved=BehaviourView(
            scores=[BehavedView.of(row) for row in report.behaved(totals)],
            definition=DefinitionView.of(BEHAVIOUR),
            settled_before=span.today - (BEHAVIOUR.settles or timedelta()),
        ),
        hours=[
            HourlyView.of(channel or None, spread.by_hour(totals)),
            *_hours(counters, known, of),
        ],
        heat_map=HeatMapView(
            messages_in=spread.heat_map(counters, of, "in"),
            opened=spread.heat_map(counters, of, "open"),
            resolved=spread.heat_map(counters, of, "done"),
        ),
    )


def _uncounted(call: Call, category: str | None) -> set[str]:
    """Figures that nothing can be said of here."""
    found = {name for name, one in FIGURES.items() if category and not one.categories}
    if call.wiring.playbook.sla is None:
        found |= {name for name in FIGURES if name.startswith("sla_")}
    return found


def _figures(
    span: Span, totals: report.Totals, channel: str | None, uncounted: Collection[str]
) -> list[FigureView]:
    found = report.figures(totals)
    return [
        FigureView.of(
            name,
            definition,
            None if name in uncounted else found[name],
            conversations=_link(name, definition, span, channel),
            settled_before=span.today - definition.settles if definition.settles else None,
        )
        for name, definition in FIGURES.items()
    ]


def _link(name: str, definition: Definition, span: Span, channel: str | None) -> str | None:
    if not definition.lists:
        return None
    query = {"from": span.first.isoformat(), "to": span.last.isoformat()}
    more = {"channel": channel} if channel else {}
    return f"/v1/metrics/{name}/conversations?{urlencode(query | more)}"


def _hours(
    counters: Mapping[str, Mapping[str, int]], channels: list[str], of: str
) -> list[HourlyView]:
    """Each channel's hours, where all were asked for."""
    if of != "c:":
        return []
    found = []
    for channel in channels:
        totals = report.Totals(counters.values(), report.dimension(channel, None))
        found.append(HourlyView.of(channel, spread.by_hour(totals)))
    return found


def get_table(call: Call) -> Response:
    """The figures of each day and channel as a table: UTF-8, semicolons, a byte order mark."""
    span, channel = span_of(call), call.query.get("channel") or None
    text = table(kpi_counters.read(span.days), channel)
    name = f"metrics_{span.first}_{span.last}.csv"
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
        **SAFE_HEADERS,
    }
    return Response(body=text, status_code=200, headers=headers)


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/metrics",
        scope="metrics:read",
        summary="How the brand is doing",
        handle=get_metrics,
        returns=MetricsView,
        query=(FROM, TO, CHANNEL, CATEGORY),
    ),
    Endpoint(
        method="GET",
        path="/v1/metrics.csv",
        scope="metrics:read",
        summary="Figures by day and channel, as a table",
        handle=get_table,
        returns=MetricsView,
        query=(FROM, TO, CHANNEL),
        also=("text/csv",),
    ),
    Endpoint(
        method="GET",
        path="/v1/metrics/{figure}/conversations",
        scope="metrics:read",
        summary="The conversations behind a figure",
        handle=list_behind_figure,
        returns=BehindPage,
        query=(FROM, TO, CHANNEL, LIMIT, CURSOR),
    ),
)
