"""Staff API: what readers of the public page said of articles, and which to rewrite first."""

import re
from collections.abc import Sequence

from chalicelib.errors import InvalidRequest
from chalicelib.selfservice.votes import to_rewrite_first
from chalicelib.store import article_votes, articles
from chalicelib.store.article_records import Article, Votes
from chalicelib.web.article_views import ArticlePage, ArticleView, VotesPage, VotesView
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint

_DAY_CURSOR = re.compile(r"\d{4}-\d\d-\d\d#\d{6}#[a-z]{2}")


def list_votes(call: Call) -> VotesPage:
    """What readers of the public page said, by day, version and language."""
    name, cursor = call.path["article_id"], call.cursor
    if cursor and not _DAY_CURSOR.fullmatch(cursor):
        raise InvalidRequest("cursor must be the `next_cursor` of the page before")
    articles.get(name)
    found, after = article_votes.by_day(name, limit=call.limit, before=cursor)
    return VotesPage(votes=[VotesView.of(one) for one in found], next_cursor=after)


def viewed(found: Sequence[Article]) -> list[ArticleView]:
    votes = _votes(found)
    return [ArticleView.of(one, votes[one.id, one.version]) for one in found]


def _votes(found: Sequence[Article]) -> dict[tuple[str, int], Votes]:
    """By article and version: a request for every hundred counters, of which a version has one for
    each of its languages."""
    return article_votes.of_versions(
        (one.id, one.version, language) for one in found for language in one.texts
    )


def least_helpful(call: Call) -> ArticlePage:
    """Worked out anew for each page, of at most 500 articles: the cursor is a place."""
    cursor = call.cursor or "0"
    if not (cursor.isdecimal() and len(cursor) <= 6):
        raise InvalidRequest("cursor must be the `next_cursor` of the page before")
    found = list(call.wiring.library.index.articles.values())
    votes = {name: counted for (name, _), counted in _votes(found).items()}
    first, last = int(cursor), int(cursor) + call.limit
    order = to_rewrite_first(found, votes)
    return ArticlePage(
        articles=[ArticleView.of(one, votes[one.id]) for one in order[first:last]],
        next_cursor=str(last) if last < len(order) else None,
    )


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/articles/{article_id}/votes",
        scope="articles:read",
        summary="What readers said of an article, by day, the latest first",
        handle=list_votes,
        returns=VotesPage,
        query=(LIMIT, CURSOR),
    ),
)
