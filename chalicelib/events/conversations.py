"""What happens in conversations, and between those who answer."""

from datetime import datetime
from typing import Literal

from chalicelib.events.base import Data


class ConversationOpened(Data, frozen=True, kw_only=True):
    """A conversation began; `opened_by` says with what."""

    conversation_id: str
    customer_id: str
    opened_by: Literal["customer", "alert"]
    channel: str | None = None
    reserved: bool = False
    """Whether nothing should be said there by itself: several people read along, or another app
    of the brand's leads the conversation."""


class MessageReceived(Data, frozen=True, kw_only=True):
    """A customer's message was kept."""

    message_key: str
    customer_id: str
    conversation_id: str
    channel: str
    at: datetime
    media: int = 0
    """How many files came along."""


class TimelineExtended(Data, frozen=True, kw_only=True):
    """Something that is no turn of a conversation was kept: `kind` is reaction, edit, deletion,
    consent, identity, note (of staff, for staff), or message (what the brand wrote elsewhere, or a
    machine mailed)."""

    entry_key: str
    kind: str
    customer_id: str
    at: datetime
    channel: str | None = None
    conversation_id: str | None = None


ResolvedReason = Literal["solved", "spam", "auto_closed", "duplicate"]
"""Why a case was ended; `auto_closed` because the customer answered no more."""


class ConversationResolved(Data, frozen=True, kw_only=True):
    """A case was ended; `resolution` counts how often it has been, `reason` says why. `paused` are
    the times (from, to) that don't count as taken for it, by the playbook's `[sla] pause_while`;
    they may overlap."""

    conversation_id: str
    customer_id: str
    resolution: int
    resolved_by: str
    reason: ResolvedReason = "solved"
    paused: list[tuple[datetime, datetime]] = []


class ConversationReopened(Data, frozen=True, kw_only=True):
    """A solved case is open again."""

    conversation_id: str
    customer_id: str
    resolution: int
    reopened_by: str


class ConversationLabelled(Data, frozen=True, kw_only=True):
    """Staff said what a conversation is about: `was` is what it was taken for before."""

    conversation_id: str
    customer_id: str
    at: datetime
    by: str
    category: str | None = None
    was: str | None = None
    labels: list[str] = []


class ConversationSnoozed(Data, frozen=True, kw_only=True):
    """Staff put a conversation off until then, or (no `until`) look at it again. That it ends by
    itself, at that moment or when the customer writes, is not told."""

    conversation_id: str
    customer_id: str
    at: datetime
    until: datetime | None = None


class AgentMentioned(Data, frozen=True, kw_only=True):
    """A note for staff names an agent; `note_key` is its entry in the thread, `by` who wrote it."""

    agent_id: str
    conversation_id: str
    customer_id: str
    note_key: str
    by: str
    at: datetime


class ConversationRouted(Data, frozen=True, kw_only=True):
    """A conversation is this team's, and this person's if anybody's; `reason` says why."""

    conversation_id: str
    customer_id: str
    at: datetime
    reason: str
    team: str | None = None
    assignee: str | None = None


class AgentChanged(Data, frozen=True, kw_only=True):
    """Somebody who answers came or went, or other things are known of them now."""

    agent_id: str
    presence: Literal["online", "away", "offline"]
    at: datetime


class ConversationAnswered(Data, frozen=True, kw_only=True):
    """An answer to a customer went out, by a person or (`bot`) by itself. `first` of its kind in
    this conversation; `waited_since` is the customer's first message that had no answer yet."""

    conversation_id: str
    customer_id: str
    at: datetime
    channel: str
    bot: bool = False
    first: bool = False
    by: str | None = None
    waited_since: datetime | None = None


class SlaAtRisk(Data, frozen=True, kw_only=True):
    """A target will be missed at `due_at` unless somebody acts."""

    conversation_id: str
    target: Literal["first_response", "next_response", "resolution"]
    due_at: datetime
    team: str | None = None
    assignee: str | None = None


class SlaMissed(Data, frozen=True, kw_only=True):
    """A target was missed."""

    conversation_id: str
    target: Literal["first_response", "next_response", "resolution"]
    due_at: datetime
    team: str | None = None
    assignee: str | None = None
