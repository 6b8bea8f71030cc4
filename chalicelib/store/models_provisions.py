"""How a device's place in AWS IoT lies in the one table.

    thing          pk                sk
    provision      D#device          PROVISIONED

Neither private keys nor certificates are kept: AWS has the latter, only the device the former.
"""

from pynamodb.attributes import UnicodeAttribute, VersionAttribute

from chalicelib.store.attributes import MomentAttribute
from chalicelib.store.models import Item


class ProvisionItem(Item, discriminator="provision"):
    thing = UnicodeAttribute()
    certificate_id = UnicodeAttribute(null=True)
    request = UnicodeAttribute(null=True)
    previous_id = UnicodeAttribute(null=True)
    previous_request = UnicodeAttribute(null=True)
    created_at = MomentAttribute(null=True)
    rotated_at = MomentAttribute(null=True)
    removed_at = MomentAttribute(null=True)
    by = UnicodeAttribute(null=True)
    busy_until = MomentAttribute(null=True)
    version = VersionAttribute()
