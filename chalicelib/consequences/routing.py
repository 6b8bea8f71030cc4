"""After a conversation needs a person: a team, somebody of it, and an eye on its promises."""

from typing import Any

from chalicelib import events
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.consequences.sla import keep_time
from chalicelib.consequences.turns import hear
from chalicelib.routing.giving import found
from chalicelib.routing.router import Wanted
from chalicelib.routing.steps import with_step
from chalicelib.store import agents, conversations, waits
from chalicelib.store.records import OPEN, Conversation


def hand_over(event: Happened, hands: Hands) -> None:
    """What a person has to answer gets a team, and somebody of it; the customer waits from then
    on, if they don't already."""
    handed: events.HandedOff = event.data
    case = found(handed.conversation_id)
    if case is None or case.status != OPEN:
        return
    changes: dict[str, Any] = {} if case.handed_off else {"handed_off": handed.reason}
    answered = case.replied_at is not None and case.replied_at >= handed.at
    # An alert is no message: nobody waits for an answer to it.
    if case.waiting_since is None and not answered and case.last_inbound_at is not None:
        changes["waiting_since"] = handed.at
        hear(case.id, handed.at)
    wanted = Wanted(name=event.id, reason=handed.reason, changes=changes)
    _route(case.id, wanted, hands)


def take_in(event: Happened, hands: Hands) -> None:
    """A case that an alert opened is a person's from the start; and so is every case where nothing
    understands messages or answers them by itself."""
    opened: events.ConversationOpened = event.data
    reason = "alert" if opened.opened_by == "alert" else "off"
    if reason == "off" and hands.playbook.triage is not None:
        return
    wanted = Wanted(name=event.id, reason=reason, changes={"handed_off": reason})
    _route(opened.conversation_id, wanted, hands)


def take_back(event: Happened, hands: Hands) -> None:
    """A case that is open again goes to whoever solved it, if they are there; its time counts
    anew. Who said that they were not helped waits for an answer."""
    reopened: events.ConversationReopened = event.data
    case = found(reopened.conversation_id)
    if case is None or case.status != OPEN or case.resolutions != reopened.resolution:
        return
    changes: dict[str, Any] = {"reopened_at": max(event.at, case.reopened_at or event.at)}
    if reopened.reopened_by == "survey" and case.waiting_since is None:
        changes["waiting_since"] = event.at
    if case.team or case.assignee or case.handed_off:
        _route(case.id, Wanted(name=event.id, reason="reopened", changes=changes), hands)
    else:
        conversations.change(case.id, with_step(case, changes))


def move_when_labelled(event: Happened, hands: Hands) -> None:
    """Staff know better what it is about: it goes to the team that this is for, if it is with one
    already."""
    labelled: events.ConversationLabelled = event.data
    case = found(labelled.conversation_id)
    if case is None or labelled.category == labelled.was or not (case.team or case.handed_off):
        return
    _route(case.id, Wanted(name=event.id, reason="labelled", moves=True), hands)


def watch_time(event: Happened, hands: Hands) -> None:
    """Whose it is decides by when it must be answered."""
    routed: events.ConversationRouted = event.data
    keep_time(routed.conversation_id, hands)


def watch_snooze(event: Happened, hands: Hands) -> None:
    """While it is put off, the time for its solution stands still."""
    snoozed: events.ConversationSnoozed = event.data
    keep_time(snoozed.conversation_id, hands)


def show_step(event: Happened, hands: Hands) -> None:
    """What was understood shows in the step that a conversation has come to. While it waits for
    somebody, it may be another's turn now; or another team's, if it was only the default team's."""
    case = found(event.data.conversation_id)
    if case is None:
        return
    if changed := with_step(case, {}):
        conversations.change(case.id, changed)
    if case.queued:
        team = hands.router().giver.desk.team(case.team)
        reason = "understood" if team is None or team.default else "regraded"
        hands.router().route(case.id, Wanted(name=event.id, reason=reason))


def give_next(event: Happened, hands: Hands) -> None:
    """Whose case is solved has room for the next."""
    resolved: events.ConversationResolved = event.data
    case = found(resolved.conversation_id)
    if hands.playbook.teams and case is not None and case.assignee:
        hands.router().filler.fill(case.assignee)


def follow_presence(event: Happened, hands: Hands) -> None:
    """Who has come gets what waits; what waits with somebody who has gone is given to others."""
    changed: events.AgentChanged = event.data
    agent = agents.find(changed.agent_id)
    if agent is None:
        return
    if agent.presence == "online":
        hands.router().filler.fill(agent.id)
    else:
        hands.router().leave(agent.id, name=event.id)


def see_to(conversation_id: str, name: str, hands: Hands) -> None:
    """A customer waits: if whoever has the conversation has gone, somebody else is found; and the
    time is kept."""
    case = found(conversation_id)
    if case is None:
        return
    holder = agents.find(case.held_by) if case.held_by else None
    if holder is not None and holder.presence != "online":
        wanted = Wanted(name=name, reason="agent_away", avoid=holder.id)
        _route(conversation_id, wanted, hands)
    _promise(case, hands)
    keep_time(conversation_id, hands)


def _promise(case: Conversation, hands: Hands) -> None:
    """By when they can expect an answer, unless that is promised already."""
    router = hands.router()
    promised = router.giver.desk.promised(case)
    if promised != case.promised_at:
        waits.write(case, with_step(case, {"promised_at": promised}))


def _route(conversation_id: str, wanted: Wanted, hands: Hands) -> None:
    """Without teams it is only noted. Its time is kept even where nothing changes of whose it is,
    and so nothing is told of that."""
    hands.router().route(conversation_id, wanted)
    keep_time(conversation_id, hands)
