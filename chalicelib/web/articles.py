"""Staff API: articles – write, read, take back, and see which would answer a question."""

import msgspec

from chalicelib.errors import InvalidRequest, NotFound
from chalicelib.playbook_values import LOCALES
from chalicelib.selfservice.articles import MOST_ARTICLES, check_category, check_id, checked
from chalicelib.selfservice.deciding import Answer, Facts, HandOff, Offer, Thresholds, decide
from chalicelib.store import articles
from chalicelib.store.article_records import Article
from chalicelib.web.article_views import (
    ArticlePage,
    ArticleRequest,
    ArticleView,
    FoundView,
    SearchRequest,
    SearchView,
)
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint

MOST_FOUND = 10
LONGEST_QUESTION = 2_000


def list_articles(call: Call) -> ArticlePage:
    page, cursor = articles.listed(limit=call.limit, after=call.cursor)
    return ArticlePage(articles=[ArticleView.of(one) for one in page], next_cursor=cursor)


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
    return ArticleView.of(_kept(article, present))


def get_article(call: Call) -> ArticleView:
    return ArticleView.of(articles.get(call.path["article_id"]))


def unpublish_article(call: Call) -> ArticleView:
    """Take an article back: customers find it no more. Its versions stay, and PUT brings it
    back."""
    present = articles.get(call.path["article_id"])
    taken = msgspec.structs.replace(
        present, published=False, updated_at=call.wiring.clock(), updated_by=call.key.name
    )
    return ArticleView.of(_kept(taken, present))


def list_versions(call: Call) -> ArticlePage:
    name, cursor = call.path["article_id"], call.cursor
    if cursor and not (cursor.isdecimal() and len(cursor) <= 6):
        raise InvalidRequest("cursor must be the `next_cursor` of the page before")
    found, after = articles.versions(name, limit=call.limit, before=cursor)
    if not found and not cursor:
        raise NotFound(f"no article {name}: GET /v1/articles lists them")
    return ArticlePage(articles=[ArticleView.of(one) for one in found], next_cursor=after)


def search_articles(call: Call) -> SearchView:
    """Which articles have to do with a question, how certainly, and what would be done about it. It
    may show what was published half a minute ago."""
    asked, playbook = call.body, call.wiring.playbook
    assert isinstance(asked, SearchRequest)
    language = asked.language or playbook.brand.default_locale
    if language not in LOCALES:
        raise InvalidRequest(f"language: write one of {', '.join(LOCALES)}")
    if not asked.question.strip() or len(asked.question) > LONGEST_QUESTION:
        raise InvalidRequest(f"question: write 1 to {LONGEST_QUESTION} characters")
    index, rules = call.wiring.library.index, playbook.self_service
    sure = 1.0 if asked.category else 0.0
    found = index.search(asked.question, language, category=asked.category, sure=sure)
    facts = Facts(
        found=found,
        available=rules is not None,
        question=index.says_something(asked.question, language),
    )
    decision = decide(facts, Thresholds.of(rules)) if rules else HandOff(reason="off")
    return SearchView(
        does=_DOES.get(type(decision), "wait"),
        reason=decision.reason if isinstance(decision, HandOff) else None,
        found=[
            FoundView(
                id=one.article_id,
                title=index.articles[one.article_id].texts[language].title,
                certainty=round(one.certainty, 3),
                words=one.words,
            )
            for one in found[:MOST_FOUND]
        ],
    )


_DOES = {Answer: "answer", Offer: "offer", HandOff: "hand_off"}


def _kept(article: Article, present: Article | None) -> Article:
    """The article as it is kept now: as a new version, unless it says what the last one does."""
    known = present.version if present else 0
    told = ("texts", "category", "published")
    if present and all(getattr(present, name) == getattr(article, name) for name in told):
        return present
    wanted = msgspec.structs.replace(article, version=known + 1)
    articles.put(wanted, known=known)
    return wanted


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/articles",
        scope="articles:read",
        summary="Articles, by id",
        handle=list_articles,
        returns=ArticlePage,
        query=(LIMIT, CURSOR),
    ),
    Endpoint(
        method="POST",
        path="/v1/articles/search",
        scope="articles:read",
        summary="Which articles would answer a question",
        handle=search_articles,
        returns=SearchView,
        body=SearchRequest,
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
        returns=ArticleView,
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
