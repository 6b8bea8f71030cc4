"""When a call that failed is tried again: ten attempts over 75 hours, as Standard Webhooks advises.
Pure."""

from datetime import datetime, timedelta
from hashlib import sha256

WAITS = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Before each attempt, counted from the one before it."""

ATTEMPTS = len(WAITS)
JITTER = 0.05
"""The share of a wait by which it is longer or shorter, so that retries don't come in waves."""
LONGEST_ASKED = timedelta(hours=24)
"""An endpoint may ask (Retry-After) for a longer wait than planned, up to this."""
GIVE_UP = timedelta(hours=80)
"""After this no delivery is tried again, however few attempts there were: a bit more than all waits
at their longest."""


def next_attempt(
    attempt: int, *, unique: str, since: datetime, now: datetime, asked: float | None = None
) -> datetime | None:
    """When to try again after attempt `attempt` (from 1) has failed; None if that was the last one.

    `unique` names the delivery: the same wait comes out for it every time. `since` is when it first
    came here, `asked` are the seconds that the endpoint wants to be left alone.
    """
    if attempt >= ATTEMPTS or now >= since + GIVE_UP:
        return None
    wait = WAITS[attempt] * (1 + JITTER * _spread(f"{unique}\x1f{attempt}"))
    if asked is not None:
        wait = max(wait, min(timedelta(seconds=asked), LONGEST_ASKED))
    return min(now + wait, since + GIVE_UP)


def gives_up(since: datetime, now: datetime) -> bool:
    """Whether a delivery that first came here at `since` is too old to be tried."""
    return now >= since + GIVE_UP


def _spread(text: str) -> float:
    """From -1 to 1, always the same for the same text."""
    return int.from_bytes(sha256(text.encode()).digest()[:4]) / 2**31 - 1


PATIENCE = 5
"""So many calls of an endpoint fail in a row before the others wait for one that gets through."""
SHORTEST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(minutes=15)
FAILING_FOR = timedelta(days=5)
"""An endpoint to which nothing got through for so long is switched off: long enough for a system
that broke before a long weekend."""


def rest(failures: int) -> timedelta | None:
    """How long an endpoint is left alone after this many failures in a row; None: not at all."""
    if failures < PATIENCE:
        return None
    doubled: int = 2 ** min(failures - PATIENCE, 10)
    return min(SHORTEST_REST * doubled, LONGEST_REST)


def hopeless(failing_since: datetime | None, now: datetime) -> bool:
    """Whether an endpoint that only failed since then is to be switched off."""
    return failing_since is not None and now - failing_since >= FAILING_FOR
