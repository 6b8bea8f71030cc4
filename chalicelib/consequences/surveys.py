"""After a case was solved: one question, and what its answer asks for."""

from chalicelib import events
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.consequences.serving import SELF_SERVICE
from chalicelib.outreach.plan import Plan


def ask_satisfaction(event: Happened, hands: Hands) -> None:
    """One question, a while after the case was solved; never a second one about the same case, and
    none about spam, a double or a case that ended because nobody answered any more, and none about
    an article, of which they have just said that it helped."""
    resolved: events.ConversationResolved = event.data
    if resolved.reason != "solved" or resolved.resolved_by == SELF_SERVICE:
        return
    asked = [satisfaction_key(resolved.conversation_id, n) for n in range(1, resolved.resolution)]
    if any(hands.planner.went_out(key) for key in asked):
        return
    hands.planner.plan(
        Plan(
            key=satisfaction_key(resolved.conversation_id, resolved.resolution),
            purpose="survey",
            kind="satisfaction",
            customer_id=resolved.customer_id,
            due_at=event.at + hands.playbook.satisfaction.delay,
            conversation_id=resolved.conversation_id,
        )
    )


def withdraw_satisfaction(event: Happened, hands: Hands) -> None:
    """An open case is not one to ask about."""
    reopened: events.ConversationReopened = event.data
    key = satisfaction_key(reopened.conversation_id, reopened.resolution)
    hands.planner.cancel(key, "reopened")


def ask_nps(event: Happened, hands: Hands) -> None:
    """Would you recommend us: some time after a delivery, if the brand asks that at all; that
    nobody is asked too often is seen to when it is due."""
    delivered: events.OrderDelivered = event.data
    nps = hands.playbook.nps
    if nps is None:
        return
    hands.planner.plan(
        Plan(
            key=f"nps:{delivered.order_key}",
            purpose="survey",
            kind="nps",
            customer_id=delivered.customer_id,
            due_at=delivered.at + nps.delay,
            order_key=delivered.order_key,
        )
    )


def satisfaction_key(conversation_id: str, resolution: int) -> str:
    """Under which the question about this resolution of a case is planned."""
    return f"satisfaction:{conversation_id}:{resolution}"
