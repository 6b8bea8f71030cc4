"""Where a conversation stands in the listing of its status: by time, and with whose it is written
behind that, so that one team's queue is found, and all queues are counted, by keys alone.

The name of its team and assignee in the key is kept in step by `conversations.change`, the only one
that changes them.
"""

from collections.abc import Callable
from datetime import datetime

from pynamodb.expressions.condition import Condition

from chalicelib.store import keys
from chalicelib.store.models import ConversationItem
from chalicelib.store.records import Conversation

NAMED = frozenset({"team", "assignee"})
"""The fields that are part of the place, besides the time."""

LONGEST = 100
"""Characters of a name in a key, which can't hold more than 1024 bytes in all."""

NOBODY = "-"


def place(case: Conversation, *, opened_at: datetime | None = None) -> str:
    """The sort key of a listed conversation; with `opened_at` once that is when it began."""
    names = "#".join(_named(name) for name in (case.team, case.assignee))
    return f"{keys.moment(opened_at or case.opened_at, case.id)}#{names}"


ASLEEP = "SNOOZED"
"""The list, in gsi1, of what staff have put off, by when that ends. Its keys are changed by the
very requests that change `snoozed_until`, so that what waits is counted apart from it."""


def asleep(conversation_id: str, until: datetime | None) -> dict[str, str | None]:
    """The attributes by which it stands in that list until then; not at all for None."""
    if until is None:
        return {"gsi1pk": None, "gsi1sk": None}
    return {"gsi1pk": ASLEEP, "gsi1sk": keys.moment(until, conversation_id)}


def after(sort_key: str) -> str:
    """A cursor behind this place that stays behind it, whoever's the conversation becomes."""
    moment, conversation_id, *_ = f"{sort_key}#".split("#")
    return f"{moment}#{conversation_id}~"


def whose(sort_key: str) -> tuple[str, str]:
    """Team and assignee as the place names them, "" for none."""
    _, _, team, assignee = f"{sort_key}####".split("#")[:4]
    return team, assignee


def theirs(team: str | None, assignee: str | None) -> Callable[[str], bool]:
    """Whether a place may be this team's and this assignee's (None: anybody's; "-": nobody's)."""
    wanted = tuple(None if name is None else _named(name) for name in (team, assignee))

    def fits(sort_key: str) -> bool:
        return all(
            name is None or name == named
            for name, named in zip(wanted, whose(sort_key), strict=True)
        )

    return fits


def unmoved(case: Conversation) -> Condition:
    """It stands where it stood when it was read."""
    condition: Condition = ConversationItem.opened_at == case.opened_at
    for attribute, known in (
        (ConversationItem.team, case.team),
        (ConversationItem.assignee, case.assignee),
    ):
        condition &= attribute == known if known else attribute.does_not_exist()
    return condition


def _named(name: str | None) -> str:
    """A name as part of a key: without the sign that parts them, and of bounded length."""
    if name in (None, NOBODY):
        return ""
    return str(name).replace("%", "%25").replace("#", "%23")[:LONGEST]
