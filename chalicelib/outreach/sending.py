"""Send: the words, the envelope, the door they leave by."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from chalicelib.channels.base import (
    Media,
    OutboundMessage,
    Outlet,
    Rejected,
    SendResult,
    Sent,
    Template,
)
from chalicelib.clock import Clock
from chalicelib.outreach import compose
from chalicelib.outreach.compose import Subject, Urls
from chalicelib.outreach.links import Links
from chalicelib.outreach.mail import Mail, answer_subject
from chalicelib.outreach.outcomes import Letter
from chalicelib.outreach.parts import parts
from chalicelib.playbook import Playbook
from chalicelib.playbook_values import Locale
from chalicelib.store.briefing import Briefing
from chalicelib.store.notification_records import Notification
from chalicelib.store.records import Contact, Conversation, Customer

SendMessage = Callable[[str, OutboundMessage], SendResult]
"""(channel, message) → what became of it."""


class Ready(Letter, frozen=True, kw_only=True):
    """A letter and the call that hands it over. The call raises ConfigurationError or Unavailable
    only while nothing has left the house."""

    go: Callable[[], SendResult]


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Writes notifications and knows the doors. `account_of` gives our own account on a channel,
    `outlet` the channel's rules from an account (None: there is no way out)."""

    playbook: Playbook
    send_message: SendMessage
    send_mail: Callable[[Mail], SendResult]
    account_of: Callable[[str], str]
    outlet: Callable[[str, str], Outlet | None]
    links: Callable[[], Links]
    clock: Clock

    def ready(
        self, note: Notification, brief: Briefing, contact: Contact, subject: Subject
    ) -> Ready:
        """The letter, written to the end, so that nothing but sending it can go wrong later.

        Raises ConfigurationError or Unavailable if a secret it needs can't be had.
        """
        customer = brief.customer
        account = contact.account or self.account_of(contact.channel)
        locale = self.playbook.brand.default_locale
        if customer is not None:  # else it is for our own people
            locale = self.playbook.locale(customer.locale, customer.country)
        if contact.channel == "email":
            mail = self._mail(note, brief, contact, subject, locale)
            return Ready(
                contact=contact,
                account=account,
                text=mail.text,
                subject=mail.subject,
                go=lambda: self.send_mail(mail),
            )
        message = OutboundMessage(
            address=contact.address,
            account=account,
            text=compose.text(note, subject, self.playbook, locale, self.clock()),
            idempotency_key=note.id,
            locale=locale,
            conversation_id=note.conversation_id,
            buttons=compose.buttons(note),
            reply_to=note.reply_to,
            media=tuple(
                Media(kind=a.kind, url=a.url, name=a.name, mime=a.mime) for a in note.attachments
            ),
            template=_template(note, subject, self.playbook, locale),
            staff=note.kind == "reply",
        )
        return Ready(
            contact=contact,
            account=account,
            text=message.text,
            group=_in_group(brief.conversation, contact),
            go=lambda: self._send_all(contact.channel, message),
        )

    def has_template(self, note: Notification, subject: Subject, customer: Customer) -> bool:
        """Whether it goes as a template of the platform's, which has no window."""
        locale = self.playbook.locale(customer.locale, customer.country)
        return _template(note, subject, self.playbook, locale) is not None

    def _send_all(self, channel: str, message: OutboundMessage) -> SendResult:
        """The message, in as many parts as the channel needs. Once the first part is out, nothing
        is tried again: the others would come twice, or alone."""
        outlet = self.outlet(channel, message.account)
        texts = parts(message.text, outlet) if outlet and outlet.split else [message.text]
        first, *rest = [
            msgspec.structs.replace(message, text=text, idempotency_key=_numbered(message, number))
            for number, text in enumerate(texts)
        ]
        result = self.send_message(
            channel, msgspec.structs.replace(first, buttons=()) if rest else first
        )
        for number, part in enumerate(rest, 1):
            if not isinstance(result, Sent):
                break
            last = number == len(rest)
            plain = msgspec.structs.replace(
                part, media=(), reply_to=None, buttons=part.buttons if last else ()
            )
            result = self.send_message(channel, plain)
            if not isinstance(result, Sent):
                detail = f"{number} of {len(texts)} parts arrived: {result.detail}"
                return Rejected(code="partly_sent", detail=detail)
        return result

    def _mail(
        self,
        note: Notification,
        brief: Briefing,
        contact: Contact,
        subject: Subject,
        locale: Locale,
    ) -> Mail:
        now = self.clock()
        mail = compose.mail(
            note,
            subject,
            self.playbook,
            locale,
            to=contact.address,
            now=now,
            urls=self._urls(note, now),
        )
        return _threaded(mail, brief.conversation, contact)

    def _urls(self, note: Notification, now: datetime) -> Urls:
        page = compose.PAGES.get(note.kind)
        if note.purpose not in compose.OFFERS_UNSUBSCRIBE:
            return Urls()
        links, who = self.links(), note.customer_id
        return Urls(
            unsubscribe=links.unsubscribe(who, note.purpose, now),
            preferences=links.preferences(who, now),
            page={"review": links.review, "survey": links.survey}[page](who, note.id, now)
            if page
            else "",
        )


def _in_group(conversation: Conversation | None, contact: Contact) -> bool:
    return (
        conversation is not None
        and conversation.group
        and ((conversation.channel, conversation.address) == (contact.channel, contact.address))
    )


def _threaded(mail: Mail, conversation: Conversation | None, contact: Contact) -> Mail:
    """The mail as an answer to the customer's last one, if that is where they wrote from."""
    if (
        conversation is None
        or (conversation.channel, conversation.address) != ("email", contact.address)
        or not conversation.last_message_id
    ):
        return mail
    answered = f"<{conversation.last_message_id}>"
    subject = answer_subject(conversation.subject) if conversation.subject else mail.subject
    return replace(mail, subject=subject, in_reply_to=answered, references=(answered,))


def _numbered(message: OutboundMessage, number: int) -> str:
    return f"{message.idempotency_key}.{number}" if number else message.idempotency_key


def _template(
    note: Notification, subject: Subject, playbook: Playbook, locale: Locale
) -> Template | None:
    content = subject.contents.get(locale)
    chosen = note.template
    if chosen is None and content is not None and content.whatsapp is not None:
        chosen = compose.filled_choice(content.whatsapp, subject, playbook, locale)
    if chosen is None:
        return None
    return Template(name=chosen.name, language=chosen.language, variables=chosen.variables)
