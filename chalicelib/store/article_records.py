"""What is kept of articles and of contacts about the same thing, as frozen values."""

from datetime import datetime

import msgspec

from chalicelib.store.records import Record


class ArticleText(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """An article in one language: plain text. `keywords` are further words customers use for it."""

    title: str
    body: str
    keywords: tuple[str, ...] = ()


class Article(Record, frozen=True, kw_only=True):
    """A frequent question and its answer, by language ("tr", "en"). Only a `published` one is found
    by customers. `category` is what it is about, as the playbook names it; `version` counts from 1
    and every one of them is kept."""

    id: str
    texts: dict[str, ArticleText]
    updated_at: datetime
    updated_by: str = ""
    category: str | None = None
    published: bool = True
    version: int = 0


class Votes(msgspec.Struct, frozen=True, kw_only=True):
    """How many readers of the page said that an article helped, and that it did not."""

    helpful: int = 0
    not_helpful: int = 0

    def __add__(self, other: "Votes") -> "Votes":
        return Votes(
            helpful=self.helpful + other.helpful, not_helpful=self.not_helpful + other.not_helpful
        )


class VersionVotes(Votes, frozen=True, kw_only=True):
    """Those of one version in one language; `day` ("2026-11-20") if of that day alone."""

    version: int
    language: str
    day: str | None = None


class Contacted(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A conversation in which a customer asked about something, and when they first did."""

    conversation_id: str
    at: datetime
