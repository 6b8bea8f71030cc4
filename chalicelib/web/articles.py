"""Staff API: articles – write, read, take back. What readers say of them is in `article_votes`."""

import msgspec

from chalicelib.errors import InvalidRequest, NotFound
from chalicelib.selfservice.articles import MOST_ARTICLES, check_category, check_id, checked
from chalicelib.store import article_votes, articles
from chalicelib.store.article_records import Article
from chalicelib.web.article_views import (
    ArticlePage,
    ArticleRequest,
    ArticleView,
    ArticleWithVotes,
)
from chalicelib.web.article_votes import least_helpful, viewed
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint, Parameter


def list_articles(call: Call) -> ArticlePage:
    """Articles by id; with `sort=least_helpful` those that customers find, of which it is surest
    that they help few, before all others: what to rewrite first."""
    sort = call.query.get("sort", "id")
    if sort == "least_helpful":
        return least_helpful(call)
    if sort != "id":
        raise InvalidRequest(f"sort: there is no {sort[:20]!r}: write id or least_helpful")
    page, cursor = articles.listed(limit=call.limit, after=call.cursor)
    return ArticlePage(articles=viewed(page), next_cursor=cursor)


def put_article(call: Call) -> ArticleView:
    """Write an article, or its next version. Customers find it within half a minute; the same once
    more changes nothing."""
    name, wanted = call.path["article_id"], call.body
    assert isinstance(wanted, ArticleRequest)
    check_id(name)
    triage = call.wiring.playbook.triage
    check_category(wanted.category, [one.id for one in triage.categories] if triage else ())
    texts = checked(wanted.texts)
    present = articles.find([name]).get(name)
    if present is None and articles.count(MOST_ARTICLES) >= MOST_ARTICLES:
        raise InvalidRequest(f"there are {MOST_ARTICLES} articles, as many as can be searched")
    article = Article(
        id=name,
        texts=texts,
        category=wanted.category,
        published=wanted.published,
        updated_at=call.wiring.clock(),
        updated_by=call.key.name,
    )
    return viewed([_kept(article, present)])[0]


def get_article(call: Call) -> ArticleWithVotes:
    article = articles.get(call.path["article_id"])
    return ArticleWithVotes.with_votes(article, article_votes.by_version(article.id))


def unpublish_article(call: Call) -> ArticleView:
    """Take an article back: customers find it no more. Its versions stay, and PUT brings it
    back."""
    present = articles.get(call.path["article_id"])
    taken = msgspec.structs.replace(
        present, published=False, updated_at=call.wiring.clock(), updated_by=call.key.name
    )
    return viewed([_kept(taken, present)])[0]


def list_versions(call: Call) -> ArticlePage:
    name, cursor = call.path["article_id"], call.cursor
    if cursor and not (cursor.isdecimal() and len(cursor) <= 6):
        raise InvalidRequest("cursor must be the `next_cursor` of the page before")
    found, after = articles.versions(name, limit=call.limit, before=cursor)
    if not found and not cursor:
        raise NotFound(f"no article {name}: GET /v1/articles lists them")
    return ArticlePage(articles=viewed(found), next_cursor=after)


def _kept(article: Article, present: Article | None) -> Article:
    """The article as it is kept now: as a new version, unless it says what the last one does."""
    known = present.version if present else 0
    told = ("texts", "category", "published")
    if present and all(getattr(present, name) == getattr(article, name) for name in told):
        return present
    wanted = msgspec.structs.replace(article, version=known + 1)
    articles.put(wanted, known=known)
    return wanted


SORT = Parameter(
    name="sort",
    meaning="`id`, or `least_helpful`: what to rewrite first",
    schema={"type": "string", "enum": ["id", "least_helpful"], "default": "id"},
)

ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/articles",
        scope="articles:read",
        summary="Articles, by id",
        handle=list_articles,
        returns=ArticlePage,
        query=(LIMIT, CURSOR, SORT),
    ),
    Endpoint(
        method="PUT",
        path="/v1/articles/{article_id}",
        scope="articles:write",
        summary="Write an article",
        handle=put_article,
        returns=ArticleView,
        body=ArticleRequest,
    ),
    Endpoint(
        method="GET",
        path="/v1/articles/{article_id}",
        scope="articles:read",
        summary="One article",
        handle=get_article,
        returns=ArticleWithVotes,
    ),
    Endpoint(
        method="DELETE",
        path="/v1/articles/{article_id}",
        scope="articles:write",
        summary="Take an article back from the public",
        handle=unpublish_article,
        returns=ArticleView,
    ),
    Endpoint(
        method="GET",
        path="/v1/articles/{article_id}/versions",
        scope="articles:read",
        summary="Every version of an article, the latest first",
        handle=list_versions,
        returns=ArticlePage,
        query=(LIMIT, CURSOR),
    ),
)
