"""Staff API: what staff know of a conversation – category, labels, notes – and when to look again.

Nothing here reaches the customer. Every call may be repeated.
"""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from chalicelib.errors import Conflict, InvalidRequest
from chalicelib.ids import new_id, stable_id
from chalicelib.inbox.labelling import Wish
from chalicelib.store import conversations
from chalicelib.store.records import OPEN
from chalicelib.web.case_views import shown
from chalicelib.web.endpoints import Call, Endpoint
from chalicelib.web.views import ConversationView, EntryView

LONGEST_SNOOZE = timedelta(days=90)

CategoryId = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Label = Annotated[str, msgspec.Meta(pattern=r"^[^\s#]([^#]{0,48}[^\s#])?$")]
Labels = Annotated[list[Label], msgspec.Meta(max_length=20)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]
Person = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]

CONVERSATION = "/v1/conversations/{conversation_id}"


class LabelRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the conversation is about, one of the playbook's categories, and its labels, instead of
    those it has. What is left out stays."""

    category: CategoryId | None = None
    labels: Labels | None = None


class NoteRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A note, and whom of the staff it is meant for besides those whom it names (@ada): agents' ids
    or names."""

    text: Text
    mentions: Annotated[list[Person], msgspec.Meta(max_length=20)] = []


class SnoozeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Until when the conversation can wait, at most 90 days from now; null: no longer."""

    until: datetime | None


def label_conversation(call: Call) -> ConversationView:
    """Correct or confirm what a conversation is about, and label it. A person's word stays: later
    messages don't change the category any more. It is an example to learn from
    (GET /v1/triage/examples)."""
    wanted: LabelRequest = call.body
    where = call.path["conversation_id"]
    if wanted.category is None and wanted.labels is None:
        raise InvalidRequest("give category or labels: there is nothing to change")
    check_category(call, wanted.category)
    wish = Wish(category=wanted.category, labels=wanted.labels)
    return shown(call, call.wiring.labelling.label(where, wish, by=call.key.name))


def check_category(call: Call, category: str | None) -> None:
    """Raises InvalidRequest for one that the playbook doesn't have."""
    triage = call.wiring.playbook.triage
    if category is not None and triage is not None and triage.named(category) is None:
        known = ", ".join(one.id for one in triage.categories)
        raise InvalidRequest(f"category {category!r} is none of the playbook's: use one of {known}")


def add_note(call: Call) -> EntryView:
    """Only staff read it, in the thread and on the timeline. Agents whom it names as `@ada` or
    `@Ada Yılmaz`, or who are in `mentions`, find it among their mentions. With an `Idempotency-Key`
    header a repeated call adds it once."""
    wanted: NoteRequest = call.body
    if not wanted.text.strip():
        raise InvalidRequest("text is blank: write the note")
    line = call.wiring.noting.note(
        call.path["conversation_id"],
        wanted.text,
        by=call.key.name,
        once=once(call),
        named=wanted.mentions,
    )
    return EntryView.of(line)


def once(call: Call) -> str:
    """What names this call: the caller's own key, so that a repeat is none, or one of its own."""
    given = call.headers.get("idempotency-key")
    return stable_id("req", call.key.name, given) if given else new_id("req")


def snooze_conversation(call: Call) -> ConversationView:
    """Put it off until then. It wakes at that moment, or when the customer writes before. Filter
    the listing by `snoozed=no` to see only what is awake."""
    wanted: SnoozeRequest = call.body
    until = checked_until(wanted.until, call.wiring.clock())
    where = call.path["conversation_id"]
    check_open(where, until)
    return shown(call, call.wiring.snoozing.snooze(where, until, by=call.key.name))


def check_open(conversation_id: str, until: datetime | None) -> None:
    """Raises NotFound, or Conflict for one that can't be put off."""
    if until and conversations.get(conversation_id).status != OPEN:
        raise Conflict(f"conversation {conversation_id} is resolved: there is nothing to put off")


def checked_until(until: datetime | None, now: datetime) -> datetime | None:
    """Raises InvalidRequest."""
    if until is None:
        return None
    if until.tzinfo is None:
        raise InvalidRequest("until needs a time zone: end it with Z or an offset")
    if not now < until <= now + LONGEST_SNOOZE:
        raise InvalidRequest("until must be a moment to come, at most 90 days from now")
    return until


ENDPOINTS = (
    Endpoint(
        method="PATCH",
        path=CONVERSATION,
        scope="conversations:write",
        summary="Say what a conversation is about",
        handle=label_conversation,
        returns=ConversationView,
        body=LabelRequest,
    ),
    Endpoint(
        method="POST",
        path=f"{CONVERSATION}/notes",
        scope="conversations:write",
        summary="Add a note that only staff read",
        handle=add_note,
        returns=EntryView,
        body=NoteRequest,
        status=201,
    ),
    Endpoint(
        method="POST",
        path=f"{CONVERSATION}/snooze",
        scope="conversations:write",
        summary="Put a conversation off",
        handle=snooze_conversation,
        returns=ConversationView,
        body=SnoozeRequest,
    ),
)
