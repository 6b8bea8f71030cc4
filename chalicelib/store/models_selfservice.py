"""How articles, and contacts about the same thing, lie in the one table.

thing          pk          sk                  gsi2 (listings)
article        ART#id      ART                 ART / id
its version    ART#id      V#number
revision       ARTICLES    REVISION
contacts       C#id        CONTACTS#category
"""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.store.attributes import DocumentAttribute, MomentAttribute
from chalicelib.store.models import Item


class ArticleItem(Item, discriminator="article"):
    texts = DocumentAttribute()
    updated_at = MomentAttribute()
    updated_by = UnicodeAttribute(null=True)
    category = UnicodeAttribute(null=True)
    published = BooleanAttribute()
    version = NumberAttribute()


class ArticleVersionItem(Item, discriminator="article_version"):
    texts = DocumentAttribute()
    updated_at = MomentAttribute()
    updated_by = UnicodeAttribute(null=True)
    category = UnicodeAttribute(null=True)
    published = BooleanAttribute()
    version = NumberAttribute()


class RevisionItem(Item, discriminator="articles_revision"):
    revision = NumberAttribute()


class ContactsItem(Item, discriminator="contacts"):
    contacts = DocumentAttribute()
    version = NumberAttribute()
