"""Freshdesk's automation rules: a webhook with the fields of a ticket, or JSON of the brand's own.

`triggered_event` ("{ticket_action:created}", which is no JSON) tells what happened. A new ticket is
a message named by its number; a reply or public note is one too, named by its words, where the rule
sends `ticket_latest_public_comment`. Changes of status, priority and the like are Ignored.
`account` is the subdomain, `address` the ticket's number; Freshdesk knows requesters by their mail
address, which it does not check: it stays within the helpdesk, and is no handle of kind "email".
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from chalicelib.channels.base import (
    ChannelEvent,
    Delivery,
    Echo,
    Handle,
    Ignored,
    InboundMessage,
    Media,
    Sender,
)
from chalicelib.channels.html_text import images, plain_text
from chalicelib.channels.shared_secret import SharedSecretChannel
from chalicelib.channels.templates import Fields
from chalicelib.channels.wire import clean_name, counter, iso_or
from chalicelib.errors import ParseError
from chalicelib.ids import stable_id

_NAME = "freshdesk"
_WRAPPER = "freshdesk_webhook_"
_LONGEST_ID = 100
_MOST_IMAGES = 50
_TICKET = ("ticket_id", "ticket_display_id", "display_id", "ticket_ticket_id", "id")
_SUBJECT = ("ticket_subject", "subject")
_DESCRIPTION = (
    *("ticket_description", "description", "ticket_description_text", "description_text"),
    "ticket_description_html",
)
_COMMENT = (
    *("ticket_latest_public_comment", "latest_public_comment", "ticket_latest_comment"),
    *("latest_comment", "comment", "comment_body", "note", "reply"),
)
_REQUESTER = ("requester_id", "ticket_requester_id", "contact_id", "ticket_contact_id")
_NAMES = (
    *("requester_name", "ticket_requester_name", "ticket_contact_name", "contact_name"),
    *("ticket_from_name", "ticket_contact_first_name"),
)
_MAIL = (
    *("requester_email", "ticket_requester_email", "ticket_contact_email", "contact_email"),
    *("ticket_from_email", "email"),
)
_ACTOR = ("event_performer_email", "performer_email", "comment_author_email", "triggered_by_email")
_LINK = ("ticket_url", "ticket_public_url", "ticket_portal_url", "url")
_TIME = ("comment_created_at", "ticket_updated_at", "updated_at", "ticket_created_at", "created_at")
_CREATED = frozenset({"ticket_action:created", "ticket_action:create"})
_COMMENTED = frozenset({"note_type:public", "reply_sent:sent", "customer_responded", "reply_sent"})


class Freshdesk(SharedSecretChannel):
    name = _NAME

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        ticket = _Ticket(_Names(Fields.read(delivery.body)), delivery.received_at)
        if ticket.event in _CREATED or (not ticket.event and not ticket.comment):
            return [ticket.opened()]
        if ticket.event in _COMMENTED or not ticket.event:
            return [ticket.commented()]
        return [_ignored(ticket.event)]


class _Names:
    """The fields, whether Freshdesk wrapped them or the brand laid them out bare."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields

    def first(self, *names: str) -> str:
        return self._fields.first(*(f"{_WRAPPER}{name}" for name in names), *names)


class _Ticket:
    """One webhook's ticket. Raises ParseError if there is none."""

    def __init__(self, fields: _Names, received_at: datetime) -> None:
        self.fields = fields
        self.number = fields.first(*_TICKET)
        if not 0 < len(self.number) <= _LONGEST_ID:
            raise ParseError("no `ticket_id`: see docs/channels/freshdesk.md")
        self.event = _happened(fields.first("triggered_event"))
        self.comment = fields.first(*_COMMENT)
        self.time = fields.first(*_TIME)
        self.account = _subdomain(fields.first(*_LINK))
        self.mail = fields.first(*_MAIL).lower()
        self.values: dict[str, Any] = {
            "channel": _NAME,
            "account": self.account,
            "address": self.number,
            "at": iso_or(self.time, received_at),
            "details": self._details(),
        }

    def opened(self) -> ChannelEvent:
        html = self.fields.first(*_DESCRIPTION)
        subject = self.fields.first(*_SUBJECT) or None
        if not html and not subject:
            raise ParseError("neither `ticket_description` nor `ticket_subject`: nothing to read")
        return InboundMessage(
            message_id=self.number,
            sender=self._requester(),
            kind="ticket",
            subject=subject,
            text=plain_text(html) or None,
            media=_images(html),
            **self.values,
        )

    def commented(self) -> ChannelEvent:
        if not self.comment:
            return _ignored(f"{self.event}:without_words")
        message_id = f"{self.number}:{stable_id('c', self.comment, self.time)}"
        text, media = plain_text(self.comment) or None, _images(self.comment)
        if self._by_agent():
            return Echo(
                message_id=message_id,
                recipient=self._requester(),
                text=text,
                media=media,
                **self.values,
            )
        return InboundMessage(
            message_id=message_id,
            sender=self._requester(),
            subject=self.fields.first(*_SUBJECT) or None,
            text=text,
            media=media,
            **self.values,
        )

    def _by_agent(self) -> bool:
        """By who did it, where the rule tells; otherwise a reply that was sent is an agent's."""
        actor = self.fields.first(*_ACTOR).lower()
        return actor != self.mail if actor else self.event.startswith("reply_sent")

    def _requester(self) -> Sender:
        number = self.fields.first(*_REQUESTER)
        if 0 < len(number or self.mail) <= 254:
            handle = Handle(kind=_NAME, value=number or self.mail, account=self.account)
        else:
            handle = Handle(kind="freshdesk_ticket", value=self.number, account=self.account)
        return Sender(handles=(handle,), name=clean_name(self.fields.first(*_NAMES)))

    def _details(self) -> dict[str, str]:
        found = {
            "reference": self.number,
            "url": self.fields.first(*_LINK),
            "email": self.mail,
            "status": self.fields.first("ticket_status", "status"),
            "event": self.event,
        }
        return {name: value[:2048] for name, value in found.items() if value}


def _happened(event: str) -> str:
    """`{ticket_action:created}` without its braces, and without the values it changed between."""
    bare = "".join(letter for letter in event[:200] if letter not in "\"' ").strip("{}")
    what, _, value = bare.partition(":")
    return f"{what}:{value}" if value and "{" not in value else what


def _subdomain(link: str) -> str:
    try:
        host = urlsplit(link).hostname or ""
    except ValueError:
        return ""
    return host.removesuffix(".freshdesk.com")[:_LONGEST_ID]


def _images(html: str) -> tuple[Media, ...]:
    return tuple(Media(kind="image", url=url) for url in images(html)[:_MOST_IMAGES])


def _ignored(what: str) -> Ignored:
    return Ignored(channel=_NAME, what=counter(what))


FRESHDESK = Freshdesk()
