"""Send: the words, the envelope, the door they leave by."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.channels.base import OutboundMessage, SendResult
from chalicelib.clock import Clock
from chalicelib.outreach import compose
from chalicelib.outreach.compose import Subject
from chalicelib.outreach.links import Links
from chalicelib.outreach.mail import Mail
from chalicelib.outreach.outcomes import Letter
from chalicelib.playbook import Locale, Playbook
from chalicelib.store.records import Contact, Customer, Notification

SendMessage = Callable[[str, OutboundMessage], SendResult]
"""(channel, message) → what became of it."""


@dataclass(frozen=True, kw_only=True)
class Ready(Letter):
    """A letter and the call that hands it over. The call raises ConfigurationError or Unavailable
    only while nothing has left the house."""

    go: Callable[[], SendResult]


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Writes notifications and knows the doors. `account_of` gives our own account on a channel."""

    playbook: Playbook
    send_message: SendMessage
    send_mail: Callable[[Mail], SendResult]
    account_of: Callable[[str], str]
    links: Callable[[], Links]
    clock: Clock

    def ready(
        self, note: Notification, customer: Customer, contact: Contact, subject: Subject
    ) -> Ready:
        """The letter, written to the end, so that nothing but sending it can go wrong later.

        Raises ConfigurationError or Unavailable if a secret it needs can't be had.
        """
        account = contact.account or self.account_of(contact.channel)
        locale = self.playbook.locale(customer.locale, customer.country)
        if contact.channel == "email":
            mail = self._mail(note, contact, subject, locale)
            return Ready(
                contact=contact, account=account, text=mail.text, go=lambda: self.send_mail(mail)
            )
        message = OutboundMessage(
            address=contact.address,
            text=compose.text(note, subject, self.playbook, locale, self.clock()),
            idempotency_key=note.id,
            locale=locale,
            conversation_id=note.conversation_id,
        )
        return Ready(
            contact=contact,
            account=account,
            text=message.text,
            go=lambda: self.send_message(contact.channel, message),
        )

    def _mail(self, note: Notification, contact: Contact, subject: Subject, locale: Locale) -> Mail:
        now, unsubscribe = self.clock(), None
        if note.purpose in compose.OFFERS_UNSUBSCRIBE:
            unsubscribe = self.links().unsubscribe(note.customer_id, note.purpose, now)
        return compose.mail(
            note,
            subject,
            self.playbook,
            locale,
            to=contact.address,
            now=now,
            unsubscribe=unsubscribe,
        )
