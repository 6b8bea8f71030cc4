"""How those who answer, and what waits for them, lie in the one table.

    thing               pk                sk               gsi2 (listings)
    agent               AGENT#id          AGENT            AGENTS / id
    what is theirs      AGENT#id          V#conversation
    a note naming them  AGENT#id          M#at#…           (gone by itself)
    a team's queue      QUEUE#team        place

What is theirs and queues are there to be read as they are this moment, which an index is not.
"""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.store.attributes import DocumentAttribute, MomentAttribute
from chalicelib.store.models import Item


class AgentItem(Item, discriminator="agent"):
    name = UnicodeAttribute()
    teams = DocumentAttribute(null=True)
    skills = DocumentAttribute(null=True)
    languages = DocumentAttribute(null=True)
    capacity = NumberAttribute(null=True)
    presence = UnicodeAttribute()
    # Counted in the transactions that give and take conversations.
    open = NumberAttribute()
    assigned_at = MomentAttribute(null=True)
    changed_at = MomentAttribute(null=True)
    present_at = MomentAttribute(null=True)


class HeldItem(Item, discriminator="held"):
    conversation_id = UnicodeAttribute()


class MentionItem(Item, discriminator="mention"):
    note_key = UnicodeAttribute()
    conversation_id = UnicodeAttribute()
    at = MomentAttribute()
    by = UnicodeAttribute()
    read_at = MomentAttribute(null=True)


class WaitingItem(Item, discriminator="waiting"):
    conversation_id = UnicodeAttribute()
