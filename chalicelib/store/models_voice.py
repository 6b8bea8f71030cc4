"""How moods lie in the one table: beside their customer, so that they go where the customer goes.

thing          pk                sk               gsi2 (listings)
mood           C#id              MOOD             UNHAPPY / at#customer (while unhappy)
"""

from pynamodb.attributes import NumberAttribute

from chalicelib.store.attributes import DocumentAttribute
from chalicelib.store.models import Item


class MoodItem(Item, discriminator="mood"):
    document = DocumentAttribute()
    version = NumberAttribute()
