"""What staff say of a conversation: what it is about, and its labels.

Each is a line of the timeline that only staff read. Repeating a call changes nothing but tells the
bus again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock, iso, to_millis
from chalicelib.errors import Contention
from chalicelib.ids import stable_id
from chalicelib.store import conversations, labels
from chalicelib.store.records import Conversation, Entry
from chalicelib.store.staff_records import Label

ATTEMPTS = 4

LABELLED = "labelled"
"""What the line of a label says has changed."""


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
            line = self._line(case, LABELLED, _named(label), by, said)
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
            key=_key(case.id, change, once),
            at=to_millis(self.clock()),
            kind="conversation",
            customer_id=case.customer_id,
            conversation_id=case.id,
            details={"change": change, "by": by, **said},
        )


def line_key(label: Label) -> str:
    """Under which key the timeline says this."""
    return _key(label.conversation_id, LABELLED, _named(label))


def _key(conversation_id: str, change: str, once: str) -> str:
    return f"conversation:{conversation_id}:{change}:{once}"


def _named(label: Label) -> str:
    """What tells this word of staff from every other on the same conversation."""
    said = stable_id("lbl", label.category or "", label.was or "", *label.labels)
    return f"{iso(label.at)}:{said}"
