"""Deliver: decide once more, claim, send, record – so that nothing goes out twice or unexplained.

A worker may die between any two steps. Before the claim nothing was sent: the queue brings the
message back. After it, nobody can know: the outcome is *uncertain*, unless the purpose wants it
again or the channel itself recognises a repeat.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.channels.base import NotSent, OutboundMessage, Rejected, SendResult, Sent, Unknown
from chalicelib.clock import Clock
from chalicelib.errors import ConfigurationError, Unavailable
from chalicelib.outreach import compose
from chalicelib.outreach.compose import Subject
from chalicelib.outreach.decide import (
    Postpone,
    Send,
    Situation,
    Verdict,
    decide,
    facts,
    retry_at,
)
from chalicelib.outreach.links import Links
from chalicelib.outreach.mail import Mail
from chalicelib.outreach.purposes import FINAL, manner
from chalicelib.outreach.schedule import Due, Schedule
from chalicelib.playbook import Locale, Playbook
from chalicelib.store import briefing, notifications, suppressions
from chalicelib.store.briefing import Briefing
from chalicelib.store.records import Contact, Customer, Decision, Entry, Notification
from chalicelib.store.table import Refused

LEASE = timedelta(minutes=2)
"""How long a claim keeps others off: longer than the function may run, shorter than the queue's
visibility time-out."""

IDEMPOTENT = frozenset({"chat"})
"""Channels that recognise a repeated message by our key: not knowing is as good as not sent."""

RECORD_ATTEMPTS = 4


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What a notification is about, as it stands now.

    `over` is why it no longer holds; `here` where it is being talked about, if anywhere.
    """

    over: str | None = None
    here: Contact | None = None
    subject: Subject = field(default_factory=Subject)


SendMessage = Callable[[str, OutboundMessage], SendResult]
"""(channel, message) → what became of it."""


@dataclass(frozen=True, kw_only=True)
class Deliverer:
    """Brings one notification to its outcome. Everything it needs comes in from outside."""

    playbook: Playbook
    matter: Callable[[Briefing], Matter]
    send_message: SendMessage
    send_mail: Callable[[Mail], SendResult]
    account_of: Callable[[str], str]
    links: Callable[[], Links]
    schedule: Callable[[], Schedule]
    bus: Callable[[], Bus]
    clock: Clock
    pause: Callable[[int], None]

    def deliver(self, due: Due, worker: str) -> str:
        """Work one message of the queue; returns the notification's status afterwards.

        Raises Unavailable to be called again with the same message.
        """
        brief = briefing.read(
            **{k: v for k, v in msgspec.structs.asdict(due).items() if k != "attempt"}
        )
        note = brief.notification
        if note is None:
            return "gone"
        if note.status in FINAL:
            self._announce(note)
            return note.status
        if note.status == "claimed":
            return self._after_lost_worker(note, brief, worker)
        now = self.clock()
        if due.attempt < note.attempt or now < note.due_at - timedelta(seconds=1):
            # An old or early wake-up; what matters is that the right one is on its way.
            self.schedule().at_due_time(note, now)
            return note.status
        return self._decide(note, brief, worker)

    def _decide(self, note: Notification, brief: Briefing, worker: str) -> str:
        matter = self.matter(brief)
        situation = self._situation(note, brief.customer, matter)
        verdict = decide(situation)
        decision = _recorded(verdict, situation)
        if isinstance(verdict, Postpone):
            return self._postpone(note, verdict, decision)
        if not isinstance(verdict, Send):
            outcome = "skipped" if type(verdict).__name__ == "Skip" else "cancelled"
            return self._finish(note, outcome, decision)
        assert brief.customer is not None  # `decide` cancels without one
        return self._send(note, brief.customer, verdict.contact, matter, decision, worker)

    def _situation(
        self, note: Notification, customer: Customer | None, matter: Matter
    ) -> Situation:
        way = manner(note.kind, self.playbook)
        contacts = customer.contacts if customer and way.proactive else ()
        return Situation(
            notification=note,
            customer=customer,
            over=matter.over,
            here=matter.here,
            suppressed=suppressions.of(contacts) if contacts and not matter.over else {},
            purpose=self.playbook.purposes.named(note.purpose),
            manner=way,
            quiet=self.playbook.quiet,
            default_zone=self.playbook.brand.zone,
            now=self.clock(),
        )

    def _postpone(self, note: Notification, verdict: Postpone, decision: Decision) -> str:
        """The next wake-up is set before the note says so: dying in between leaves one too many."""
        later = msgspec.structs.replace(note, due_at=verdict.until, attempt=note.attempt + 1)
        self.schedule().at_due_time(later, self.clock())
        notifications.postpone(note, until=verdict.until, status="postponed", decision=decision)
        return "postponed"

    def _send(
        self,
        note: Notification,
        customer: Customer,
        contact: Contact,
        matter: Matter,
        decision: Decision,
        worker: str,
    ) -> str:
        locale = self.playbook.locale(customer.locale, customer.country)
        # Composed before the claim: a broken template must not leave anything uncertain.
        mail, message = self._compose(note, contact, matter.subject, locale)
        now = self.clock()
        name = f"{contact.channel}:{worker}"
        if not notifications.claim(note, name=name, at=now):
            raise Unavailable(f"notification {note.id} is being worked on elsewhere")
        claimed = msgspec.structs.replace(note, status="claimed", claim=name, claimed_at=now)
        try:
            result = (
                self.send_mail(mail)
                if mail is not None
                else self.send_message(contact.channel, message)
            )
        except ConfigurationError:
            # Nothing left the house. Back to waiting, until someone has set what is missing.
            notifications.release(claimed)
            raise
        return self._record(claimed, contact, result, decision, message.text)

    def _compose(
        self, note: Notification, contact: Contact, subject: Subject, locale: Locale
    ) -> tuple[Mail | None, OutboundMessage]:
        now = self.clock()
        mail = None
        if contact.channel == "email":
            unsubscribe = None
            if note.purpose in compose.OFFERS_UNSUBSCRIBE:
                unsubscribe = self.links().unsubscribe(note.customer_id, note.purpose, now)
            mail = compose.mail(
                note,
                subject,
                self.playbook,
                locale,
                to=contact.address,
                now=now,
                unsubscribe=unsubscribe,
            )
        message = OutboundMessage(
            address=contact.address,
            text=mail.text if mail else compose.text(note, subject, self.playbook, locale, now),
            idempotency_key=note.id,
            locale=locale,
            conversation_id=note.conversation_id,
        )
        return mail, message

    def _record(
        self,
        note: Notification,
        contact: Contact,
        result: SendResult,
        decision: Decision,
        text: str,
    ) -> str:
        purpose = self.playbook.purposes.named(note.purpose)
        if isinstance(result, Unknown) and purpose.uncertain == "again":
            result = NotSent(code=result.code, detail=result.detail)
        if isinstance(result, NotSent):
            return self._try_later(note, result, decision)
        outcome, reason = _OUTCOME[type(result)]
        decision = msgspec.structs.replace(decision, reason=reason if reason else decision.reason)
        now = self.clock()
        values: dict[str, object] = {
            "channel": contact.channel,
            "account": contact.account,
            "address": contact.address,
        }
        if isinstance(result, Sent):
            values |= {"sent_at": now, "message_id": result.message_id}
        else:
            values |= {"error_code": result.code, "error": result.detail}
        entry = self._entry(note, contact, result, text)
        return self._finish(note, outcome, decision, entry, values)

    def _try_later(self, note: Notification, result: NotSent, decision: Decision) -> str:
        now = self.clock()
        why = {**decision.facts, "error_code": result.code, "error": result.detail}
        until = retry_at(note.attempt, now, result.retry_after)
        if until is None:
            gave_up = Decision(at=now, decision="give_up", reason="platform_unavailable", facts=why)
            values: dict[str, object] = {"error_code": result.code, "error": result.detail}
            return self._finish(note, "failed", gave_up, values=values)
        later = msgspec.structs.replace(
            note, status="planned", due_at=until, attempt=note.attempt + 1, claim=None
        )
        again = Decision(at=now, decision="retry", reason="platform_unavailable", facts=why)
        self.schedule().at_due_time(later, now)
        notifications.postpone(note, until=until, status="planned", decision=again)
        return "planned"

    def _after_lost_worker(self, note: Notification, brief: Briefing, worker: str) -> str:
        now = self.clock()
        if note.claimed_at and now - note.claimed_at < LEASE:
            raise Unavailable(f"notification {note.id} is being sent by another worker")
        channel = (note.claim or "").partition(":")[0]
        purpose = self.playbook.purposes.named(note.purpose)
        if channel in IDEMPOTENT or purpose.uncertain == "again":
            return self._decide(note, brief, worker)
        lost = Decision(at=now, decision="uncertain", reason="worker_lost")
        values: dict[str, object] = {
            "error_code": "worker_lost",
            "error": "the worker ended between claiming and recording: it may have been sent",
        }
        return self._finish(note, "uncertain", lost, values=values)

    def _finish(
        self,
        note: Notification,
        outcome: str,
        decision: Decision,
        entry: Entry | None = None,
        values: Mapping[str, object] | None = None,
    ) -> str:
        """Record the outcome, stubbornly: after a send, giving up here would make it uncertain."""
        for attempt in range(RECORD_ATTEMPTS):
            try:
                notifications.finish(
                    note, outcome=outcome, decision=decision, sent=entry, values=dict(values or {})
                )
                break
            except Refused:
                found = notifications.get(note.id)
                if found.status in FINAL or found.claim != note.claim:
                    return found.status
                self.pause(attempt)
            except Unavailable:
                if attempt == RECORD_ATTEMPTS - 1:
                    raise
                self.pause(attempt)
        else:
            raise Unavailable(f"the outcome of {note.id} could not be recorded")
        channel = (values or {}).get("channel")
        done = msgspec.structs.replace(note, status=outcome, channel=channel or note.channel)
        self._announce(done)
        return outcome

    def _entry(self, note: Notification, contact: Contact, result: SendResult, text: str) -> Entry:
        account = contact.account or self.account_of(contact.channel)
        sent = isinstance(result, Sent)
        key = (
            f"{contact.channel}:{account}:{result.message_id}"
            if isinstance(result, Sent)
            else f"out:{note.id}"
        )
        details: dict[str, Any] = {
            "notification_id": note.id,
            "purpose": note.purpose,
            "type": note.kind,
            "by": note.planned_by,
        }
        return Entry(
            key=key,
            at=self.clock(),
            kind="message",
            direction="out",
            customer_id=note.customer_id,
            conversation_id=note.conversation_id,
            channel=contact.channel,
            text=text,
            status="sent" if sent else _OUTCOME[type(result)][0],
            details=details,
        )

    def _announce(self, note: Notification) -> None:
        """Tell the bus of a sent one. A repeat tells again, under the same event id."""
        if note.status != "sent":
            return
        sent = events.NotificationSent(
            notification_id=note.id,
            customer_id=note.customer_id,
            purpose=note.purpose,
            kind=note.kind,
            channel=note.channel or "",
        )
        at = note.sent_at or self.clock()
        self.bus().publish([events.event(sent, note.id, at=at, trace=note.id)])


_OUTCOME: dict[type, tuple[str, str | None]] = {
    Sent: ("sent", None),
    Rejected: ("failed", "rejected_by_platform"),
    Unknown: ("uncertain", "no_clear_answer"),
}


def _recorded(verdict: Verdict, situation: Situation) -> Decision:
    known = facts(situation)
    if isinstance(verdict, Postpone):
        known["until"] = verdict.until
    if isinstance(verdict, Send):
        known |= {"channel": verdict.contact.channel, "exemptions": list(verdict.exemptions)}
    name = type(verdict).__name__.lower()
    return Decision(at=situation.now, decision=name, reason=verdict.reason, facts=known)
