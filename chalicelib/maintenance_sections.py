"""The playbook's `[maintenance]`: what the owner of a device reads about its maintenance. Pure.

What each name means is told beside it in `playbook.toml`.
"""

from collections.abc import Iterator

from chalicelib.playbook_values import Section, Words
from chalicelib.times import Span


class Maintenance(Section, frozen=True, kw_only=True):
    max_lateness: Span
    ahead: Words
    due: Words
    done: Words
    booking: Words
    next: Words

    def texts(self) -> Iterator[tuple[tuple[str, ...], Words, set[str]]]:
        """Every text, where it stands, and what may be filled in there."""
        due = {"name", "brand", "device", "message", "link"}
        yield ("maintenance", "ahead"), self.ahead, due | {"when"}
        yield ("maintenance", "due"), self.due, due
        yield ("maintenance", "done"), self.done, {"name", "brand", "device", "next"}
        yield ("maintenance", "booking"), self.booking, {"url"}
        yield ("maintenance", "next"), self.next, {"when"}
