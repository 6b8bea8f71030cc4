"""What is known of one conversation as far as figures go. Pure.

The facts of a case come in any order and more than once. Each is laid down so that the order makes
no difference: the earliest of its kind, the latest word, or a set.
"""

from datetime import datetime, timedelta

import msgspec

REPEAT = timedelta(days=7)
"""A question whose customer comes back so soon was not solved at the first contact."""

DEFLECTED = timedelta(hours=48)
"""A customer who asks again so soon was not helped by an article."""

BOUGHT = timedelta(days=30)
"""So long after an answer to a survey an order counts as what the customer then did."""


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer that went out; `since` is the message that had waited for it."""

    at: datetime
    id: str
    channel: str
    since: datetime | None = None


class Ending(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One resolution: when, why, and whether the same person asked anew within `REPEAT`. `paused`
    are the times that don't count for it."""

    at: datetime
    reason: str
    returned: bool = False
    paused: tuple[tuple[datetime, datetime], ...] = ()


class Score(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to a survey about the case; `bought`: an order followed within `BOUGHT`."""

    at: datetime
    score: int
    resolution: int = 0
    channel: str = ""
    bought: bool = False


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a case was said to be about; the later word counts."""

    at: datetime
    id: str
    category: str

    def __lt__(self, other: "Said") -> bool:
        return (self.at, self.id) < (other.at, other.id)


class Case(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="case"):
    """A conversation's facts.

    `first` are the first answers by kind (human, bot); `scores` by survey; `endings` and `reopened`
    by the number of the resolution. `asked_again`: the same person began another conversation
    within `DEFLECTED` after the last article.
    """

    opened_at: datetime | None = None
    customer_id: str = ""
    channel: str | None = None
    by_customer: bool = True
    staff: Said | None = None
    triaged: Said | None = None
    endings: dict[int, Ending] = {}
    reopened: dict[int, datetime] = {}
    first: dict[str, Answer] = {}
    scores: dict[str, Score] = {}
    missed: dict[str, datetime] = {}
    article_at: datetime | None = None
    needed_person: bool = False
    asked_again: bool = False

    @property
    def category(self) -> str | None:
        said = self.staff or self.triaged
        return said.category if said else None

    def came_back(self, number: int) -> bool:
        """Whether a resolution did not last: opened again, or asked anew, within `REPEAT`."""
        ending, again = self.endings[number], self.reopened.get(number)
        return ending.returned or (again is not None and again - ending.at <= REPEAT)

    @property
    def deflected(self) -> bool:
        """Whether self-service was enough."""
        return not (self.needed_person or "human" in self.first or self.asked_again)
