"""How what the fleet keeps beside devices and alerts lies in the one table.

    thing          pk                sk               gsi2 (listings)
    model          M#model           M                MODELS / M#model
    its versions   M#model           V#000001
    quarantine     D#id              Q                QUARANTINE / listed_at#id
    sweep          D#id              S                SWEEP#shard / check_at#id
    ownership      D#id              O#since          C#owner / OWNED#since#id
    group member   GRP#group         D#id

Of `gsi2` only the keys are told, as in `models`.
"""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.store.attributes import DocumentAttribute, MomentAttribute
from chalicelib.store.models import Item


class DeviceModelItem(Item, discriminator="device_model"):
    version = NumberAttribute()
    document = DocumentAttribute()
    changed_at = MomentAttribute()
    changed_by = UnicodeAttribute(null=True)


class DeviceModelVersionItem(Item, discriminator="device_model_version"):
    version = NumberAttribute()
    document = DocumentAttribute()
    changed_at = MomentAttribute()
    changed_by = UnicodeAttribute(null=True)


class QuarantineItem(Item, discriminator="quarantine"):
    first_at = MomentAttribute()
    last_at = MomentAttribute()
    total = NumberAttribute()
    waiting = DocumentAttribute(null=True)
    refused = DocumentAttribute(null=True)
    seen = NumberAttribute(null=True)
    listed_at = MomentAttribute(null=True)


class SweepItem(Item, discriminator="sweep"):
    check_at = MomentAttribute()


class OwnershipItem(Item, discriminator="ownership"):
    owner_id = UnicodeAttribute(null=True)
    since = MomentAttribute()
    until = MomentAttribute()


class GroupMemberItem(Item, discriminator="group_member"):
    group = UnicodeAttribute()
