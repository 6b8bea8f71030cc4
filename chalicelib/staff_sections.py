"""The playbook's `[search]` and `[audit]`: what is kept so that staff find it again. Pure.

What each name means is told beside it in `playbook.toml`.
"""

from datetime import timedelta

from chalicelib.playbook_values import Section
from chalicelib.times import Span

LONGEST_SEARCH = timedelta(days=90)
SHORTEST_AUDIT, LONGEST_AUDIT = timedelta(days=30), timedelta(days=3650)


class Search(Section, frozen=True, kw_only=True):
    """How long words of messages can be searched, and names of orders."""

    keep: Span
    keep_orders: Span

    def __post_init__(self) -> None:
        if not timedelta(days=1) <= self.keep <= LONGEST_SEARCH:
            raise ValueError('keep: messages are searched for 1 to 90 days: write e.g. "90d"')
        if not timedelta(days=1) <= self.keep_orders <= LONGEST_AUDIT:
            raise ValueError('keep_orders: write from 1 day to ten years, e.g. "730d"')


class Audit(Section, frozen=True, kw_only=True):
    """How long it is kept who changed what."""

    keep: Span = Span(days=730)

    def __post_init__(self) -> None:
        if not SHORTEST_AUDIT <= self.keep <= LONGEST_AUDIT:
            raise ValueError('keep: write from 30 days to ten years, e.g. "730d"')
