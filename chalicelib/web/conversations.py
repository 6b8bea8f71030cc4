"""Staff API: conversations – read, answer, resolve, reopen."""

import msgspec

from chalicelib.errors import Conflict, NotFound
from chalicelib.events import ResolvedReason
from chalicelib.files import FileLink
from chalicelib.ids import new_id
from chalicelib.inbox.threads import folded
from chalicelib.outreach.plan import Plan
from chalicelib.store import case_lists, conversations, customers, entries, notifications, timelines
from chalicelib.store.records import OPEN
from chalicelib.web import case_filters
from chalicelib.web.answers import AnswerRequest, attachments, checked, quoted, template, written
from chalicelib.web.case_filters import FILTERS
from chalicelib.web.case_views import shown
from chalicelib.web.delivery import with_delivery
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint
from chalicelib.web.views import (
    ConversationPage,
    ConversationView,
    EntryView,
    MessageList,
    NotificationView,
    Planned,
)


class ResolveRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the case ends. The body may be left out."""

    reason: ResolvedReason = "solved"


def list_conversations(call: Call) -> ConversationPage:
    """Where few fit what is asked for, a page may be short or empty although others follow: go on
    while there is a `next_cursor`."""
    status, wanted = case_filters.status(call), case_filters.wanted(call)
    page, cursor = case_lists.listed(status, wanted, limit=call.limit, after=call.cursor)
    return ConversationPage(conversations=[shown(call, case) for case in page], next_cursor=cursor)


def get_conversation(call: Call) -> ConversationView:
    return shown(call, conversations.get(call.path["conversation_id"]))


def list_messages(call: Call) -> MessageList:
    """The thread, oldest first, whichever channels it went over, as it reads now: edited, deleted
    and reacted to."""
    case = conversations.get(call.path["conversation_id"])
    family = {case.customer_id: None, **dict.fromkeys(customers.get(case.customer_id).family)}
    found = timelines.of_conversation(list(family), case.id, since=case.opened_at)
    return MessageList(messages=[EntryView.of(entry) for entry in folded(found)])


def answer(call: Call) -> Planned:
    """Send an answer on the channel the customer last wrote on. With an `Idempotency-Key` header a
    repeated call sends nothing twice."""
    case = conversations.get(call.path["conversation_id"])
    if case.status != OPEN:
        raise Conflict(f"conversation {case.id} is resolved: reopen it to answer")
    customer = customers.get(case.customer_id)
    wanted = written(call.body, case, customer, call.key.name, call.wiring)
    contact = checked(wanted, case, customer, call.wiring)
    once = call.headers.get("idempotency-key") or new_id("req")
    note = call.wiring.planner.plan(
        Plan(
            key=f"reply:{case.id}:{once}",
            purpose="reply",
            kind="reply",
            customer_id=case.customer_id,
            due_at=call.wiring.clock(),
            channel=contact.channel,
            account=contact.account,
            address=contact.address,
            conversation_id=case.id,
            text=wanted.text,
            attachments=attachments(wanted),
            template=template(wanted),
            reply_to=quoted(wanted, contact),
            planned_by=call.key.name,
        )
    )
    return Planned(notification_id=note.id, status=note.status)


def resolve(call: Call) -> ConversationView:
    """End the case. If it was solved, a satisfaction question follows after the playbook's delay;
    none about spam, a duplicate, or what ended because the customer answered no more."""
    wanted: ResolveRequest = call.body
    where = call.path["conversation_id"]
    case = call.wiring.cases.resolve(where, call.key.name, wanted.reason)
    return shown(call, case)


def reopen(call: Call) -> ConversationView:
    return shown(call, call.wiring.cases.reopen(call.path["conversation_id"], call.key.name))


def get_file(call: Call) -> FileLink:
    """A link to a file that came with a message, good for a few minutes."""
    key, number = call.path["message_key"], call.path["number"]
    entry = entries.get_entries([key]).get(key)
    if entry is None:
        raise NotFound(f"no message {key}: keys are those of the thread")
    if not number.isdecimal() or len(number) > 3:
        raise NotFound("files of a message are numbered from 0")
    return call.wiring.files.link(entry, int(number))


def get_notification(call: Call) -> NotificationView:
    """Why was it sent, or not: every decision, its reason and the facts it rested on; and once it
    was sent, what became of it."""
    return with_delivery([notifications.get(call.path["notification_id"])])[0]


CONVERSATION = "/v1/conversations/{conversation_id}"

ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/conversations",
        scope="conversations:read",
        summary="Conversations, oldest first",
        handle=list_conversations,
        returns=ConversationPage,
        query=(*FILTERS, LIMIT, CURSOR),
    ),
    Endpoint(
        method="GET",
        path=CONVERSATION,
        scope="conversations:read",
        summary="One conversation",
        handle=get_conversation,
        returns=ConversationView,
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
        returns=ConversationView,
        body=ResolveRequest,
    ),
    Endpoint(
        method="POST",
        path=f"{CONVERSATION}/reopen",
        scope="conversations:write",
        summary="Reopen a conversation",
        handle=reopen,
        returns=ConversationView,
    ),
    Endpoint(
        method="GET",
        path="/v1/messages/{message_key}/files/{number}",
        scope="conversations:read",
        summary="A file that came with a message",
        handle=get_file,
        returns=FileLink,
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
