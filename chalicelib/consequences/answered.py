"""Waiting and answering: since when a customer waits, and what each answer ended."""

from datetime import datetime

from chalicelib import events
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.consequences.routing import see_to
from chalicelib.consequences.sla import keep_time
from chalicelib.errors import Contention, NotFound
from chalicelib.routing import waiting
from chalicelib.routing.giving import found
from chalicelib.routing.steps import with_step
from chalicelib.routing.waiting import Answered
from chalicelib.store import notifications, waits
from chalicelib.store.notification_records import Notification
from chalicelib.store.records import Conversation

ATTEMPTS = 6

BOT = {"reply": False, "article": True}
"""Kinds of notification that answer a customer, and whether nobody wrote them."""


def note_waiting(event: Happened, hands: Hands) -> None:
    """Who writes waits from then on, unless they wait already or were answered since. Whose
    conversation it is hears of it, or somebody else if they have gone; and its time is kept."""
    received: events.MessageReceived = event.data
    for _ in range(ATTEMPTS):
        case = found(received.conversation_id)
        if case is None:
            return
        changed = waiting.heard(case, received.at)
        if not changed or waits.write(case, changed):
            break
    else:
        raise Contention(f"conversation {received.conversation_id} kept changing")
    since = changed.get("waiting_since", case.waiting_since)
    if since is not None and (case.team or case.handed_off):
        see_to(case.id, event.id, hands)
    elif since is None:
        # A word before the last answer, heard of late: what it woke runs on. Whatever `changed`,
        # as whoever came so far before may have stopped here.
        keep_time(case.id, hands)


def note_answer(event: Happened, hands: Hands) -> None:
    """An answer ends the customer's wait; how long it was is told to whoever counts."""
    sent: events.NotificationSent = event.data
    if sent.kind not in BOT:
        return
    note = notifications.find(sent.notification_id)
    if note is None or not note.conversation_id or note.sent_at is None:
        return
    for _ in range(ATTEMPTS):
        case = found(note.conversation_id)
        if case is None:
            return
        answer = _meaning(case, note, note.sent_at)
        changed = waiting.changes(case, answer, _first(case, after=note.sent_at))
        if not changed or waits.write(case, with_step(case, changed)):
            hands.bus().publish([_told(case, note, answer)])
            if changed.get("waiting_since") is not None:
                see_to(case.id, event.id, hands)
            return
    raise Contention(f"conversation {note.conversation_id} kept changing")


def _meaning(case: Conversation, note: Notification, at: datetime) -> Answered:
    bot, since = BOT[note.kind], case.waiting_since
    if since is None or since > at:
        # News of what they wrote before it may still be on its way.
        late = case.replied_at is not None and at <= case.replied_at
        since = None if late else _first(case, after=case.replied_at, until=at)
    by = None if bot else note.planned_by
    return waiting.answered(case, note.id, at, bot=bot, by=by, since=since)


def _first(
    case: Conversation, *, after: datetime | None, until: datetime | None = None
) -> datetime | None:
    try:
        return waits.first_message(case, after=after, until=until)
    except NotFound:  # the customer was erased meanwhile
        return None


def _told(case: Conversation, note: Notification, answer: Answered) -> events.Event:
    told = events.ConversationAnswered(
        conversation_id=case.id,
        customer_id=case.customer_id,
        at=answer.at,
        channel=note.channel or case.channel or "",
        bot=answer.bot,
        first=answer.first,
        by=answer.by,
        waited_since=answer.waited_since,
    )
    return events.event(told, note.id, at=answer.at, trace=case.id)
