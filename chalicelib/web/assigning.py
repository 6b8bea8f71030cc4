"""Staff API: whose a conversation is, by hand; the step it has come to, and what is said there."""

from datetime import datetime
from typing import Annotated

import msgspec

from chalicelib.consequences.longer import when
from chalicelib.outreach.compose import said_to
from chalicelib.playbook_values import Words
from chalicelib.routing.steps import STEPS, step_of
from chalicelib.store import conversations, customers
from chalicelib.web.case_views import shown
from chalicelib.web.conversations import CONVERSATION
from chalicelib.web.endpoints import Call, Endpoint
from chalicelib.web.views import ConversationView, View

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class AssignConversationRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """An agent's id: it is theirs. Only a team's: whoever of it has room gets it, or it waits for
    them. Neither: it is its agent's no more, and somebody else of the team gets it."""

    team: Id | None = None
    assignee: Id | None = None


class StepView(View, frozen=True, kw_only=True):
    """One step of a conversation. `text` is the playbook's, in the customer's language."""

    step: str
    current: bool
    text: str | None = None


class StepList(View, frozen=True, kw_only=True):
    step: str
    steps: list[StepView]
    promised_at: datetime | None = None


def assign_conversation(call: Call) -> ConversationView:
    """Give it to somebody by hand. Nobody gets more than their capacity."""
    wanted: AssignConversationRequest = call.body
    case = call.wiring.staffing.assign(
        call.path["conversation_id"], wanted.team, wanted.assignee, by=call.key.name
    )
    return shown(call, case)


def list_steps(call: Call) -> StepList:
    """The five steps, which of them the conversation has come to, and what the playbook says
    there."""
    case = conversations.get(call.path["conversation_id"])
    customer, playbook = customers.get(case.customer_id), call.wiring.playbook
    now = call.wiring.clock()
    promised = when(case.promised_at, now, customer, playbook) if case.promised_at else "…"
    current = step_of(case)

    def said(step: str) -> str | None:
        words: Words | None = getattr(playbook.steps, step) if playbook.steps else None
        return said_to(words, customer, playbook, promised=promised) if words else None

    return StepList(
        step=current,
        promised_at=case.promised_at,
        steps=[StepView(step=one, current=one == current, text=said(one)) for one in STEPS],
    )


ENDPOINTS = (
    Endpoint(
        method="POST",
        path=f"{CONVERSATION}/assign",
        scope="conversations:write",
        summary="Give a conversation to a team or an agent",
        handle=assign_conversation,
        returns=ConversationView,
        body=AssignConversationRequest,
    ),
    Endpoint(
        method="GET",
        path=f"{CONVERSATION}/steps",
        scope="conversations:read",
        summary="The step that a conversation has come to",
        handle=list_steps,
        returns=StepList,
    ),
)
