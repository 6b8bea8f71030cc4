"""The notifications of an erased customer: what was still to go out is cancelled first, and of each
there stays that there was one and how it ended."""

from datetime import datetime, timedelta

from chalicelib.consequences.erasing.taking import PAGE, SOON, Taken
from chalicelib.consequences.hands import Hands
from chalicelib.outreach.decide import GONE
from chalicelib.outreach.deliver import LEASE
from chalicelib.outreach.outcomes import of_lost_worker
from chalicelib.outreach.purposes import FINAL
from chalicelib.store import erasing, erasing_marks, notifications
from chalicelib.store.erasure_records import Erasure
from chalicelib.store.notification_records import Notification
from chalicelib.store.table import Refused

MOST_WITHDRAWN = 10
"""That are cancelled in one go: each takes five requests."""

BEING_SENT = timedelta(seconds=30)
"""After which to look again at what another worker is sending."""


def take_notes(erasure: Erasure, customer_id: str, hands: Hands) -> Taken | None:
    found, rows = erasing.notes_and_ghosts(customer_id, limit=PAGE)
    if not rows:
        return None
    notes = [notifications.from_item(item) for item in found]
    if ended := [note for note in notes if note.status in FINAL]:
        return Taken(erasure=erasing_marks.blank(erasure, ended))
    if waiting := [note for note in notes if note.status in notifications.WAITING]:
        for note in waiting[:MOST_WITHDRAWN]:
            _withdraw(note, hands)
        return Taken(erasure=erasure)
    now = hands.clock()
    lost = [note for note in notes if _is_lost(note, now)]
    for note in lost:
        _give_up(note, now)
    if notes and not lost:
        return Taken(erasure=erasure, rest=BEING_SENT)
    return Taken(erasure=erasure, rest=SOON)


def _withdraw(note: Notification, hands: Hands) -> None:
    """Its schedule first: whoever repeats this finds it waiting still, and looks for both."""
    hands.planner.schedule().drop(note)
    hands.planner.cancel(note.key, GONE)


def _is_lost(note: Notification, now: datetime) -> bool:
    return note.claimed_at is None or now - note.claimed_at >= LEASE


def _give_up(note: Notification, now: datetime) -> None:
    """A worker ended while it was sending: nobody will find out, and nobody tries again."""
    ending = of_lost_worker(now)
    try:
        notifications.finish(
            note, outcome=ending.outcome, decision=ending.decision, values=dict(ending.values)
        )
    except Refused:
        # It has been recorded after all: the next look sees how.
        return
