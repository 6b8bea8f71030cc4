"""What readers of the page said of articles: counted by version and language, in all and by day.

Of who votes nothing is kept: one vote is a ballot's number, which is forgotten with it, and ones
added to counters. What nobody known can do without end is bounded for each article and version.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.errors import Contention
from chalicelib.store import keys
from chalicelib.store.article_records import VersionVotes, Votes
from chalicelib.store.models_selfservice import BallotItem, VotesItem
from chalicelib.store.table import Refused, Transaction, get_many, translated

MOST_AN_HOUR = 40
MOST_A_DAY = 240
"""Votes of an article's version in one language that are counted. So many tell the share to within
6 % a day; more would tell little, and a loop that sends them would drown everybody else's."""

DAYS_KEPT = timedelta(days=400)
MOST_VERSIONS = 20
"""The latest versions that are told of."""

_TRIES = 4

Cast = Literal["counted", "again", "full"]
"""`again`: this ballot was cast before. `full`: so many are not counted."""


@dataclass(frozen=True, kw_only=True)
class Vote:
    """One reader's word on what they read. `ballot` is the number of the ballot, which ends at
    `until`; `at` is the moment in the brand's own time, whose day and hour count."""

    article_id: str
    version: int
    language: str
    helped: bool
    ballot: str
    until: datetime
    at: datetime


def cast(vote: Vote) -> Cast:
    """Count a vote, once: one transaction of three small items. Raises Contention if others were
    in the way again and again (then repeat), Unavailable."""
    for _ in range(_TRIES):
        try:
            _counting(vote).commit()
        except Refused as refused:
            failed = {one.tag for one in refused.refusals if one.condition_failed}
            if failed:
                return "again" if "ballot" in failed else "full"
        else:
            return "counted"
    raise Contention(f"article {vote.article_id} is being voted on: repeat the call")


def _counting(vote: Vote) -> Transaction:
    what = "helpful" if vote.helped else "not_helpful"
    place = (vote.version, vote.language)
    transaction = Transaction()
    ballot = BallotItem(*keys.ballot(vote.ballot))
    ballot.expires_at = int((vote.until + timedelta(days=1)).timestamp())
    transaction.put("ballot", ballot, BallotItem.pk.does_not_exist())
    one_more = Path([what]).add(1)
    kind = VotesItem.type.set(VotesItem)
    total = VotesItem(*keys.article_votes(vote.article_id, *place))
    transaction.update("total", total, [kind, one_more])
    hour, expires = Path([f"hour_{vote.at:%H}"]), int((vote.at + DAYS_KEPT).timestamp())
    counting: list[Action] = [
        kind,
        VotesItem.expires_at.set(expires),
        one_more,
        hour.add(1),
        VotesItem.votes.add(1),
    ]
    room = (VotesItem.votes.does_not_exist() | (VotesItem.votes < MOST_A_DAY)) & (
        hour.does_not_exist() | (hour < MOST_AN_HOUR)
    )
    day = keys.article_votes_of_day(vote.article_id, f"{vote.at:%Y-%m-%d}", *place)
    transaction.update("day", VotesItem(*day), counting, room)
    return transaction


def of_versions(wanted: Iterable[tuple[str, int, str]]) -> dict[tuple[str, int], Votes]:
    """The votes of these (article, version, language), languages together, by article and version;
    one request for up to 100. Versions without votes have none."""
    names = {keys.article_votes(*one): one for one in wanted}
    found: dict[tuple[str, int], Votes] = {one[:2]: Votes() for one in names.values()}
    for key, row in get_many(names, consistent=False).items():
        if isinstance(row, VotesItem):
            found[names[key][:2]] += _votes(row)
    return found


def by_version(article_id: str) -> list[VersionVotes]:
    """The votes of the latest versions that have any, by language, the latest first."""
    return _read(article_id, "H#", most=MOST_VERSIONS * 2)[0]


def by_day(
    article_id: str, *, limit: int, before: str | None = None
) -> tuple[list[VersionVotes], str | None]:
    """The votes by day, version and language, the latest first, and the cursor of the next page."""
    return _read(article_id, "HD#", most=limit, before=before)


def _read(
    article_id: str, prefix: str, *, most: int, before: str | None = None
) -> tuple[list[VersionVotes], str | None]:
    pk, _ = keys.article(article_id)
    last = f"{prefix}{before}" if before else f"{prefix}~"
    with translated():
        between = VotesItem.sk.between(prefix, last)
        some = most + bool(before)
        rows = VotesItem.query(
            pk, between, scan_index_forward=False, limit=some, page_size=some, consistent_read=False
        )
        found = [row for row in rows if row.sk != last][:most]
    cursor = found[-1].sk.removeprefix(prefix) if len(found) == most else None
    return [_version(row, prefix) for row in found], cursor


def _version(row: VotesItem, prefix: str) -> VersionVotes:
    *day, version, language = row.sk.removeprefix(prefix).split("#")
    counted = _votes(row)
    return VersionVotes(
        helpful=counted.helpful,
        not_helpful=counted.not_helpful,
        version=int(version),
        language=language,
        day=day[0] if day else None,
    )


def _votes(row: VotesItem) -> Votes:
    return Votes(helpful=int(row.helpful or 0), not_helpful=int(row.not_helpful or 0))
