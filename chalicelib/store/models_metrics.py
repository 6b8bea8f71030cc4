"""How figures lie in the one table.

thing          pk                  sk               gsi2 (listings)
counters       KPI#day#part        KPI
card           KPI#subject         CARD
row            KPI#conversation    its name         KPI#figure#day / channel#at#value#…
note           C#id                KPI#at#kind#subject#detail
"""

from pynamodb.attributes import BooleanAttribute, NumberAttribute

from chalicelib.store.attributes import DocumentAttribute
from chalicelib.store.models import Item


class KpiCountItem(Item, discriminator="kpi_count"):
    """Counters of a part of a day, as attributes of their names."""


class KpiCardItem(Item, discriminator="kpi_card"):
    document = DocumentAttribute()
    version = NumberAttribute()


class KpiRowItem(Item, discriminator="kpi_row"):
    """A line of the list behind a figure; its keys say all."""


class KpiNoteItem(Item, discriminator="kpi_note"):
    """What somebody did, and when; the key says it. `gone`: it turned out otherwise."""

    gone = BooleanAttribute(null=True)
