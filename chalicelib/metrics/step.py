"""One step of counting: which card an event is about, and how the card's facts change. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.metrics.cards import Facts
from chalicelib.metrics.cases import Case
from chalicelib.metrics.tally import Calendar, Tally

Fold = Callable[[Any, Calendar], tuple[Facts, Tally]]


@dataclass(frozen=True, kw_only=True)
class Step:
    """`subject` names the card (a conversation's id, or a survey's or order's with its kind);
    `blank` are its facts when nothing is known; `fold` None: no card, `extra` is all there is.
    `once`: the row of it that is there if it has been counted. `note`: a line beside a customer."""

    subject: str
    blank: Facts | None = None
    fold: Fold | None = None
    extra: Tally | None = None
    once: str | None = None
    note: tuple[str, str] | None = None
    looks: bool = False
    """Whether what followed, or what it follows, is to be looked at anew."""


Steps = Callable[[str, datetime, Any, Calendar], list[Step]]
"""From an event's id, its time and its data."""


def of_case(conversation_id: str, change: Callable[[Case], Case], **more: Any) -> Step:
    def fold(case: Case, _calendar: Calendar) -> tuple[Facts, Tally]:
        return change(case), Tally()

    return Step(subject=conversation_id, blank=Case(), fold=fold, **more)
