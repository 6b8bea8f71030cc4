"""What a trigger or automation of Zendesk sends: JSON as the brand laid it out.

The template that Temas recommends is in docs/channels/zendesk.md; others are read by the names that
are in use for the same things. Without a comment's id, its words name it (with the time, if told):
so the same delivery is the same message.
"""

import re
from datetime import datetime
from urllib.parse import urlsplit

from chalicelib.channels.base import ChannelEvent, Echo, InboundMessage, Sender
from chalicelib.channels.templates import Fields
from chalicelib.channels.wire import iso_or
from chalicelib.channels.zendesk.native import NAME, ignored, person
from chalicelib.errors import ParseError
from chalicelib.ids import stable_id

_TICKET = ("ticket_id", "ticket", "id")
_COMMENT_ID = ("comment_id", "latest_comment_id", "ticket_comment_id", "ticket_latest_comment_id")
_COMMENT = (
    *("comment", "comment_body", "comment_value", "comment_text", "latest_comment"),
    *("latest_public_comment", "latest_comment_body", "latest_comment_value", "public_comment"),
    *("ticket_comment", "ticket_comment_body", "ticket_latest_comment"),
    *("ticket_latest_public_comment", "ticket_latest_comment_body", "message", "text", "body"),
)
_DESCRIPTION = ("description", "ticket_description", "ticket_body")
_SUBJECT = ("ticket_title", "ticket_subject", "title", "subject")
_LINK = ("ticket_url", "ticket_link", "link", "url")
_TIME = (
    *("comment_created_at", "latest_comment_created_at", "ticket_latest_comment_created_at"),
    *("ticket_updated_at", "updated_at", "created_at", "ticket_created_at"),
)
_REQUESTER = ("requester_id", "ticket_requester_id")
_NAMES = (
    *("requester_name", "requester_full_name", "ticket_requester_name", "requester"),
    "ticket_requester_full_name",
)
_MAIL = ("requester_email", "ticket_requester_email")
_AUTHOR = ("comment_author_id", "author_id", "comment_author", "ticket_latest_comment_author_id")
_AUTHOR_NAME = ("comment_author_name", "author_name", "ticket_latest_comment_author_name")
_ROLE = ("comment_author_role", "author_role", "current_user_role", "role")
_STAFF = ("comment_author_is_staff", "author_is_staff", "is_staff", "comment_is_staff")
_PUBLIC = (
    *("comment_is_public", "is_public", "comment_public", "public", "latest_comment_is_public"),
    "ticket_latest_comment_is_public",
)
_AGENTS = frozenset({"agent", "admin", "owner", "staff"})
_HEADED = re.compile(
    r"-{20,}+[ \t\r]*+\n\s*+([^\n]{1,200}?), [^\n]{4,60}\n[ \t\r]*+\n",
)
"""How Zendesk begins a comment in a placeholder: a line, then who and when."""
_LONGEST_ID = 100
_LONGEST_TEXT = 65_536


def event(body: bytes, received_at: datetime) -> ChannelEvent:
    """Raises ParseError unless the body names a ticket."""
    fields = Fields.read(body)
    ticket = fields.first(*_TICKET)
    if not 0 < len(ticket) <= _LONGEST_ID:
        raise ParseError("no `ticket_id` in the trigger's JSON: see docs/channels/zendesk.md")
    if fields.first(*_PUBLIC).lower() in ("false", "no", "0"):
        return ignored("comment:private")
    author, comment = _headed(fields.first(*_COMMENT))
    if not comment:
        return _opened(fields, ticket, received_at)
    account = _account(fields)
    number = fields.first(*_COMMENT_ID)[:_LONGEST_ID]
    time = fields.first(*_TIME)
    message_id = f"{ticket}:{number or stable_id('c', comment, time)}"
    at = iso_or(time, received_at)
    if _by_agent(fields):
        return Echo(
            channel=NAME,
            account=account,
            message_id=message_id,
            recipient=_requester(fields, account, ticket),
            address=ticket,
            at=at,
            text=comment,
        )
    return InboundMessage(
        channel=NAME,
        account=account,
        message_id=message_id,
        sender=_author(fields, account, ticket, author),
        address=ticket,
        at=at,
        text=comment,
        subject=fields.first(*_SUBJECT) or None,
        details=_details(fields, ticket),
    )


def _opened(fields: Fields, ticket: str, received_at: datetime) -> ChannelEvent:
    """A ticket without a comment: what it is about. Named as the event of Zendesk's own is."""
    _, words = _headed(fields.first(*_DESCRIPTION))
    if not words:
        return ignored("ticket:without_words")
    account = _account(fields)
    return InboundMessage(
        channel=NAME,
        account=account,
        message_id=ticket,
        sender=_requester(fields, account, ticket),
        address=ticket,
        at=iso_or(fields.first("ticket_created_at", "created_at"), received_at),
        kind="ticket",
        text=words,
        subject=fields.first(*_SUBJECT) or None,
        details=_details(fields, ticket),
    )


def _headed(text: str) -> tuple[str | None, str]:
    """Who wrote it, if the words begin by saying so, and the words."""
    text = text[:_LONGEST_TEXT].strip()
    found = _HEADED.match(text)
    return (found[1].strip(), text[found.end() :].strip()) if found else (None, text)


def _by_agent(fields: Fields) -> bool:
    role, staff = fields.first(*_ROLE).lower(), fields.first(*_STAFF).lower()
    if role or staff:
        return role in _AGENTS or staff == "true"
    author, requester = fields.first(*_AUTHOR), fields.first(*_REQUESTER)
    # Two numbers that differ: the second party of a ticket is an agent. Names are no numbers.
    return author.isdigit() and requester.isdigit() and author != requester


def _author(fields: Fields, account: str, ticket: str, headed: str | None) -> Sender:
    author = fields.first(*_AUTHOR)
    if author.isdigit() and author != fields.first(*_REQUESTER):
        return person(account, ticket, author, fields.first(*_AUTHOR_NAME) or headed)
    return _requester(fields, account, ticket, fields.first(*_AUTHOR_NAME) or headed)


def _requester(fields: Fields, account: str, ticket: str, or_name: str | None = None) -> Sender:
    name = fields.first(*_NAMES) or or_name
    return person(account, ticket, fields.first(*_REQUESTER), name)


def _account(fields: Fields) -> str:
    """The subdomain, by the ticket's link (which may lack its scheme)."""
    link = fields.first(*_LINK)
    try:
        host = urlsplit(link if "://" in link else f"https://{link}").hostname or ""
    except ValueError:
        return ""
    return host.removesuffix(".zendesk.com")[:_LONGEST_ID]


def _details(fields: Fields, ticket: str) -> dict[str, str]:
    found = {
        "reference": ticket,
        "url": fields.first(*_LINK),
        "email": fields.first(*_MAIL),
        "status": fields.first("ticket_status", "status"),
        "language": fields.first("requester_language", "ticket_requester_language"),
    }
    return {name: value[:2048] for name, value in found.items() if value}
