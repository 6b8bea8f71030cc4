"""How what staff work with lies in the one table.

    thing          pk                sk               gsi2 (listings)
    label          V#conversation    LABEL            LABELLED / at#conversation
    canned answer  CANNED#name       CANNED           CANNED / name
    word           WORD#week#abc     word#at#entry    (not listed; gone by itself)
    line's words   E#entry           WORDS            (not listed; gone by itself)
    taken back     E#entry           TAKEN_BACK       (not listed; gone by itself)
    order's name   ORDERNAME#name    order key        (not listed; gone by itself)
    name           NAME#ab           name#customer    C#customer / NAME#name
    audit line     AUDIT#day         at#id            (not listed; gone by itself)

Of `gsi2` only the keys are told, as in `models`.
"""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.store.attributes import DocumentAttribute, MomentAttribute
from chalicelib.store.models import Item


class LabelItem(Item, discriminator="label"):
    customer_id = UnicodeAttribute()
    at = MomentAttribute()
    by = UnicodeAttribute()
    category = UnicodeAttribute(null=True)
    was = UnicodeAttribute(null=True)
    example = UnicodeAttribute(null=True)
    labels = DocumentAttribute(null=True)


class CannedItem(Item, discriminator="canned"):
    texts = DocumentAttribute()
    variables = DocumentAttribute(null=True)
    updated_at = MomentAttribute()
    updated_by = UnicodeAttribute()
    version = NumberAttribute()


class WordItem(Item, discriminator="word"):
    entry_key = UnicodeAttribute()
    at = MomentAttribute()
    words = DocumentAttribute()


class NameItem(Item, discriminator="name"):
    """A customer's name, one of its words in front."""


class OrderNameItem(Item, discriminator="order_name"):
    customer_id = UnicodeAttribute()
    at = MomentAttribute()


class AuditItem(Item, discriminator="audit"):
    at = MomentAttribute()
    by = UnicodeAttribute()
    key = UnicodeAttribute()
    route = UnicodeAttribute()
    status = NumberAttribute()
    ids = DocumentAttribute(null=True)
    fields = DocumentAttribute(null=True)
    facts = DocumentAttribute(null=True)
