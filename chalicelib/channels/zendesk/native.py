"""The events that Zendesk's own webhooks subscribe to: tickets, comments, messaging."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib.channels.base import (
    ChannelEvent,
    Deletion,
    Echo,
    Handle,
    Ignored,
    InboundMessage,
    Sender,
)
from chalicelib.channels.wire import Text, clean_name, counter, decode, iso_or
from chalicelib.errors import ParseError

NAME = "zendesk"
PREFIX = "zen:event-type:"
_TICKET = "zen:ticket:"
_LONGEST_ID = 100
_FIRST_COMMENT = timedelta(seconds=60)
"""Creating a ticket tells of it and of its first comment, which say the same."""


class Via(msgspec.Struct):
    channel: str | None = None


class Detail(msgspec.Struct):
    """The ticket."""

    id: str | int | None = None
    subject: str | None = None
    description: Text | None = None
    requester_id: str | int | None = None
    submitter_id: str | int | None = None
    is_public: bool | None = None
    created_at: object = None
    status: str | None = None
    via: Via | None = None


class Person(msgspec.Struct):
    id: str | int | None = None
    name: str | None = None
    is_staff: bool | None = None
    type: str | None = None


class Comment(msgspec.Struct):
    id: str | int | None = None
    body: Text | None = None
    is_public: bool | None = None
    author: Person | None = None


class News(msgspec.Struct):
    comment: Comment | None = None
    message: Comment | None = None
    actor: Person | None = None


class Event(msgspec.Struct):
    type: str
    account_id: str | int | None = None
    subject: str | None = None
    time: object = None
    detail: msgspec.Raw = msgspec.Raw(b"{}")
    event: msgspec.Raw = msgspec.Raw(b"{}")


_EVENT = msgspec.json.Decoder(Event)
_DETAIL = msgspec.json.Decoder(Detail)
_NEWS = msgspec.json.Decoder(News)


def event(body: bytes, received_at: datetime) -> ChannelEvent:
    """Raises ParseError for a ticket's or comment's event that can't be read."""
    told = decode(_EVENT, body)
    kind = told.type.removeprefix(PREFIX)
    read = _READERS.get(kind)
    if read is None:
        return ignored(kind)
    found = _Told(told, decode(_DETAIL, told.detail, "$.detail"), received_at)
    return read(found, decode(_NEWS, told.event, "$.event"))


class _Told:
    """What an event says of its ticket."""

    def __init__(self, told: Event, detail: Detail, received_at: datetime) -> None:
        self.kind = told.type.removeprefix(PREFIX)
        self.account = _text(told.account_id)
        self.detail = detail
        self.at = iso_or(told.time, received_at)
        self.ticket = _text(detail.id) or (told.subject or "").removeprefix(_TICKET)
        if not self.ticket or len(self.ticket) > _LONGEST_ID:
            raise ParseError("`$.detail.id` is missing: nobody knows which ticket")

    def values(self, message_id: str) -> dict[str, Any]:
        return {
            "channel": NAME,
            "account": self.account,
            "message_id": message_id,
            "address": self.ticket,
            "at": self.at,
        }

    def person(self, number: str | int | None, name: str | None = None) -> Sender:
        """A user of the helpdesk; without a number, whoever writes on this ticket."""
        return person(self.account, self.ticket, _text(number), name)


def _created(told: _Told, _: News) -> ChannelEvent:
    detail = told.detail
    if detail.is_public is False:
        return ignored(f"{told.kind}:private")
    values = told.values(told.ticket)
    values |= {"kind": "ticket", "text": detail.description or detail.subject or None}
    # Agents open tickets in their web interface in a customer's name: these are their words. By
    # the API, a form of the brand's submits the customer's.
    by_agent = _text(detail.submitter_id) not in ("", _text(detail.requester_id))
    if by_agent and detail.via and detail.via.channel == "web":
        return Echo(recipient=told.person(detail.requester_id), **values)
    return InboundMessage(
        sender=told.person(detail.requester_id),
        subject=detail.subject or None,
        details={"reference": told.ticket, **({"status": detail.status} if detail.status else {})},
        **values,
    )


def _commented(told: _Told, news: News) -> ChannelEvent:
    comment = news.comment
    if comment is None:
        raise ParseError("`$.event.comment` is missing")
    if comment.is_public is False:
        return ignored(f"{told.kind}:private")
    author = comment.author or Person()
    name = told.ticket if _is_first(told, comment) else _comment_id(told, comment)
    values = told.values(name)
    if author.is_staff:
        customer = told.person(told.detail.requester_id)
        return Echo(recipient=customer, text=comment.body or None, **values)
    return InboundMessage(
        sender=told.person(author.id or told.detail.requester_id, author.name),
        text=comment.body or None,
        subject=told.detail.subject or None,
        details={"reference": told.ticket},
        **values,
    )


def _is_first(told: _Told, comment: Comment) -> bool:
    begun = iso_or(told.detail.created_at, told.at - 2 * _FIRST_COMMENT)
    words = (comment.body or "").strip()
    same = words == (told.detail.description or "").strip()
    return bool(words) and same and abs(told.at - begun) <= _FIRST_COMMENT


def _messaged(told: _Told, news: News) -> ChannelEvent:
    message, actor = news.message, news.actor or Person()
    if message is None:
        raise ParseError("`$.event.message` is missing")
    values = told.values(_comment_id(told, message))
    # The bot is `zd:answerBot`; people may be `zd:` and the number that tickets have for them.
    number = _text(actor.id).removeprefix("zd:")
    if actor.type and actor.type != "end_user":
        return Echo(recipient=told.person(None), text=message.body or None, **values)
    return InboundMessage(
        sender=told.person(number, actor.name),
        text=message.body or None,
        details={"reference": told.ticket},
        **values,
    )


def _redacted(told: _Told, news: News) -> ChannelEvent:
    if news.comment is None or not _text(news.comment.id):
        return ignored(told.kind)
    target = _comment_id(told, news.comment)
    return Deletion(
        channel=NAME,
        account=told.account,
        message_id=f"{target}:redacted",
        target=target,
        at=told.at,
    )


def _comment_id(told: _Told, comment: Comment) -> str:
    number = _text(comment.id)
    if not number or len(number) > _LONGEST_ID:
        raise ParseError("the comment has no usable `id`")
    return f"{told.ticket}:{number}"


_READERS = {
    "ticket.created": _created,
    "ticket.comment_added": _commented,
    "ticket.comment_redacted": _redacted,
    "messaging_ticket.message_added": _messaged,
}


def person(account: str, ticket: str, number: str, name: str | None) -> Sender:
    """Somebody whom the helpdesk knows by a number, or only as who writes on a ticket."""
    known = 0 < len(number) <= _LONGEST_ID
    handle = Handle(
        kind="zendesk" if known else "zendesk_ticket",
        value=number if known else ticket,
        account=account,
    )
    return Sender(handles=(handle,), name=clean_name(name))


def ignored(what: str) -> Ignored:
    return Ignored(channel=NAME, what=counter(what))


def _text(value: str | int | None) -> str:
    return "" if value is None else str(value).strip()
