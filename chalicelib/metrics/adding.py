"""What one conversation adds to the figures. Pure.

It is worked out from all of its facts anew, and the difference to what it has added so far is
counted: so a late fact moves what was counted, and none counts twice.
"""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.metrics.cases import Answer, Case, Ending, Score
from chalicelib.metrics.tally import (
    Calendar,
    Row,
    Spell,
    Tally,
    category_dimension,
    channel_dimension,
    plain,
    without,
)


def contribution(conversation_id: str, case: Case, calendar: Calendar) -> Tally:
    """All that a case adds, given its facts."""
    return _Counting(conversation_id, case, calendar).all()


class _Counting:
    def __init__(self, conversation_id: str, case: Case, calendar: Calendar) -> None:
        self.id, self.case, self.calendar = conversation_id, case, calendar
        self.channel = channel_dimension(case.channel)
        self.both = (self.channel, category_dimension(case.category))
        self.tally = Tally()

    def all(self) -> Tally:
        case = self.case
        if case.opened_at is not None:
            self._opened(case.opened_at)
        for number, ending in case.endings.items():
            self._ended(number, ending)
        for number, at in case.reopened.items():
            self._count("again", at)
            self._row("reopened", at, f"reopened#{number}")
        for survey_id, score in case.scores.items():
            self._scored(survey_id, score)
        if case.article_at is not None:
            self._served(case.article_at)
        for target, due_at in case.missed.items():
            self.tally.add(self._day(due_at), f"late_{target}", *self.both)
            self._row("sla_missed", due_at, f"late#{target}", target)
        return self.tally

    def _opened(self, at: datetime) -> None:
        code = "open" if self.case.by_customer else "alarm"
        self._count(code, at, detail=self.calendar.hour(at))
        self._row("opened" if self.case.by_customer else "alert_cases", at, "opened")
        if self.case.by_customer:
            for kind, answer in self.case.first.items():
                self._answered(kind, at, answer)
        self._kept(at, "first_response", "human" in self.case.first)
        self._kept(at, "resolution", bool(self.case.endings))

    def _answered(self, kind: str, at: datetime, answer: Answer) -> None:
        day = self._day(answer.at)
        self.tally.time(self.calendar, day, f"first_{kind}", self.channel, at, answer.at)
        self._row(f"first_response_{kind}", answer.at, f"first#{kind}", _seconds((at, answer.at)))

    def _kept(self, at: datetime, target: str, reached: bool) -> None:
        """Of the day the case was opened: its target was kept, or missed, or still open."""
        missed = target in self.case.missed
        if reached or missed:
            self._count(f"due_{target}", at)
            self._count(f"kept_{target}", at, by=0 if missed else 1)
            self._row(f"sla_{target}", at, f"due#{target}", "missed" if missed else "kept")

    def _ended(self, number: int, ending: Ending) -> None:
        self._count("done", ending.at, detail=self.calendar.hour(ending.at))
        self._row("resolved", ending.at, f"resolved#{number}", ending.reason)
        start = self.case.reopened.get(number - 1) if number > 1 else self.case.opened_at
        if start is not None:
            whole = start, ending.at
            self._time("solving", "resolution_time", number, ending.at, [whole])
            ran = list(without(whole, ending.paused))
            self._time("solving_running", "resolution_time_running", number, ending.at, ran)
        human = self.case.first.get("human")
        if number == 1 and human and human.at <= ending.at:
            spell = human.at, ending.at
            self._time("handling", "handling_time", number, ending.at, [spell])
        if number == 1 and ending.reason == "solved" and self.case.by_customer:
            lasted = not self.case.came_back(number)
            self._count("once", ending.at)
            self._count("once_kept", ending.at, by=int(lasted))
            self._row("fcr", ending.at, "fcr", "lasted" if lasted else "came_back")

    def _time(
        self, code: str, figure: str, number: int, at: datetime, spells: Sequence[Spell]
    ) -> None:
        self.tally.spells(self.calendar, self._day(at), code, self.channel, spells)
        self._row(figure, at, f"{code}#{number}", _seconds(*spells))

    def _scored(self, survey_id: str, score: Score) -> None:
        ending = self.case.endings.get(score.resolution)
        back = ending is not None and self.case.came_back(score.resolution)
        said = str(score.score)
        self._count("csat", score.at, detail=said)
        self._count("csat_back", score.at, detail=said, by=int(back))
        self._count("csat_bought", score.at, detail=said, by=int(score.bought))
        self._row("csat", score.at, f"csat#{survey_id}", said)

    def _served(self, at: datetime) -> None:
        self._count("served", at)
        self._count("deflected", at, by=int(self.case.deflected))
        value = "deflected" if self.case.deflected else "needed_more"
        self._row("deflection", at, "served", value)

    def _count(self, code: str, at: datetime, *, detail: str = "", by: int = 1) -> None:
        if by:
            self.tally.add(self._day(at), code, *self.both, detail=detail, by=by)

    def _day(self, at: datetime) -> str:
        return self.calendar.day(at)

    def _row(self, figure: str, at: datetime, name: str, value: str = "") -> None:
        row = Row(
            conversation_id=self.id,
            name=name,
            figure=figure,
            day=self._day(at),
            channel=plain(self.case.channel),
            at=at,
            value=value,
        )
        self.tally.rows.append(row)


def _seconds(*spells: Spell) -> str:
    return str(max(round(sum((end - start).total_seconds() for start, end in spells)), 0))
