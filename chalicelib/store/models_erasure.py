"""How what outlives a customer's erasure lies in the one table.

thing           pk            sk
erasure         ERASURE#id    ERASURE
consent proof   ERASURE#id    CONSENT#at#…       (gone by itself)

Each id of a merged customer has an erasure; those of the others point at the one who led.
"""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.store.attributes import DocumentAttribute, MomentAttribute
from chalicelib.store.models import Item


class ErasureItem(Item, discriminator="erasure"):
    with_id = UnicodeAttribute(null=True)
    other_ids = DocumentAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    reference = UnicodeAttribute(null=True)
    requested_at = MomentAttribute(null=True)
    by = UnicodeAttribute(null=True)
    started_at = MomentAttribute(null=True)
    empty_since = MomentAttribute(null=True)
    done_at = MomentAttribute(null=True)
    erased = DocumentAttribute(null=True)
    kept = DocumentAttribute(null=True)
    version = NumberAttribute(null=True)


class ConsentProofItem(Item, discriminator="consent_proof"):
    customer_id = UnicodeAttribute()
    purpose = UnicodeAttribute()
    granted = BooleanAttribute()
    at = MomentAttribute()
    source = UnicodeAttribute()
    wording = UnicodeAttribute(null=True)
