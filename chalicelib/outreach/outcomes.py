"""What a verdict, a platform's answer or a lost worker means for a notification. Pure.

Two things can follow: its one ending, or another try. What may have arrived never ends as skipped,
cancelled or failed: then the ending is *uncertain*.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.channels.base import NotSent, Rejected, SendResult, Sent, Unknown, scoped
from chalicelib.outreach.decide import Postpone, Send, Situation, Skip, Verdict, facts, retry_at
from chalicelib.playbook_sections import Purpose
from chalicelib.store.notification_records import OURSELVES, Decision, Notification
from chalicelib.store.outreach_records import Survey
from chalicelib.store.records import Contact, Entry

WORKER_LOST = "worker_lost"
NO_CLEAR_ANSWER = "no_clear_answer"
TO_OURSELVES = frozenset({"team"})
"""Kinds that tell the brand's own people something about a customer, and the customer nothing."""

DOUBTS = frozenset({WORKER_LOST, NO_CLEAR_ANSWER})


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """The one outcome: its decision, the timeline's line of what was said, the question that was
    asked with it, fields to keep."""

    outcome: str
    decision: Decision
    said: Entry | None = None
    asked: Survey | None = None
    values: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Again(msgspec.Struct, frozen=True, kw_only=True):
    """No outcome yet: decide once more at `until`. `status` is what it waits as."""

    until: datetime
    status: str
    decision: Decision


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A notification as it leaves: to whom, from which account of ours, with which words; `group`
    if several people read it, `subject` of a mail."""

    contact: Contact
    account: str
    text: str
    group: bool = False
    subject: str = ""


def recorded(verdict: Verdict, situation: Situation) -> Decision:
    """The verdict as it is kept, with the facts it rested on."""
    known = facts(situation)
    if isinstance(verdict, Postpone):
        known["until"] = verdict.until
    if isinstance(verdict, Send):
        known |= {"channel": verdict.contact.channel, "exemptions": list(verdict.exemptions)}
    name = type(verdict).__name__.lower()
    return Decision(at=situation.now, decision=name, reason=verdict.reason, facts=known)


def of_verdict(note: Notification, verdict: Verdict, decision: Decision) -> Again | Ending:
    """What follows from a verdict other than Send."""
    if isinstance(verdict, Postpone):
        return Again(until=verdict.until, status="postponed", decision=decision)
    outcome = "skipped" if isinstance(verdict, Skip) else "cancelled"
    return _honest(note, Ending(outcome=outcome, decision=decision))


def of_result(
    note: Notification,
    letter: Letter,
    result: SendResult,
    *,
    decision: Decision,
    purpose: Purpose,
    now: datetime,
) -> Again | Ending:
    """What follows from a platform's answer to `letter`, sent because of `decision`."""
    if isinstance(result, Sent):
        values = {**_way(letter), "sent_at": now, "message_id": result.message_id}
        said = _said(note, letter, "sent", now, result.message_id)
        return Ending(outcome="sent", decision=decision, said=said, values=values)
    trouble = {"error_code": result.code, "error": result.detail}
    why = {**decision.facts, **trouble}
    reason = _REASONS[type(result)]
    if isinstance(result, NotSent) or (
        isinstance(result, Unknown) and purpose.uncertain == "again"
    ):
        wish = result.retry_after if isinstance(result, NotSent) else None
        until = retry_at(retries(note), now, wish)
        if until is not None:
            again = Decision(at=now, decision="retry", reason=reason, facts=why)
            return Again(until=until, status="planned", decision=again)
    outcome = "uncertain" if isinstance(result, Unknown) else "failed"
    name = "give_up" if isinstance(result, NotSent) else outcome
    ending = Ending(
        outcome=outcome,
        decision=Decision(at=now, decision=name, reason=reason, facts=why),
        said=_said(note, letter, outcome, now),
        values={**_way(letter), **trouble},
    )
    return _honest(note, ending)


_REASONS: Mapping[type, str] = {
    NotSent: "platform_unavailable",
    Rejected: "rejected_by_platform",
    Unknown: NO_CLEAR_ANSWER,
}


def of_lost_worker(now: datetime) -> Ending:
    """What follows when a worker ended between claiming and recording, for good."""
    error = "the worker ended between claiming and recording: it may have been sent"
    return Ending(
        outcome="uncertain",
        decision=Decision(at=now, decision="uncertain", reason=WORKER_LOST),
        values={"error_code": WORKER_LOST, "error": error},
    )


def sent_again(note: Notification, now: datetime) -> Notification:
    """The note with it written down that a lost worker may have sent it already."""
    lost = Decision(at=now, decision="again", reason=WORKER_LOST)
    return msgspec.structs.replace(note, decisions=(*note.decisions, lost))


def retries(note: Notification) -> int:
    """How often it was tried in vain; waiting for the end of quiet hours is no try."""
    return sum(one.decision == "retry" for one in note.decisions)


def _honest(note: Notification, ending: Ending) -> Ending:
    """The ending, or *uncertain* in its place if an earlier try may have arrived."""
    doubt = next((one.reason for one in note.decisions if one.reason in DOUBTS), None)
    if doubt is None or ending.outcome == "uncertain":
        return ending
    known = {**ending.decision.facts, "at_last": ending.decision.reason}
    unsure = Decision(at=ending.decision.at, decision="uncertain", reason=doubt, facts=known)
    said = msgspec.structs.replace(ending.said, status="uncertain") if ending.said else None
    return Ending(outcome="uncertain", decision=unsure, said=said, values=ending.values)


def _way(letter: Letter) -> dict[str, Any]:
    contact = letter.contact
    return {"channel": contact.channel, "account": letter.account, "address": contact.address}


def _said(
    note: Notification, letter: Letter, status: str, now: datetime, message_id: str | None = None
) -> Entry | None:
    """The timeline's line of it; None if it is about no customer."""
    if note.customer_id == OURSELVES:
        return None
    channel = letter.contact.channel
    inward = note.kind in TO_OURSELVES
    return Entry(
        key=_key(note.id, channel, letter.account, message_id),
        at=now,
        kind="notice" if inward else "message",
        direction="none" if inward else "out",
        customer_id=note.customer_id,
        conversation_id=note.conversation_id,
        channel=channel,
        text=letter.text,
        status=status,
        details={
            "notification_id": note.id,
            "purpose": note.purpose,
            "type": note.kind,
            "by": note.planned_by,
            **({"subject": letter.subject} if letter.subject else {}),
            **({"reply_to": note.reply_to} if note.reply_to else {}),
            **({"template": note.template.name} if note.template else {}),
            **({"media": msgspec.to_builtins(note.attachments)} if note.attachments else {}),
            **({"group": letter.contact.address} if letter.group else {}),
        },
    )


def said_key(note: Notification) -> str:
    """Under which key the timeline holds what was sent."""
    return _key(note.id, note.channel or "", note.account, note.message_id)


def _key(note_id: str, channel: str, account: str, message_id: str | None) -> str:
    return f"{channel}:{scoped(account, message_id)}" if message_id else f"out:{note_id}"
