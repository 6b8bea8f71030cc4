"""Staff API: the notes that name an agent, and which of them they have read."""

from datetime import datetime
from typing import Annotated

import msgspec

from chalicelib.clock import to_millis
from chalicelib.errors import NotFound
from chalicelib.store import agents, entries, mentions
from chalicelib.store.routing_records import Mention
from chalicelib.web.agents import AGENT
from chalicelib.web.case_filters import chosen
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint, Parameter
from chalicelib.web.views import View

UNREAD = Parameter(name="unread", meaning='"yes": those they have not read, "no": all')

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class ReadRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mentions (their `id`) that were read."""

    ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=100)]


class MentionView(View, frozen=True, kw_only=True):
    """A note that names the agent: its line in the thread of the conversation (`note_key`), who
    wrote it, its text (none if it was erased), and when the agent read it."""

    id: str
    conversation_id: str
    note_key: str
    at: datetime
    by: str
    text: str | None = None
    read_at: datetime | None = None


class MentionPage(View, frozen=True, kw_only=True):
    mentions: list[MentionView]
    next_cursor: str | None = None


class MarkedRead(View, frozen=True, kw_only=True):
    """How many of those asked for count as read now."""

    read: int


def list_mentions(call: Call) -> MentionPage:
    """The notes that name the agent, newest first; they are remembered for 180 days. Of the unread
    alone a page may be short or empty although others follow: go on while there is a
    `next_cursor`."""
    agent = agents.get(call.path["agent_id"])
    unread = chosen(call, UNREAD) or False
    page, cursor = mentions.listed(agent.id, unread=unread, limit=call.limit, after=call.cursor)
    notes = entries.get_entries([one.note_key for one in page]) if page else {}
    texts = {key: line.text for key, line in notes.items()}
    return MentionPage(
        mentions=[_view(one, texts.get(one.note_key)) for one in page], next_cursor=cursor
    )


def read_mentions(call: Call) -> MarkedRead:
    """All of them or none. What was read stays read, since when it first was."""
    wanted: ReadRequest = call.body
    agent = agents.get(call.path["agent_id"])
    ids = list(dict.fromkeys(wanted.ids))
    missing = mentions.read(agent.id, ids, at=to_millis(call.wiring.clock()))
    if missing is not None:
        raise NotFound(
            f"{agent.id} has no mention {missing!r}: GET /v1/agents/{agent.id}/mentions lists them"
        )
    return MarkedRead(read=len(ids))


def _view(mention: Mention, text: str | None) -> MentionView:
    given = {name: getattr(mention, name) for name in mention.__struct_fields__}
    return MentionView(text=text, **given)


ENDPOINTS = (
    Endpoint(
        method="GET",
        path=f"{AGENT}/mentions",
        scope="conversations:read",
        summary="The notes that name an agent, newest first",
        handle=list_mentions,
        returns=MentionPage,
        query=(UNREAD, LIMIT, CURSOR),
    ),
    Endpoint(
        method="POST",
        path=f"{AGENT}/mentions/read",
        scope="conversations:write",
        summary="Say which mentions an agent has read",
        handle=read_mentions,
        returns=MarkedRead,
        body=ReadRequest,
    ),
)
