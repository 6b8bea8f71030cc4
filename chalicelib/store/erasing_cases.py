"""A conversation of an erased customer: nobody has it any more, before it goes."""

from datetime import datetime

import msgspec

from chalicelib.errors import Contention
from chalicelib.store import conversations, holding, keys
from chalicelib.store.models import ConversationItem
from chalicelib.store.records import OPEN, RESOLVED, Conversation
from chalicelib.store.table import Refused, Transaction


def let_go(case: Conversation, at: datetime) -> Conversation:
    """End an open conversation without a word: whoever had it has room, and it waits in no queue.

    Raises Contention if it has changed since it was read.
    """
    transaction = Transaction()
    left = holding.setting(holding.let_go(transaction, case))
    transaction.update(
        "conversation",
        ConversationItem(*keys.conversation(case.id)),
        [
            ConversationItem.status.set(RESOLVED),
            ConversationItem.gsi2pk.set(f"V#{RESOLVED}"),
            ConversationItem.resolved_at.set(at),
            *conversations.awake(),
            *left,
        ],
        (ConversationItem.status == OPEN) & holding.as_read(case),
    )
    try:
        transaction.commit()
    except Refused as refused:
        raise Contention(f"conversation {case.id} has just changed") from refused
    return msgspec.structs.replace(case, status=RESOLVED, held_by=None, queued=None)
