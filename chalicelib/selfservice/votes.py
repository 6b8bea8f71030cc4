"""What readers' votes tell of articles: the share that was helped, how sure it is, and which to
rewrite first. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from chalicelib import ids
from chalicelib.intervals import wilson
from chalicelib.store.article_records import Article, Votes

GOOD_FOR = timedelta(hours=4)
"""How long a page may be open before its ballot ends."""


class Ballot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The right to say once whether an article helped, in the version and language that was shown;
    `until` in Unix seconds. It says nothing of who has it."""

    ballot: str
    article_id: str
    version: int
    language: str
    until: int


def ballot_for(article: Article, language: str, now: datetime) -> Ballot:
    """A new one."""
    return Ballot(
        ballot=ids.new_id("bal"),
        article_id=article.id,
        version=article.version,
        language=language,
        until=int((now + GOOD_FOR).timestamp()),
    )


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """The share of readers who were helped, and the bounds it lies between with 95 %."""

    value: float
    low: float
    high: float


def share(votes: Votes) -> Share | None:
    """None where nobody has said anything."""
    total = votes.helpful + votes.not_helpful
    if not total:
        return None
    low, high = wilson(votes.helpful, total)
    return Share(value=round(votes.helpful / total, 4), low=round(low, 4), high=round(high, 4))


def to_rewrite_first(articles: Iterable[Article], votes: Mapping[str, Votes]) -> list[Article]:
    """The articles (their votes by id), those first that are surest to be of little help: by the
    upper bound of the share, so that nine "no" of ten come before one of one; then by how many
    they did not help. Articles of which nobody has said anything come last."""

    def place(article: Article) -> tuple[float, int, str]:
        counted = votes.get(article.id, Votes())
        known = share(counted)
        return (known.high if known else 2.0, -counted.not_helpful, article.id)

    return sorted(articles, key=place)
