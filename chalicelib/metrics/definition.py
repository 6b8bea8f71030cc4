"""What a figure means, in words for people and as a formula. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from chalicelib.playbook_values import Words

Kind = Literal["count", "share", "time", "score", "nps"]


@dataclass(frozen=True, kw_only=True)
class Definition:
    """`title` and `meaning` are for people; `formula` says how it is worked out of what; `source`
    are the events it is counted from. `lists`: whether its conversations are listed. `settles`
    is how long after a day its figure may still change by what customers do. `categories`: whether
    it can be asked for of one category."""

    kind: Kind
    title: Words
    meaning: Words
    formula: str
    source: str
    lists: bool = True
    settles: timedelta | None = None
    categories: bool = True
