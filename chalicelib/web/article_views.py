"""Staff API: what staff see of articles, and what they write."""

from datetime import datetime
from typing import Any

import msgspec

from chalicelib.selfservice.votes import Share, share
from chalicelib.store.article_records import Article, ArticleText, VersionVotes, Votes
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
    """An article's version. `helpful` and `not_helpful`: what readers of the public page said of
    this version, in all languages; `helpful_share` (null: nobody has said anything) with the bounds
    it lies between with 95 %."""

    id: str
    texts: dict[str, ArticleText]
    category: str | None
    published: bool
    version: int
    updated_at: datetime
    updated_by: str
    helpful: int
    not_helpful: int
    helpful_share: Share | None

    @classmethod
    def of(cls, article: Article, votes: Votes) -> "ArticleView":
        return cls(**_told(article, votes))


class VotesView(View, frozen=True, kw_only=True, omit_defaults=False):
    """What readers said of one version in one language; `day` ("2026-11-20", the brand's own) if of
    that day alone."""

    version: int
    language: str
    helpful: int
    not_helpful: int
    helpful_share: Share | None
    day: str | None

    @classmethod
    def of(cls, votes: VersionVotes) -> "VotesView":
        return cls(
            version=votes.version,
            language=votes.language,
            helpful=votes.helpful,
            not_helpful=votes.not_helpful,
            helpful_share=share(votes),
            day=votes.day,
        )


class ArticleWithVotes(ArticleView, frozen=True, kw_only=True, omit_defaults=False):
    """An article, and what readers said of its latest versions, by language."""

    by_version: list[VotesView]

    @classmethod
    def with_votes(cls, article: Article, votes: list[VersionVotes]) -> "ArticleWithVotes":
        present = sum((one for one in votes if one.version == article.version), Votes())
        return cls(**_told(article, present), by_version=[VotesView.of(one) for one in votes])


class VotesPage(View, frozen=True, kw_only=True):
    votes: list[VotesView]
    next_cursor: str | None = None


def _told(article: Article, votes: Votes) -> dict[str, Any]:
    names = set(ArticleView.__struct_fields__) & set(Article.__struct_fields__)
    return {name: getattr(article, name) for name in names} | {
        "helpful": votes.helpful,
        "not_helpful": votes.not_helpful,
        "helpful_share": share(votes),
    }


class ArticlePage(View, frozen=True, kw_only=True):
    articles: list[ArticleView]
    next_cursor: str | None = None


class FoundView(View, frozen=True, kw_only=True):
    """An article that has to do with the question: how certain it is (0 to 1) that it answers, and
    which words, as they are in the index of `language`, led there. Where nothing is close in the
    question's language, articles of the other follow, which are at most offered."""

    id: str
    language: str
    title: str
    certainty: float
    words: tuple[str, ...]


class SearchView(View, frozen=True, kw_only=True):
    """What self-service would do: answer, offer, wait or hand_off, and why a person would have
    to."""

    does: str
    found: list[FoundView]
    reason: str | None = None
