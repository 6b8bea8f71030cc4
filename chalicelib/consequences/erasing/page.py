"""Erasing, a page a message: handles that are left, what is still to go out, the timeline, what is
listed, what lies beside the customer. The record counts along, and knows since when nothing more
was found."""

from datetime import timedelta

from chalicelib import events
from chalicelib.consequences.erasing.lines import take_lines
from chalicelib.consequences.erasing.notes import take_notes
from chalicelib.consequences.erasing.own import take_own
from chalicelib.consequences.erasing.taking import AT_ONCE, Taken, Taker
from chalicelib.consequences.erasing.things import take_handles, take_things
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.outreach.later import once_more
from chalicelib.store import erasure_counts, erasures
from chalicelib.store.erasure_records import Erasure

TAKERS: tuple[Taker, ...] = (take_handles, take_notes, take_lines, take_things, take_own)

SETTLED = timedelta(minutes=1)
"""How long nothing may be found until it is done: indexes, and whoever was at work when the
customer went, may be behind."""

LAST_LOOK = timedelta(days=30)
"""After which it is looked once more, for what late news have left: no message of a queue, nor of
its dead letters, is older."""

OVERTAKEN = timedelta(minutes=5)
"""After which a worker looks again who has met another one at the same erasure."""


def carry_on(event: Happened, hands: Hands) -> None:
    """One page, and a message by which the next one follows."""
    wanted: events.ErasureRequested = event.data
    erasure = erasures.find(wanted.customer_id)
    if erasure is None:
        return
    try:
        rest = _look(erasure, hands)
    except erasure_counts.Overtaken:
        rest = OVERTAKEN
    if rest is not None:
        now = hands.clock()
        hands.later().at(now + rest, once_more(wanted, event.id, event.at), now)


def _look(erasure: Erasure, hands: Hands) -> timedelta | None:
    """After which rest to look again; None: it is over."""
    if taken := _page(erasure, hands):
        if taken.erasure.empty_since and not taken.erasure.done_at:
            erasure_counts.change(taken.erasure, empty_since=None)
        return taken.rest
    now = hands.clock()
    if erasure.done_at is None:
        if erasure.empty_since is None:
            erasure_counts.change(erasure, empty_since=now)
            return SETTLED
        if now < erasure.empty_since + SETTLED:
            return max(erasure.empty_since + SETTLED - now, AT_ONCE)
        erasure = erasure_counts.change(erasure, done_at=now)
    _tell(erasure, hands)
    return None


def _page(erasure: Erasure, hands: Hands) -> Taken | None:
    for take in TAKERS:
        for customer_id in erasure.family:
            if taken := take(erasure, customer_id, hands):
                return taken
    return None


def _tell(erasure: Erasure, hands: Hands) -> None:
    """It is told once, under one id however often this is repeated, and the last look is set."""
    now, done_at = hands.clock(), erasure.done_at
    assert done_at is not None
    if now >= done_at + LAST_LOOK:
        return
    others = list(erasure.other_ids)
    erased = events.CustomerErased(customer_id=erasure.customer_id, other_ids=others, at=done_at)
    hands.bus().publish([events.event(erased, erasure.customer_id, at=done_at)])
    again = events.ErasureRequested(
        customer_id=erasure.customer_id, other_ids=others, at=erasure.started_at
    )
    look = events.event(again, erasure.customer_id, at=erasure.started_at)
    hands.later().at(done_at + LAST_LOOK, look, now)
