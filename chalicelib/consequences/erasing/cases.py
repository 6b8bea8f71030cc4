"""The conversations of an erased customer."""

from collections.abc import Sequence

from chalicelib.consequences.hands import Hands
from chalicelib.store import conversations, erasing, erasing_cases, erasure_counts, keys, labels
from chalicelib.store.erasure_records import ERASED, Erasure
from chalicelib.store.models import ConversationItem
from chalicelib.store.records import OPEN, Conversation


def take_cases(erasure: Erasure, names: Sequence[str], hands: Hands) -> Erasure:
    """Those of these conversations that are the customer's: in a group, one may be another's."""
    whose = {*erasure.family, ERASED}
    for case in conversations.some(names).values() if names else ():
        if case.customer_id in whose:
            erasure = _take(erasure, case, hands)
    return erasure


def _take(erasure: Erasure, case: Conversation, hands: Hands) -> Erasure:
    """First it is nobody's, then who had it gets the next, then it goes: whoever repeats this from
    anywhere does the rest."""
    if case.status == OPEN:
        case = erasing_cases.let_go(case, hands.clock())
    if case.assignee and hands.playbook.teams:
        hands.router().filler.fill(case.assignee)
    erasing.forget_figures([case.id, f"voice:{case.id}"])
    erasing.forget([labels.key(case.id)])
    return erasure_counts.remove(
        erasure, {"conversation": [ConversationItem(*keys.conversation(case.id))]}
    )
