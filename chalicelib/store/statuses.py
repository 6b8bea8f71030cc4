"""What became of a sent message: the latest moment of each status, and what they add up to.

Each status is kept for itself, at the latest moment the platform told for it. So the order in which
they come never matters, and the one that counts is worked out when it is read.
"""

from collections.abc import Mapping
from datetime import datetime

LADDER = ("queued", "sent", "delivered", "read")
"""Statuses only advance along this."""

PROVES = {"clicked": "read", "complained": "delivered"}
"""What is no step of the ladder, but shows that one was reached: a link was followed, the mail was
called spam."""

STATUSES = (*LADDER, "failed", *PROVES)

PROOF = ("delivered", "read", *PROVES)
"""What shows that a message arrived, whatever was said before."""


def effective(base: str | None, told: Mapping[str, datetime]) -> str | None:
    """The status that counts: the furthest on the ladder; *failed* is final unless something at the
    same time or later proves that it arrived. `base` is what we knew when the message was recorded
    (None: nothing, the platform's word came first)."""
    failed_at = told.get("failed")
    proven_at = max((told[name] for name in PROOF if name in told), default=None)
    if failed_at is not None and (proven_at is None or proven_at < failed_at):
        return "failed"
    reached = {base, *told, *(step for name, step in PROVES.items() if name in told)}
    steps = [name for name in LADDER if name in reached]
    return steps[-1] if steps else base
