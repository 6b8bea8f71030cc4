"""After a customer wrote: what it is about, how grave, in which mood and language."""

from typing import Any

from chalicelib import events
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.inbox.cases import HIGH
from chalicelib.store import conversations, entries
from chalicelib.store.records import Conversation
from chalicelib.triage.model import default
from chalicelib.triage.understanding import BY_KEYWORDS, BY_MODEL, Understood, understood


def triage(event: Happened, hands: Hands) -> None:
    """Label the conversation with what its newest message says, and tell what was understood.

    What a person said it is about stays; of messages that come in reverse, the later one counts.
    Without a playbook's `[triage]` nothing is understood, and nobody waits for it.
    """
    received: events.MessageReceived = event.data
    rules = hands.playbook.triage
    if rules is None:
        return
    entry = entries.get_entries([received.message_key]).get(received.message_key)
    if entry is None:  # erased meanwhile
        return
    found = understood(entry.text or "", rules, default())
    case = conversations.get(received.conversation_id)
    if case.last_inbound_at is None or received.at >= case.last_inbound_at:
        _label(case, found)
    told = events.MessageTriaged(
        message_key=received.message_key,
        conversation_id=received.conversation_id,
        customer_id=received.customer_id,
        at=received.at,
        channel=received.channel,
        language=found.language,
        sentiment=found.sentiment,
        severity=found.severity,
        urgent=found.urgent,
        category=found.category,
        confidence=found.confidence,
        wants_human=found.wants_human,
        why=list(found.why),
    )
    hands.bus().publish(
        [events.event(told, received.message_key, at=received.at, trace=received.conversation_id)]
    )


def _label(case: Conversation, found: Understood) -> None:
    """An unsure message leaves the category that an earlier one had."""
    changes: dict[str, Any] = {"severity": found.severity, "sentiment": found.sentiment}
    if found.language != "unknown":
        changes["language"] = found.language
    if found.urgent:
        changes["priority"] = HIGH
    conversations.change(case.id, changes)
    if found.category:
        by = found.category_by or BY_MODEL
        conversations.categorise(case.id, found.category, by, of=(BY_MODEL, BY_KEYWORDS))
