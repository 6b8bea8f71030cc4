"""Deliver: decide once more, claim, send, record – so that nothing goes out twice or unexplained.

A worker may die between any two steps. Before the claim nothing was sent: the queue brings the
message back. After it, nobody can know: the outcome is *uncertain*, unless the purpose wants it
again or the channel itself recognises a repeat.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from chalicelib.clock import Clock
from chalicelib.errors import ConfigurationError, Contention, Unavailable
from chalicelib.ids import new_id
from chalicelib.outreach import outcomes
from chalicelib.outreach.compose import Subject
from chalicelib.outreach.decide import Send, Situation, Skip, Verdict, decide
from chalicelib.outreach.ledger import held_out, with_slot, without_slot
from chalicelib.outreach.purposes import FINAL, manner
from chalicelib.outreach.questions import question
from chalicelib.outreach.recording import Recorder
from chalicelib.outreach.schedule import Due
from chalicelib.outreach.sending import Ready, Sender
from chalicelib.outreach.windows import Window, shut
from chalicelib.playbook import Playbook
from chalicelib.store import briefing, customers, ledgers, notifications, suppressions
from chalicelib.store.briefing import Briefing
from chalicelib.store.notification_records import OURSELVES, Decision, Notification
from chalicelib.store.outreach_records import Ledger
from chalicelib.store.records import Contact

LEASE = timedelta(minutes=2)
"""How long a claim keeps others off: longer than the function may run, shorter than the queue's
visibility time-out."""

EARLY = timedelta(seconds=1)


ROUNDS = 8
"""How often one is decided anew in a row because something changed in the very moment."""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What a notification is about, as it stands now.

    `over` is why it no longer holds; `here` where it is being talked about, if anywhere; before
    `wait_until` it is too early, for `wait_reason`; `late_from` is the moment from which it counts
    as late, if that is after the one it was planned for; `control` says that its customer gets
    nothing and is compared with.
    """

    over: str | None = None
    here: Contact | None = None
    wait_until: datetime | None = None
    wait_reason: str = ""
    late_from: datetime | None = None
    control: bool = False
    subject: Subject = field(default_factory=Subject)


@dataclass(frozen=True, kw_only=True)
class Deliverer:
    """Brings one notification to its outcome. Everything it needs comes in from outside: `matter`
    tells what one is about at a moment, `window` and `idempotent` say of a channel how long free
    text may follow the customer's last message, and whether it recognises a repeated message by our
    key; `pause` waits before attempt n + 1."""

    playbook: Playbook
    matter: Callable[[Briefing, datetime], Matter]
    sender: Sender
    window: Window
    idempotent: Callable[[str], bool]
    recorder: Recorder
    clock: Clock
    pause: Callable[[int], None]

    def deliver(self, due: Due, worker: str) -> str:
        """Work one message of the queue; returns the notification's status afterwards.

        Raises Unavailable to be called again with the same message.
        """
        about = {k: v for k, v in msgspec.structs.asdict(due).items() if k != "attempt"}
        brief = briefing.read(**about)
        note = brief.notification
        if note is None:
            return "gone"
        if note.status in FINAL:
            self.recorder.announce(note)
            return note.status
        if note.status == "claimed":
            return self._after_lost_worker(note, brief, worker)
        if due.attempt < note.attempt or self.clock() < note.due_at - EARLY:
            # An old or early wake-up; what matters is that the right one is on its way.
            self.recorder.wake(note)
            return note.status
        return self._decide(note, brief, worker)

    def _decide(self, note: Notification, brief: Briefing, worker: str) -> str:
        matter = self.matter(brief, self.clock())
        situation = self._situation(note, brief, matter)
        for attempt in range(ROUNDS):
            verdict, situation = self._verdict(situation, brief, matter)
            decision = outcomes.recorded(verdict, situation)
            if isinstance(verdict, Send):
                # Written before the claim: a broken template must not leave anything uncertain.
                letter = self.sender.ready(note, brief, verdict.contact, matter.subject)
                claimed, taking = self._claim(situation, verdict, worker)
                if taking == "taken":
                    return self._send(claimed, letter, decision)
            elif isinstance(verdict, Skip) and verdict.contact:
                taking = self._hold_out(situation, verdict.contact, decision)
                if taking == "taken":
                    return "skipped"
            else:
                return self.recorder.keep(note, outcomes.of_verdict(note, verdict, decision))
            if taking == "elsewhere":
                raise Unavailable(f"notification {note.id} is being worked on elsewhere")
            situation = self._read_again(situation, brief, verdict.contact, taking)
            self.pause(attempt)
        raise Contention(f"what notification {note.id} depends on kept changing")

    def _verdict(
        self, situation: Situation, brief: Briefing, matter: Matter
    ) -> tuple[Verdict, Situation]:
        """The verdict. Whether a channel's window is shut is asked only of the one it would go by:
        that costs a look at the timeline. The control group is asked the same."""
        verdict = decide(situation)
        while isinstance(verdict, Send | Skip) and verdict.contact:
            if not self._is_shut(brief, matter, verdict.contact):
                break
            situation = replace(situation, shut=situation.shut | {verdict.contact.channel})
            verdict = decide(situation)
        return verdict, situation

    def _situation(self, note: Notification, brief: Briefing, matter: Matter) -> Situation:
        return Situation(
            notification=note,
            customer=brief.customer,
            over=matter.over,
            here=matter.here,
            wait_until=matter.wait_until,
            wait_reason=matter.wait_reason,
            late_from=matter.late_from,
            control=matter.control,
            suppressed={},
            purpose=self.playbook.purposes.named(note.purpose),
            manner=manner(note.kind, self.playbook),
            quiet=self.playbook.quiet,
            caps=self.playbook.caps,
            ledger=brief.ledger or Ledger(customer_id=note.customer_id),
            default_zone=self.playbook.brand.zone,
            now=self.clock(),
        )

    def _read_again(
        self, situation: Situation, brief: Briefing, contact: Contact | None, taking: str
    ) -> Situation:
        """The situation with what stood in the way. Suppressions are not read before they do: that
        the address is free is a condition of the claim itself."""
        if taking == "suppressed" and contact:
            found = suppressions.of([contact])
            return replace(situation, suppressed={**situation.suppressed, **found})
        if brief.customer is None:  # of our own people nothing else is asked
            return situation
        return replace(situation, ledger=ledgers.of_family(brief.customer.family))

    def _is_shut(self, brief: Briefing, matter: Matter, contact: Contact) -> bool:
        """Whether the contact's channel takes no free text now, and this is free text."""
        note, customer = brief.notification, brief.customer
        if note is None or customer is None:
            return False
        if self.sender.has_template(note, matter.subject, customer):
            return False
        return bool(shut([contact], customer, brief.conversation, self.window, self.clock()))

    def _claim(
        self, situation: Situation, verdict: Send, worker: str
    ) -> tuple[Notification, notifications.Taking]:
        now, note = self.clock(), situation.notification
        # A name of its own for every try: the same message may reach two workers.
        name = f"{verdict.contact.channel}:{worker}:{new_id('try')}"
        counts = situation.manner.proactive
        measured_for = self.playbook.campaigns.measured_for
        taking = notifications.claim(
            note,
            name=name,
            at=now,
            ledger=with_slot(situation.ledger, note, now, measured_for=measured_for)
            if counts
            else None,
            free=None if "suppression" in verdict.exemptions else verdict.contact,
        )
        claimed = msgspec.structs.replace(note, status="claimed", claim=name, claimed_at=now)
        return claimed, taking

    def _hold_out(
        self, situation: Situation, contact: Contact, decision: Decision
    ) -> notifications.Taking:
        measured_for = self.playbook.campaigns.measured_for
        note, now = situation.notification, self.clock()
        ledger = held_out(situation.ledger, note, now, measured_for=measured_for)
        return notifications.hold_out(note, decision=decision, ledger=ledger, free=contact)

    def _send(self, claimed: Notification, letter: Ready, decision: Decision) -> str:
        try:
            result = letter.go()
        except (ConfigurationError, Unavailable):
            # Nothing left the house. Back to waiting, until it can be had or someone has set it.
            notifications.release(claimed)
            raise
        now = self.clock()
        ending = outcomes.of_result(
            claimed,
            letter,
            result,
            decision=decision,
            purpose=self.playbook.purposes.named(claimed.purpose),
            now=now,
        )
        if isinstance(ending, outcomes.Ending) and ending.outcome == "sent":
            asked = question(claimed, letter.contact, self.playbook, now)
            ending = replace(ending, asked=asked)
        status = self.recorder.keep(claimed, ending)
        if status == "failed":
            self._give_back(claimed)
        return status

    def _give_back(self, note: Notification) -> None:
        """A refused one has disturbed nobody: its place under the caps is free again. Without this,
        if the worker ends here, the customer merely gets the next one later."""
        if note.customer_id == OURSELVES:
            return
        ledger = ledgers.get(customers.get(note.customer_id).id)
        if any(slot.notification_id == note.id for slot in ledger.slots):
            ledgers.save(without_slot(ledger, note.id))

    def _after_lost_worker(self, note: Notification, brief: Briefing, worker: str) -> str:
        now = self.clock()
        if note.claimed_at and now - note.claimed_at < LEASE:
            raise Unavailable(f"notification {note.id} is being sent by another worker")
        channel = (note.claim or "").partition(":")[0]
        purpose = self.playbook.purposes.named(note.purpose)
        if self.idempotent(channel) or purpose.uncertain == "again":
            return self._decide(outcomes.sent_again(note, now), brief, worker)
        return self.recorder.keep(note, outcomes.of_lost_worker(now))
