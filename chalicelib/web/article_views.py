"""Staff API: what staff see of articles, and what they write."""

from datetime import datetime

import msgspec

from chalicelib.store.article_records import Article, ArticleText
from chalicelib.web.views import View


class ArticleRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article by language ("tr", "en"), as plain text; `category` is one of the playbook's."""

    texts: dict[str, ArticleText]
    category: str | None = None
    published: bool = True


class SearchRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question as a customer might ask it. Without a language it is the brand's."""

    question: str
    language: str | None = None
    category: str | None = None


class ArticleView(View, frozen=True, kw_only=True, omit_defaults=False):
    id: str
    texts: dict[str, ArticleText]
    category: str | None
    published: bool
    version: int
    updated_at: datetime
    updated_by: str

    @classmethod
    def of(cls, article: Article) -> "ArticleView":
        return cls(**{name: getattr(article, name) for name in cls.__struct_fields__})


class ArticlePage(View, frozen=True, kw_only=True):
    articles: list[ArticleView]
    next_cursor: str | None = None


class FoundView(View, frozen=True, kw_only=True):
    """An article that has to do with the question: how certain it is (0 to 1) that it answers, and
    which words, as they are in the index, led there."""

    id: str
    title: str
    certainty: float
    words: tuple[str, ...]


class SearchView(View, frozen=True, kw_only=True):
    """What self-service would do: answer, offer, wait or hand_off, and why a person would have
    to."""

    does: str
    found: list[FoundView]
    reason: str | None = None
