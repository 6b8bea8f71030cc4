"""Ballots: whoever opens an answer may say once whether it helped. A ballot is signed by the stage,
holds nothing of its holder, and is good for some hours, one article, and one word.

A page that holds ballots is kept by no cache: two readers with one ballot would have one word.
"""

from datetime import UTC, datetime

import msgspec

from chalicelib.errors import ConfigurationError, Forbidden, Unavailable
from chalicelib.selfservice.votes import Ballot, ballot_for
from chalicelib.store import article_votes
from chalicelib.store.article_records import Article
from chalicelib.wiring import Wiring


def handed_out(wiring: Wiring, article: Article, language: str) -> str | None:
    """A new ballot, signed; None while the stage can't sign: reading goes on without it."""
    try:
        links = wiring.links
    except (ConfigurationError, Unavailable) as error:
        wiring.logger.warning("answers are shown without ballots", reason=str(error))
        return None
    return links.seal(msgspec.json.encode(ballot_for(article, language, wiring.clock())))


def read(wiring: Wiring, text: str, article_id: str) -> Ballot:
    """The ballot, if it is ours, for this article, and not over. Raises Forbidden."""
    try:
        ballot = msgspec.json.decode(wiring.links.unseal(text), type=Ballot)
    except msgspec.DecodeError as error:
        raise Forbidden("this ballot is something else") from error
    if ballot.article_id != article_id or ballot.until < wiring.clock().timestamp():
        raise Forbidden("this ballot is not valid any more: open the answer again for a new one")
    return ballot


def cast(wiring: Wiring, ballot: Ballot, *, helped: bool) -> article_votes.Cast:
    """Count what its holder says, once. Raises Unavailable."""
    assert wiring.table
    return article_votes.cast(
        article_votes.Vote(
            article_id=ballot.article_id,
            version=ballot.version,
            language=ballot.language,
            helped=helped,
            ballot=ballot.ballot,
            until=datetime.fromtimestamp(ballot.until, UTC),
            at=wiring.clock().astimezone(wiring.playbook.brand.zone),
        )
    )
