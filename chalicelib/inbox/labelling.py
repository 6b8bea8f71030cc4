"""What staff say of a conversation: what it is about, labels, notes, and until when it can wait.

Each is a line of the timeline that only staff read. Repeating a call changes nothing but tells the
bus again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock, iso, to_millis
from chalicelib.errors import Contention
from chalicelib.ids import stable_id
from chalicelib.store import conversations, entries, labels
from chalicelib.store.records import Conversation, Entry
from chalicelib.store.staff_records import Label

ATTEMPTS = 4

NOTE = "note"
"""The kind of a line that is staff's own: it never goes to a customer."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to hold of a conversation: its category (None: as it is) and its labels (None: as
    they are), and `more` to add to those."""

    category: str | None = None
    labels: Sequence[str] | None = None
    more: Sequence[str] = ()

    def fulfilled(self, case: Conversation) -> tuple[str, ...]:
        """The labels that the conversation has then."""
        kept = case.labels if self.labels is None else self.labels
        return tuple(dict.fromkeys([*kept, *self.more]))


@dataclass(frozen=True, kw_only=True)
class Labelling:
    """Commands on what staff know of conversations. Raises NotFound where there is none."""

    bus: Callable[[], Bus]
    clock: Clock

    def label(self, conversation_id: str, wish: Wish, *, by: str) -> Conversation:
        """Say what a conversation is about. Raises Contention (then repeat the call)."""
        for _ in range(ATTEMPTS):
            case, before = conversations.get(conversation_id), labels.last(conversation_id)
            label = self._label(case, before, wish, by)
            if before and label.example == before.example and label.labels == case.labels:
                self._tell(before)
                return case
            said = {"category": wish.category, "was": case.category, "labels": list(label.labels)}
            line = self._line(case, "labelled", _named(label), by, said)
            if labels.say(case, label, line):
                self._tell(label)
                return conversations.get(conversation_id)
        raise Contention(f"conversation {conversation_id} keeps being labelled: repeat the call")

    def _label(self, case: Conversation, before: Label | None, wish: Wish, by: str) -> Label:
        known = before.example if before else None
        return Label(
            conversation_id=case.id,
            customer_id=case.customer_id,
            at=to_millis(self.clock()),
            by=by,
            category=wish.category or case.category,
            was=case.category,
            example=wish.category or known,
            labels=wish.fulfilled(case),
        )

    def note(
        self, conversation_id: str, text: str, *, by: str, once: str, mentions: Sequence[str] = ()
    ) -> Entry:
        """Keep a note; `once` names this one of it."""
        case = conversations.get(conversation_id)
        line = Entry(
            key=f"note:{case.id}:{once}",
            at=to_millis(self.clock()),
            kind=NOTE,
            customer_id=case.customer_id,
            conversation_id=case.id,
            text=text,
            details={"by": by, **({"mentions": list(mentions)} if mentions else {})},
        )
        for there in entries.keep_beside([line]):
            return msgspec.structs.replace(
                line, at=there.at, text=there.text, details=there.details
            )
        return line

    def snooze(self, conversation_id: str, until: datetime | None, *, by: str) -> Conversation:
        """Put a conversation off until then, or (None) no longer. It ends by itself at that moment,
        and when the customer writes."""
        case = conversations.get(conversation_id)
        until = to_millis(until) if until else None
        if case.snoozed_until != until:
            ends = iso(until) if until else ""
            once = f"{iso(self.clock())}:{ends}"
            line = self._line(case, "snoozed", once, by, {"until": ends})
            conversations.change(case.id, {"snoozed_until": until}, entry=line)
        return conversations.get(conversation_id)

    def _tell(self, label: Label) -> None:
        told = events.ConversationLabelled(
            conversation_id=label.conversation_id,
            customer_id=label.customer_id,
            at=label.at,
            by=label.by,
            category=label.category,
            was=label.was,
            labels=list(label.labels),
        )
        self.bus().publish([events.event(told, label.conversation_id, iso(label.at), at=label.at)])

    def _line(
        self, case: Conversation, change: str, once: str, by: str, details: Mapping[str, Any]
    ) -> Entry:
        said = {name: value for name, value in details.items() if value}
        return Entry(
            key=f"conversation:{case.id}:{change}:{once}",
            at=to_millis(self.clock()),
            kind="conversation",
            customer_id=case.customer_id,
            conversation_id=case.id,
            details={"change": change, "by": by, **said},
        )


def _named(label: Label) -> str:
    """What tells this word of staff from every other on the same conversation."""
    said = stable_id("lbl", label.category or "", label.was or "", *label.labels)
    return f"{iso(label.at)}:{said}"
