"""How articles, and contacts about the same thing, lie in the one table.

thing          pk          sk                  gsi2 (listings)
article        ART#id      ART                 ART / id
its version    ART#id      V#number
its votes      ART#id      H#number#language
… of a day     ART#id      HD#day#number#language
a ballot       BALLOT#id   BALLOT
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


class VotesItem(Item, discriminator="article_votes"):
    """What readers of a version said. Of a day, there is besides how many said something, in all
    (`votes`) and in each hour (`hour_09`), which are bounded."""

    helpful = NumberAttribute(null=True)
    not_helpful = NumberAttribute(null=True)
    votes = NumberAttribute(null=True)


class BallotItem(Item, discriminator="ballot"):
    """A ballot that has been cast; it is gone soon after it would have ended."""


class RevisionItem(Item, discriminator="articles_revision"):
    revision = NumberAttribute()


class ContactsItem(Item, discriminator="contacts"):
    contacts = DocumentAttribute()
    version = NumberAttribute()
