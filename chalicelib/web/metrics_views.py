"""What the staff API tells of figures: each with what it means and where its conversations are."""

from collections.abc import Mapping
from datetime import date, datetime

from chalicelib.metrics.definitions import Definition
from chalicelib.metrics.histograms import ERROR
from chalicelib.metrics.report import Behaved, Figure, Times
from chalicelib.web.views import View


class TextView(View, frozen=True, kw_only=True):
    """A text in the languages of the product."""

    tr: str
    en: str


class DefinitionView(View, frozen=True, kw_only=True):
    """What a figure means, how it is worked out, and the events it is counted from."""

    title: TextView
    meaning: TextView
    formula: str
    source: str

    @classmethod
    def of(cls, definition: Definition) -> "DefinitionView":
        title, meaning = definition.title, definition.meaning
        return cls(
            title=TextView(tr=title.tr, en=title.en),
            meaning=TextView(tr=meaning.tr, en=meaning.en),
            formula=definition.formula,
            source=definition.source,
        )


class TimesView(View, frozen=True, kw_only=True):
    """Lengths of time: how many, and their median and 90th percentile in seconds, at most `error`
    (a share) away from the true ones."""

    count: int
    median: float | None = None
    p90: float | None = None
    error: float

    @classmethod
    def of(cls, times: Times | None) -> "TimesView | None":
        if times is None:
            return None
        return cls(
            count=times.count, median=_round(times.median, 1), p90=_round(times.p90, 1), error=ERROR
        )


class FigureView(View, frozen=True, kw_only=True):
    """A figure. `value` is missing where there is nothing to work it out of, where it isn't counted
    by category, or where the playbook has no targets (SLA). Of a share: `part` of `count`, and
    between which bounds it lies with 95 %; of NPS from −100 to 100, with `margin`. Of a time: the
    median by the wall clock; `wall_clock` and `business_hours` tell more. `conversations` is where
    those behind it are listed. `settled_before`: figures of days from then on may still change.
    """

    name: str
    kind: str
    value: float | None = None
    count: int | None = None
    part: int | None = None
    low: float | None = None
    high: float | None = None
    margin: float | None = None
    mean: float | None = None
    split: dict[str, int] = {}
    wall_clock: TimesView | None = None
    business_hours: TimesView | None = None
    definition: DefinitionView
    conversations: str | None = None
    settled_before: date | None = None

    @classmethod
    def of(
        cls,
        name: str,
        definition: Definition,
        figure: Figure | None,
        *,
        conversations: str | None,
        settled_before: date | None,
    ) -> "FigureView":
        of = figure or Figure()
        return cls(
            name=name,
            kind=definition.kind,
            value=_round(of.value),
            count=of.count,
            part=of.part,
            low=_round(of.low),
            high=_round(of.high),
            margin=_margin(of) if definition.kind == "nps" else None,
            mean=_round(of.mean),
            split=dict(of.split),
            wall_clock=TimesView.of(of.wall),
            business_hours=TimesView.of(of.business),
            definition=DefinitionView.of(definition),
            conversations=conversations,
            settled_before=settled_before,
        )


class ShareView(View, frozen=True, kw_only=True):
    """A share of `count` with the bounds it lies between with 95 %."""

    value: float | None = None
    count: int
    part: int
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, figure: Figure) -> "ShareView":
        return cls(
            value=_round(figure.value),
            count=figure.count or 0,
            part=figure.part or 0,
            low=_round(figure.low),
            high=_round(figure.high),
        )


class BehavedView(View, frozen=True, kw_only=True):
    """What those who gave a score then did."""

    score: int
    answers: int
    came_back: ShareView
    ordered: ShareView

    @classmethod
    def of(cls, behaved: Behaved) -> "BehavedView":
        return cls(
            score=behaved.score,
            answers=behaved.answers,
            came_back=ShareView.of(behaved.came_back),
            ordered=ShareView.of(behaved.ordered),
        )


class BehaviourView(View, frozen=True, kw_only=True):
    """What customers said, beside what they then did, by score."""

    scores: list[BehavedView]
    definition: DefinitionView
    settled_before: date


class HourlyView(View, frozen=True, kw_only=True):
    """How much of each hour of the day, 0 to 23 in the brand's zone, on one channel or (None) all
    together."""

    channel: str | None = None
    messages_in: list[int]
    answers_human: list[int]
    answers_bot: list[int]
    opened: list[int]
    resolved: list[int]

    @classmethod
    def of(cls, channel: str | None, hours: Mapping[str, list[int]]) -> "HourlyView":
        return cls(channel=channel, **hours)


class HeatMapView(View, frozen=True, kw_only=True):
    """By weekday, Monday first, and hour of the day."""

    messages_in: list[list[int]]
    opened: list[list[int]]
    resolved: list[list[int]]


class MetricsView(View, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """Figures of the days from `from` to `to`, both included, in the brand's time zone."""

    first: date
    last: date
    time_zone: str
    channel: str | None = None
    category: str | None = None
    channels: list[str]
    """Those that anything was counted of."""
    figures: list[FigureView]
    stated_and_behaved: BehaviourView
    hours: list[HourlyView]
    heat_map: HeatMapView


class BehindView(View, frozen=True, kw_only=True):
    """A conversation behind a figure: `at` is the moment it was counted for, `value` what it is
    there (seconds, a score, kept or missed, lasted or came_back …)."""

    conversation_id: str
    channel: str
    at: datetime
    value: str | None = None


class BehindPage(View, frozen=True, kw_only=True):
    """By day, then channel, then time. A page may be empty and still have a next one."""

    conversations: list[BehindView]
    next_cursor: str | None = None


def _round(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)


def _margin(figure: Figure) -> float | None:
    """Half the width of the interval, in points."""
    if figure.low is None or figure.high is None:
        return None
    return _round((figure.high - figure.low) / 2)
