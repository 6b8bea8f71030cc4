"""A conversation as the staff API shows it: with its window, and how its promises stand."""

from chalicelib.routing.desk import Desk
from chalicelib.routing.standing import standing
from chalicelib.store.records import Conversation
from chalicelib.web.endpoints import Call
from chalicelib.web.views import ConversationView


def shown(call: Call, case: Conversation) -> ConversationView:
    window = call.wiring.window(case.channel, case.account) if case.channel else None
    stands = standing(case, Desk(playbook=call.wiring.playbook), call.wiring.clock())
    return ConversationView.of(
        case,
        window,
        due_at=dict(stands.due_at),
        paused_since=stands.paused_since,
        paused_because=list(stands.paused_because),
    )
