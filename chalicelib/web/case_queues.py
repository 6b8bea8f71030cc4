"""Staff API: the queues – how many open conversations each team and person has."""

from chalicelib.store import case_counts
from chalicelib.store.case_counts import Queue
from chalicelib.web.endpoints import Call, Endpoint
from chalicelib.web.views import View


class QueueView(View, frozen=True, kw_only=True):
    """A team's open conversations (no team: those of none) that are to be looked at now: all,
    nobody's, and each person's; and how many are put off until later (`snoozed`)."""

    open: int
    unassigned: int
    assignees: dict[str, int]
    snoozed: int = 0
    team: str | None = None

    @classmethod
    def of(cls, team: str, queue: Queue) -> "QueueView":
        people = dict(sorted(queue.assignees.items()))
        return cls(
            open=queue.open,
            unassigned=queue.unassigned,
            assignees=people,
            snoozed=queue.snoozed,
            team=team or None,
        )


class QueueList(View, frozen=True, kw_only=True):
    """`more`: there are more open conversations than are counted in one call."""

    queues: list[QueueView]
    open: int
    snoozed: int = 0
    more: bool = False


def list_queues(call: Call) -> QueueList:
    """How many are open and to be looked at now, by team and person, and how many are put off;
    10 000 are counted, the oldest."""
    queues, more = case_counts.counted(call.wiring.clock())
    views = [QueueView.of(team, queue) for team, queue in sorted(queues.items())]
    return QueueList(
        queues=views,
        open=sum(view.open for view in views),
        snoozed=sum(view.snoozed for view in views),
        more=more,
    )


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/queues",
        scope="conversations:read",
        summary="How many open conversations each team and person has",
        handle=list_queues,
        returns=QueueList,
    ),
)
