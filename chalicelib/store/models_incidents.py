"""How incidents lie in the one table.

    thing               pk               sk                     gsi2 (listings)
    a model's alert     F#model#rule     A#raised_at#device     (kept for a week)
    latest incident     F#model#rule     I
    incident            INC#id           INC                    INC#open / opened_at#id
    its alerts          INC#id#shard     A#device#alert         INC#id / raised_at#alert
    their counts        INC#id#shard     COUNT
    owners told once    INC#id#shard     O#hash

Of `gsi2` only the keys are told, as in `models`.
"""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.store.attributes import MomentAttribute
from chalicelib.store.models import Item


class TroubleItem(Item, discriminator="trouble"):
    alert_id = UnicodeAttribute()


class PointerItem(Item, discriminator="incident_pointer"):
    incident_id = UnicodeAttribute()
    severity = UnicodeAttribute()
    opened_at = MomentAttribute()
    since = MomentAttribute()
    opener = UnicodeAttribute()
    after = MomentAttribute(null=True)
    ready = BooleanAttribute(null=True)
    closed_at = MomentAttribute(null=True)


class IncidentItem(Item, discriminator="incident"):
    model = UnicodeAttribute()
    rule = UnicodeAttribute()
    severity = UnicodeAttribute()
    opened_at = MomentAttribute()
    since = MomentAttribute()
    devices = NumberAttribute()
    status = UnicodeAttribute()
    closed_at = MomentAttribute(null=True)
    closed_by = UnicodeAttribute(null=True)
    told = BooleanAttribute(null=True)
    openings = NumberAttribute(null=True)
    grown = NumberAttribute(null=True)


class IncidentMemberItem(Item, discriminator="incident_member"):
    alert_id = UnicodeAttribute()
    device_id = UnicodeAttribute()
    severity = UnicodeAttribute()
    raised_at = MomentAttribute()
    cleared_at = MomentAttribute(null=True)


class IncidentCountItem(Item, discriminator="incident_count"):
    raised = NumberAttribute(null=True)
    cleared = NumberAttribute(null=True)


class IncidentOwnerItem(Item, discriminator="incident_owner"):
    alert_id = UnicodeAttribute()
