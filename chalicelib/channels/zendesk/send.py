"""Answering on a ticket of Zendesk's: a public comment, which Zendesk mails to the requester."""

import base64
from urllib.parse import quote

import msgspec

from chalicelib.channels.base import Account, OutboundMessage, Outlet, SendResult, Transport
from chalicelib.channels.sending import Refusal, outcome, setting
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

LONGEST = 65_535
_EXPLANATIONS = {
    "RecordNotFound": "The ticket does not exist any more.",
    "RecordInvalid": "Zendesk does not take the comment: a closed ticket, for one, takes none.",
    "Forbidden": "This agent may not comment on the ticket.",
    "UpdateConflict": "The ticket was being changed by somebody else.",
}
_BUSY = frozenset({"UpdateConflict", "DatabaseConflict", "TooManyJobs"})


class AuditEvent(msgspec.Struct):
    id: int | None = None
    type: str | None = None


class Audit(msgspec.Struct):
    id: int | None = None
    events: list[AuditEvent] | None = None


class Updated(msgspec.Struct):
    audit: Audit | None = None


class Failure(msgspec.Struct):
    error: object = None
    description: str | None = None


_UPDATED = msgspec.json.Decoder(Updated)
_FAILURE = msgspec.json.Decoder(Failure)


def send(message: OutboundMessage, account: Account, transport: Transport) -> SendResult:
    """Raises ConfigurationError if the account lacks email, api_token, or subdomain (or api_base).

    The id is ticket and comment, as the comment's own event names it.
    """
    token = setting(account, "zendesk", "api_token")
    user = f"{setting(account, 'zendesk', 'email')}/token:{token}"
    basic = base64.b64encode(user.encode()).decode()
    reply = transport.put(
        f"{_base(account)}/api/v2/tickets/{quote(message.address, safe='')}.json",
        headers={"authorization": f"Basic {basic}", "content-type": "application/json"},
        body=msgspec.json.encode({"ticket": {"comment": {"body": message.text, "public": True}}}),
    )
    return outcome(
        reply,
        accepted=lambda body: _comment(message.address, body),
        refused=_refusal,
        hide=(token, basic),
    )


def _base(account: Account) -> str:
    if account.get("api_base"):
        return setting(account, "zendesk", "api_base").rstrip("/")
    subdomain = setting(account, "zendesk", "subdomain").removesuffix(".zendesk.com")
    return f"https://{subdomain}.zendesk.com"


def _comment(ticket: str, body: bytes) -> str | None:
    try:
        audit = decode(_UPDATED, body).audit
    except ParseError:
        return None
    events = audit.events or [] if audit else []
    found = next((event.id for event in events if event.type == "Comment" and event.id), None)
    number = found or (audit.id if audit else None)
    return f"{ticket}:{number}" if number else None


def _refusal(body: bytes) -> Refusal:
    try:
        failure = decode(_FAILURE, body)
    except ParseError:
        return Refusal()
    code = failure.error if isinstance(failure.error, str) else None
    words = " ".join(t for t in (_EXPLANATIONS.get(code or ""), failure.description) if t)
    return Refusal(code=code, detail=words or None, temporary=code in _BUSY)


OUTLET = Outlet(send=send, longest=LONGEST)
