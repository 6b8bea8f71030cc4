"""When a conversation stood still: the customer's turn, and what was put off. Pure.

Facts, as they lie on the conversation: each answer with the customer's first word after it, each
putting off with its end. A word ends whatever it falls into, the earliest of several counts: so
news in any order, or twice, come to the same.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from chalicelib.store.records import Conversation, Pause

WHYS = ("customer", "snoozed")

MOST = 20
"""That are kept of a conversation. Beyond that two of a kind that overlap become one, or else the
two oldest, as long as both; what is told late of so long ago changes nothing any more."""

NONE = timedelta(0)

Run = tuple[datetime, datetime | None]
"""From when to when time ran; None: it still does."""

Pauses = tuple[Pause, ...]


def answered(pauses: Pauses, at: datetime, word: datetime | None) -> Pauses:
    """An answer went out: it is the customer's turn, up to their first `word` after it, if they are
    known to have said one."""
    return _with(pauses, Pause("customer", at, word))


def heard(pauses: Pauses, at: datetime) -> Pauses:
    """The customer said something, which ends every pause that it falls into."""
    return tuple(_cut(one, at) for one in pauses)


def put_off(pauses: Pauses, at: datetime, until: datetime | None) -> Pauses:
    """Staff put it off, or (None) look at it again: their last word counts."""
    cut = tuple(_cut(one, at) if one.why == "snoozed" else one for one in pauses)
    return _with(cut, Pause("snoozed", at, until or at), latest=True)


def known(case: Conversation) -> Pauses:
    """A conversation's, with what it knows though the news is still to come: when the customer last
    wrote, and that what was put off is so no longer. If that was for a word said before it was put
    off and heard of after, it never stood still."""
    word = case.last_inbound_at
    found = heard(case.pauses, word) if word else case.pauses
    last = last_snooze(found)
    if last is None or case.snoozed_until is not None or (word and word > last.since):
        return found
    never = msgspec.structs.replace(last, until=last.since)
    return tuple(never if one == last else one for one in found)


def last_snooze(pauses: Pauses) -> Pause | None:
    """What staff last said of putting it off; as long as nothing where they took it back."""
    return max((one for one in pauses if one.why == "snoozed"), key=_since, default=None)


def counting(pauses: Iterable[Pause], start: datetime, whys: Collection[str] = WHYS) -> list[Pause]:
    """Those that stop a time which counts from `start`. Whoever opens a case again has something to
    do there: what paused it before is over."""
    return [one for one in pauses if one.why in whys and one.since >= start]


def taken(
    case: Conversation, end: datetime, whys: Collection[str] = WHYS
) -> list[tuple[datetime, datetime]]:
    """When a conversation that ended then stood still since it began; some may overlap."""
    counted = counting(known(case), case.reopened_at or case.opened_at, whys)
    spells = ((one.since, min(one.until or end, end)) for one in counted)
    return [(since, until) for since, until in spells if since < until]


def running(start: datetime, pauses: Iterable[Pause]) -> Iterator[Run]:
    """When time ran since `start`, in order; the last run has no end unless it stands still."""
    at = start
    for one in sorted(pauses, key=_since):
        if one.until is not None and one.until <= at:
            continue
        if one.since > at:
            yield at, one.since
        if one.until is None:
            return
        at = one.until
    yield at, None


def stopped_since(start: datetime, pauses: Sequence[Pause], now: datetime) -> datetime | None:
    """Since when it has stood still without a break; None if it runs now."""
    if not any(holds(one, now) for one in pauses):
        return None
    ends = [end for _, end in running(start, pauses) if end is not None and end <= now]
    return max(ends, default=start)


def holds(pause: Pause, at: datetime) -> bool:
    """Whether it is in force then."""
    return pause.since <= at and (pause.until is None or at < pause.until)


def _cut(pause: Pause, at: datetime) -> Pause:
    inside = pause.since < at and (pause.until is None or at < pause.until)
    return msgspec.structs.replace(pause, until=at) if inside else pause


def _with(pauses: Pauses, new: Pause, *, latest: bool = False) -> Pauses:
    """One more of its kind; of two of the same moment the earlier end counts, or (`latest`) the
    new one."""
    same = [one for one in pauses if (one.why, one.since) == (new.why, new.since)]
    if not latest:
        ends = [one.until for one in (*same, new) if one.until is not None]
        new = msgspec.structs.replace(new, until=min(ends, default=None))
    alike = sorted((one for one in pauses if one.why == new.why), key=_since)
    if not same and len(pauses) >= MOST and len(alike) > 1 and new.since < alike[1].since:
        return pauses
    return _bounded(tuple(sorted([*(one for one in pauses if one not in same), new], key=_since)))


def _bounded(pauses: Pauses) -> Pauses:
    """No more than are kept: of the kind that has most of them two become one. Two that overlap or
    touch come first, as what both cover; only where none do, the two oldest, as long as both. The
    latest stays as it is: it says what is so now."""
    if len(pauses) <= MOST:
        return pauses
    kinds = [[one for one in pauses if one.why == why] for why in WHYS]
    older = max(kinds, key=len)[:-1]
    pairs = ((one, other) for one, other in pairwise(older) if _meet(one, other))
    first, second = next(pairs, (older[0], older[1]))
    joined = msgspec.structs.replace(first, until=_end(first, second))
    return tuple(joined if one == first else one for one in pauses if one != second)


def _meet(first: Pause, second: Pause) -> bool:
    return first.until is None or first.until >= second.since


def _end(first: Pause, second: Pause) -> datetime | None:
    """When what both cover is over, if it began with the first."""
    if first.until is None or second.until is None:
        return None
    gap = max(second.since - first.until, NONE)
    return max(first.until, second.until) - gap


def _since(pause: Pause) -> tuple[datetime, str]:
    return pause.since, pause.why
