"""Deliver: decide once more, claim, send, record – so that nothing goes out twice or unexplained.

A worker may die between any two steps. Before the claim nothing was sent: the queue brings the
message back. After it, nobody can know: the outcome is *uncertain*, unless the purpose wants it
again or the channel itself recognises a repeat.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import msgspec

from chalicelib.clock import Clock
from chalicelib.errors import ConfigurationError, Unavailable
from chalicelib.ids import new_id
from chalicelib.outreach import outcomes
from chalicelib.outreach.compose import Subject
from chalicelib.outreach.decide import Send, Situation, decide
from chalicelib.outreach.purposes import FINAL, manner
from chalicelib.outreach.recording import Recorder
from chalicelib.outreach.schedule import Due
from chalicelib.outreach.sending import Ready, Sender
from chalicelib.outreach.windows import Window, shut
from chalicelib.playbook import Playbook
from chalicelib.store import briefing, notifications, suppressions
from chalicelib.store.briefing import Briefing
from chalicelib.store.records import Contact, Customer, Decision, Notification

LEASE = timedelta(minutes=2)
"""How long a claim keeps others off: longer than the function may run, shorter than the queue's
visibility time-out."""

EARLY = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What a notification is about, as it stands now.

    `over` is why it no longer holds; `here` where it is being talked about, if anywhere.
    """

    over: str | None = None
    here: Contact | None = None
    subject: Subject = field(default_factory=Subject)


@dataclass(frozen=True, kw_only=True)
class Deliverer:
    """Brings one notification to its outcome. Everything it needs comes in from outside: `window`
    and `idempotent` say of a channel how long free text may follow the customer's last message, and
    whether it recognises a repeated message by our key."""

    playbook: Playbook
    matter: Callable[[Briefing], Matter]
    sender: Sender
    window: Window
    idempotent: Callable[[str], bool]
    recorder: Recorder
    clock: Clock

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
        matter = self.matter(brief)
        situation = self._situation(note, brief.customer, matter)
        verdict = decide(situation)
        while isinstance(verdict, Send) and self._is_shut(note, brief, verdict.contact):
            # Asked only about the channel it would go by: it costs a look at the timeline.
            situation = replace(situation, shut=situation.shut | {verdict.contact.channel})
            verdict = decide(situation)
        decision = outcomes.recorded(verdict, situation)
        if not isinstance(verdict, Send):
            return self.recorder.keep(note, outcomes.of_verdict(note, verdict, decision))
        assert brief.customer is not None  # `decide` cancels without one
        # Written before the claim: a broken template must not leave anything uncertain.
        letter = self.sender.ready(note, brief, verdict.contact, matter.subject)
        return self._send(note, letter, decision, worker)

    def _situation(
        self, note: Notification, customer: Customer | None, matter: Matter
    ) -> Situation:
        return Situation(
            notification=note,
            customer=customer,
            over=matter.over,
            here=matter.here,
            suppressed=suppressions.of(_contacts(note, customer, matter)),
            purpose=self.playbook.purposes.named(note.purpose),
            manner=manner(note.kind, self.playbook),
            quiet=self.playbook.quiet,
            default_zone=self.playbook.brand.zone,
            now=self.clock(),
        )

    def _is_shut(self, note: Notification, brief: Briefing, contact: Contact) -> bool:
        """Whether the contact's channel takes no free text now, and this is free text."""
        if note.template is not None or brief.customer is None:
            return False
        found = shut([contact], brief.customer, brief.conversation, self.window, self.clock())
        return bool(found)

    def _send(self, note: Notification, letter: Ready, decision: Decision, worker: str) -> str:
        now = self.clock()
        # A name of its own for every try: the same message may reach two workers.
        name = f"{letter.contact.channel}:{worker}:{new_id('try')}"
        if not notifications.claim(note, name=name, at=now):
            raise Unavailable(f"notification {note.id} is being worked on elsewhere")
        claimed = msgspec.structs.replace(note, status="claimed", claim=name, claimed_at=now)
        try:
            result = letter.go()
        except (ConfigurationError, Unavailable):
            # Nothing left the house. Back to waiting, until it can be had or someone has set it.
            notifications.release(claimed)
            raise
        ending = outcomes.of_result(
            claimed,
            letter,
            result,
            decision=decision,
            purpose=self.playbook.purposes.named(note.purpose),
            now=self.clock(),
        )
        return self.recorder.keep(claimed, ending)

    def _after_lost_worker(self, note: Notification, brief: Briefing, worker: str) -> str:
        now = self.clock()
        if note.claimed_at and now - note.claimed_at < LEASE:
            raise Unavailable(f"notification {note.id} is being sent by another worker")
        channel = (note.claim or "").partition(":")[0]
        purpose = self.playbook.purposes.named(note.purpose)
        if self.idempotent(channel) or purpose.uncertain == "again":
            return self._decide(outcomes.sent_again(note, now), brief, worker)
        return self.recorder.keep(note, outcomes.of_lost_worker(now))


def _contacts(note: Notification, customer: Customer | None, matter: Matter) -> tuple[Contact, ...]:
    """Every address the decision may fall on; none if it can't fall on any."""
    if customer is None or matter.over:
        return ()
    here = (matter.here,) if matter.here else ()
    if note.channel and note.address:
        return (Contact(channel=note.channel, account=note.account, address=note.address),)
    return (*customer.contacts, *here)
