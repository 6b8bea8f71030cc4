"""Which conversations a listing is asked for, and the parameters that say so."""

from collections.abc import Callable, Sequence
from datetime import datetime

from chalicelib.errors import InvalidRequest
from chalicelib.store.case_lists import Wanted
from chalicelib.store.places import NOBODY
from chalicelib.store.records import OPEN, RESOLVED, Conversation
from chalicelib.web.endpoints import Call, Parameter

YES, NO = "yes", "no"

STATUS = Parameter(name="status", meaning='"open" (default) or "resolved"')
TEAM = Parameter(name="team", meaning='those of this team; "-" for those of none')
ASSIGNEE = Parameter(name="assignee", meaning='those of this person; "-" for nobody\'s')
SNOOZED = Parameter(name="snoozed", meaning='"yes": put off until later, "no": all others')
WAITING = Parameter(
    name="waiting", meaning='"yes": the customer has written and nobody has answered, "no": others'
)

PLAIN = ("category", "channel", "priority", "language", "severity", "sentiment", "step")
"""Fields of a conversation that are asked for by their value; "-" for those that have none."""

LABEL = Parameter(name="label", meaning="those that have this label")

FILTERS: Sequence[Parameter] = (
    STATUS,
    TEAM,
    ASSIGNEE,
    *(Parameter(name=name, meaning=f'those with this {name}; "-" for none') for name in PLAIN),
    LABEL,
    SNOOZED,
    WAITING,
)

Test = Callable[[Conversation], bool]


def status(call: Call) -> str:
    """Raises InvalidRequest."""
    found = call.query.get("status", OPEN)
    if found not in (OPEN, RESOLVED):
        raise InvalidRequest(f"status must be {STATUS.meaning}")
    return found


def wanted(call: Call) -> Wanted:
    """What is asked for besides the status. Raises InvalidRequest."""
    tests = _tests(call)
    return Wanted(
        team=call.query.get("team") or None,
        assignee=call.query.get("assignee") or None,
        fits=(lambda case: all(test(case) for test in tests)) if tests else None,
    )


def _tests(call: Call) -> list[Test]:
    tests = [_has(name, value) for name in PLAIN if (value := call.query.get(name))]
    if label := call.query.get("label"):
        tests.append(lambda case: label in case.labels)
    if (snoozed := chosen(call, SNOOZED)) is not None:
        now = call.wiring.clock()
        tests.append(lambda case: asleep(case, now) is snoozed)
    if (waiting := chosen(call, WAITING)) is not None:
        tests.append(lambda case: (case.waiting_since is not None) is waiting)
    return tests


def _has(name: str, value: str) -> Test:
    sought = None if value == NOBODY else value
    return lambda case: (getattr(case, name) or None) == sought


def chosen(call: Call, parameter: Parameter) -> bool | None:
    """What a yes-or-no parameter says, if it is given. Raises InvalidRequest."""
    text = call.query.get(parameter.name) or None
    if text not in (None, YES, NO):
        raise InvalidRequest(f'{parameter.name} must be "yes" or "no", not {text[:40]!r}')
    return None if text is None else text == YES


def asleep(case: Conversation, now: datetime) -> bool:
    """Whether it is put off still: its moment has not come, and the customer has not written."""
    return case.snoozed_until is not None and case.snoozed_until > now
