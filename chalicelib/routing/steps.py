"""The five steps of a conversation, as what has happened shows them. Pure."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from chalicelib.store.records import RESOLVED, Conversation

Step = Literal["greet", "understand", "agree", "solve", "close"]
STEPS: tuple[Step, ...] = ("greet", "understand", "agree", "solve", "close")


def step_of(case: Conversation) -> Step:
    """Where it stands.

    It is closed once resolved; being solved once the customer has had an answer; agreed once
    somebody looks after it or a time is promised; understood once anything is known of what it is
    about. Before that there is only the greeting.
    """
    if case.status == RESOLVED:
        return "close"
    if case.answered_at or case.served_at:
        return "solve"
    if case.assignee or case.promised_at:
        return "agree"
    if case.category or case.labels or case.handed_off or case.team or case.severity:
        return "understand"
    return "greet"


def with_step(case: Conversation, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes, and the step in which they leave the conversation if it is another one."""
    known = {name: value for name, value in changes.items() if name in case.__struct_fields__}
    step = step_of(msgspec.structs.replace(case, **known))
    return {**changes, **({"step": step} if step != case.step else {})}
