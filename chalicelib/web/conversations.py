"""Staff API: conversations – read, answer, resolve, reopen."""

from typing import Annotated, Literal

import msgspec

from chalicelib.errors import Conflict, InvalidRequest
from chalicelib.ids import new_id
from chalicelib.outreach.plan import Plan
from chalicelib.store import conversations, entries, notifications
from chalicelib.store.records import Conversation
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint, Parameter
from chalicelib.web.views import (
    ConversationPage,
    EntryView,
    MessageList,
    NotificationView,
    Planned,
)

STATUS = Parameter(name="status", meaning='"open" (default) or "resolved"')


class AnswerRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer to the customer; `channel` only to leave the channel they wrote on."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
    channel: Literal["whatsapp", "telegram", "chat", "email"] | None = None


def list_conversations(call: Call) -> ConversationPage:
    status = call.query.get("status", conversations.OPEN)
    if status not in (conversations.OPEN, conversations.RESOLVED):
        raise InvalidRequest(f"status must be {STATUS.meaning}")
    page, cursor = conversations.listed(status, limit=call.limit, after=call.cursor)
    return ConversationPage(conversations=page, next_cursor=cursor)


def get_conversation(call: Call) -> Conversation:
    return conversations.get(call.path["conversation_id"])


def list_messages(call: Call) -> MessageList:
    """The thread, oldest first, whichever channels it went over."""
    case = conversations.get(call.path["conversation_id"])
    found = entries.of_conversation(case.customer_id, case.id, since=case.opened_at)
    return MessageList(messages=[EntryView.of(entry) for entry in found])


def answer(call: Call) -> Planned:
    """Send an answer on the channel the customer last wrote on. With an `Idempotency-Key` header a
    repeated call sends nothing twice."""
    case = conversations.get(call.path["conversation_id"])
    if case.status != conversations.OPEN:
        raise Conflict(f"conversation {case.id} is resolved: reopen it to answer")
    wanted: AnswerRequest = call.body
    if not wanted.text.strip():
        raise InvalidRequest("text is blank: there is nothing to send")
    once = call.headers.get("idempotency-key") or new_id("req")
    note = call.wiring.planner.plan(
        Plan(
            key=f"reply:{case.id}:{once}",
            purpose="reply",
            kind="reply",
            customer_id=case.customer_id,
            due_at=call.wiring.clock(),
            channel=wanted.channel,
            conversation_id=case.id,
            text=wanted.text,
            planned_by=call.key.name,
        )
    )
    return Planned(notification_id=note.id, status=note.status)


def resolve(call: Call) -> Conversation:
    """Mark the case as solved; a satisfaction question follows after the playbook's delay."""
    return call.wiring.cases.resolve(call.path["conversation_id"], call.key.name)


def reopen(call: Call) -> Conversation:
    return call.wiring.cases.reopen(call.path["conversation_id"], call.key.name)


def get_notification(call: Call) -> NotificationView:
    """Why was it sent, or not: every decision, its reason and the facts it rested on."""
    return NotificationView.of(notifications.get(call.path["notification_id"]))


CONVERSATION = "/v1/conversations/{conversation_id}"

ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/conversations",
        scope="conversations:read",
        summary="Conversations, oldest first",
        handle=list_conversations,
        returns=ConversationPage,
        query=(STATUS, LIMIT, CURSOR),
    ),
    Endpoint(
        method="GET",
        path=CONVERSATION,
        scope="conversations:read",
        summary="One conversation",
        handle=get_conversation,
        returns=Conversation,
    ),
    Endpoint(
        method="GET",
        path=f"{CONVERSATION}/messages",
        scope="conversations:read",
        summary="A conversation's messages, oldest first",
        handle=list_messages,
        returns=MessageList,
    ),
    Endpoint(
        method="POST",
        path=f"{CONVERSATION}/messages",
        scope="conversations:write",
        summary="Answer the customer",
        handle=answer,
        returns=Planned,
        body=AnswerRequest,
        status=202,
    ),
    Endpoint(
        method="POST",
        path=f"{CONVERSATION}/resolve",
        scope="conversations:write",
        summary="Resolve a conversation",
        handle=resolve,
        returns=Conversation,
    ),
    Endpoint(
        method="POST",
        path=f"{CONVERSATION}/reopen",
        scope="conversations:write",
        summary="Reopen a conversation",
        handle=reopen,
        returns=Conversation,
    ),
    Endpoint(
        method="GET",
        path="/v1/notifications/{notification_id}",
        scope="notifications:read",
        summary="One notification with every decision about it",
        handle=get_notification,
        returns=NotificationView,
    ),
)
