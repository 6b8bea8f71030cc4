"""How endpoints of outgoing webhooks and their deliveries lie in the one table.

thing       pk          sk         gsi1 (dead letters)         gsi2 (listings)
endpoint    HOOK#id     HOOK                                   HOOKS / HOOK#id
delivery    HOOK#id     D#event    HOOK#id#dead / died_at#…    HOOK#id / first_at#event
"""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.store.attributes import DocumentAttribute, MomentAttribute
from chalicelib.store.models import Item


class RelayEndpointItem(Item, discriminator="relay_endpoint"):
    url = UnicodeAttribute()
    types = DocumentAttribute()
    filters = DocumentAttribute(null=True)
    description = UnicodeAttribute(null=True)
    enabled = BooleanAttribute()
    reason = UnicodeAttribute(null=True)
    disabled_at = MomentAttribute(null=True)
    secrets = DocumentAttribute(null=True)
    created_at = MomentAttribute()
    created_by = UnicodeAttribute()
    updated_at = MomentAttribute(null=True)
    updated_by = UnicodeAttribute(null=True)
    # Counted by our own updates, as those of customers.
    version = NumberAttribute()
    failures = NumberAttribute(null=True)
    failing_since = MomentAttribute(null=True)
    probe_at = MomentAttribute(null=True)


class RelayDeliveryItem(Item, discriminator="relay_delivery"):
    event_type = UnicodeAttribute()
    body = UnicodeAttribute()
    first_at = MomentAttribute()
    status = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    round = NumberAttribute()
    attempt = NumberAttribute()
    next_at = MomentAttribute(null=True)
    finished_at = MomentAttribute(null=True)
    attempts = DocumentAttribute(null=True)
    test = BooleanAttribute(null=True)
