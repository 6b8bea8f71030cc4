"""Staff API: which articles would answer a question, and what would be done about it."""

from chalicelib.errors import InvalidRequest
from chalicelib.playbook_values import LOCALES
from chalicelib.selfservice.deciding import Answer, Facts, HandOff, Offer, Thresholds, decide
from chalicelib.selfservice.either_language import OTHER, in_both
from chalicelib.web.article_views import FoundView, SearchRequest, SearchView
from chalicelib.web.endpoints import Call, Endpoint

MOST_FOUND = 10
LONGEST_QUESTION = 2_000


def search_articles(call: Call) -> SearchView:
    """Which articles have to do with a question, how certainly, and what would be done about it. It
    may show what was published half a minute ago."""
    asked, playbook = call.body, call.wiring.playbook
    assert isinstance(asked, SearchRequest)
    wanted = asked.language or playbook.brand.default_locale
    language = next((one for one in LOCALES if one == wanted), None)
    if language is None:
        raise InvalidRequest(f"language: write one of {', '.join(LOCALES)}")
    if not asked.question.strip() or len(asked.question) > LONGEST_QUESTION:
        raise InvalidRequest(f"question: write 1 to {LONGEST_QUESTION} characters")
    index, rules = call.wiring.library.index, playbook.self_service
    sure = 1.0 if asked.category else 0.0
    enough = rules.close if rules else 0.0
    found, elsewhere = in_both(
        index, asked.question, language, enough=enough, category=asked.category, sure=sure
    )
    facts = Facts(
        found=found,
        elsewhere=elsewhere,
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
                language=spoken,
                title=index.articles[one.article_id].texts[spoken].title,
                certainty=round(one.certainty, 3),
                words=one.words,
            )
            for spoken, rated in ((language, found), (OTHER[language], elsewhere))
            for one in rated
        ][:MOST_FOUND],
    )


_DOES = {Answer: "answer", Offer: "offer", HandOff: "hand_off"}


ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/v1/articles/search",
        scope="articles:read",
        summary="Which articles would answer a question",
        handle=search_articles,
        returns=SearchView,
        body=SearchRequest,
    ),
)
