"""What readers' votes tell: a share within bounds, and what to rewrite first."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.selfservice.votes import Share, share, to_rewrite_first
from chalicelib.store.article_records import Votes
from tests.support.articles import article

COUNTS = st.builds(Votes, helpful=st.integers(0, 10_000), not_helpful=st.integers(0, 10_000))


def test_nothing_said_is_no_share() -> None:
    assert share(Votes()) is None


def test_a_share_comes_with_the_bounds_it_lies_between() -> None:
    assert share(Votes(helpful=8, not_helpful=2)) == Share(value=0.8, low=0.4902, high=0.9433)


@given(COUNTS)
def test_a_share_lies_between_its_bounds(votes: Votes) -> None:
    known = share(votes)
    if known:
        assert 0 <= known.low <= known.value <= known.high <= 1


@given(st.dictionaries(st.sampled_from("abcdefgh"), COUNTS))
def test_the_order_is_the_same_however_the_articles_come(votes: dict[str, Votes]) -> None:
    names = list("abcdefgh")
    order = [one.id for one in to_rewrite_first([article(name) for name in names], votes)]
    names.reverse()
    assert [one.id for one in to_rewrite_first(map(article, names), votes)] == order
    told = [share(votes[name]) for name in order if share(votes.get(name, Votes()))]
    assert [one.high for one in told if one] == sorted(one.high for one in told if one)
    assert set(order[len(told) :]) == {
        name for name in names if share(votes.get(name, Votes())) is None
    }
