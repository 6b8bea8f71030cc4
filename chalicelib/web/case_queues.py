"""Staff API: the queues – how many open conversations each team and person has."""

from chalicelib.store import case_lists
from chalicelib.store.case_lists import Queue
from chalicelib.web.endpoints import Call, Endpoint
from chalicelib.web.views import View


class QueueView(View, frozen=True, kw_only=True):
    """A team's open conversations (no team: those of none): all, nobody's, and each person's."""

    open: int
    unassigned: int
    assignees: dict[str, int]
    team: str | None = None

    @classmethod
    def of(cls, team: str, queue: Queue) -> "QueueView":
        people = dict(sorted(queue.assignees.items()))
        return cls(
            open=queue.open, unassigned=queue.unassigned, assignees=people, team=team or None
        )


class QueueList(View, frozen=True, kw_only=True):
    """`more`: there are more open conversations than are counted in one call."""

    queues: list[QueueView]
    open: int
    more: bool = False


def list_queues(call: Call) -> QueueList:  # noqa: ARG001  nothing is asked of it
    """How many are open, by team and person; 10 000 are counted, the oldest. Those put off until
    later are among them."""
    queues, more = case_lists.counted()
    views = [QueueView.of(team, queue) for team, queue in sorted(queues.items())]
    return QueueList(queues=views, open=sum(view.open for view in views), more=more)


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
