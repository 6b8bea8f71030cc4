"""What is searched: which lines of a timeline, and which of their words. Pure.

Left out is what Temas writes by itself: greetings, questions, reminders, articles. They say the
same to everybody, and would be all that is found.
"""

from typing import Literal, get_args

from chalicelib.search.words import kept
from chalicelib.store.records import MESSAGE, Entry

Source = Literal["message", "reply", "note", "label"]
"""A customer's message; what staff answered, here or in another program; a note for staff; the
labels that staff gave a conversation."""

SOURCES: tuple[Source, ...] = get_args(Source)

REPLY, NOTE, LABELLED = "reply", "note", "labelled"


def source(entry: Entry) -> Source | None:
    """What a line is searched as; None: it isn't."""
    about = entry.details
    if entry.kind == MESSAGE and entry.direction == "in":
        return None if about.get("automatic") else "message"
    if entry.kind == MESSAGE and entry.direction == "out":
        ours = "notification_id" in about
        return "reply" if not ours or about.get("type") == REPLY else None
    if entry.kind == NOTE:
        return "note"
    labelled = entry.kind == "conversation" and about.get("change") == LABELLED
    return "label" if labelled else None


def text_of(entry: Entry) -> str:
    """All that is searched of a line: the subject of a mail, what is written, labels."""
    if source(entry) is None:
        return ""
    labels = entry.details.get("labels") or ()
    return " ".join([str(entry.details.get("subject") or ""), entry.text or "", *map(str, labels)])


def words_of(entry: Entry | None) -> tuple[str, ...]:
    """Under which words a line is found; none if it is gone, or taken back, or not searched."""
    return tuple(kept(text_of(entry).strip())) if entry else ()
