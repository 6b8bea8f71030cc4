"""Who is unhappy: the last word counts, in whatever order words come in."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Contention
from chalicelib.store.moods import Kept
from chalicelib.voice.caring import Caring, mood_of
from chalicelib.voice.moods import KEPT, Feeling, Mood, Sign, cared, felt, of_family, of_score

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def sign(minute: int, feeling: Feeling = "bad", source: str = "", **more: Any) -> Sign:
    at = NOW + timedelta(minutes=minute)
    return Sign(at=at, source=source or f"s{minute}", kind="survey", feeling=feeling, **more)


def test_a_bad_word_makes_unhappy_until_a_later_one_is_good() -> None:
    mood = felt(Mood(), sign(1))
    assert mood.unhappy == sign(1)
    assert felt(mood, sign(2, "neutral")).unhappy == sign(1)
    assert felt(mood, sign(0, "good")).unhappy == sign(1)
    assert felt(mood, sign(2, "good")).unhappy is None
    assert felt(mood, sign(2, "good"), sign(3)).unhappy == sign(3)


def test_a_changed_answer_replaces_what_it_was() -> None:
    mood = felt(Mood(), sign(1, source="svy"), sign(5, "neutral", source="svy"))
    assert mood.unhappy is None
    assert felt(mood, sign(3, source="svy")) == mood


def test_a_changed_review_of_one_moment_counts_by_its_number() -> None:
    first, second = sign(1, source="rev", rank=1), sign(1, "good", source="rev", rank=2)
    assert felt(felt(Mood(), second), first).unhappy is None


def test_who_was_cared_for_is_listed_again_after_the_next_bad_word() -> None:
    mood = cared(felt(Mood(), sign(1)), NOW + timedelta(minutes=2), "Elif")
    assert mood.unhappy is None
    assert felt(mood, sign(3)).unhappy == sign(3)
    assert cared(mood, NOW, "Ege") == mood


def test_a_persons_ids_are_looked_at_together() -> None:
    one, other = felt(Mood(), sign(1)), felt(Mood(), sign(2, "good"))
    assert of_family([one, other]).unhappy is None
    assert of_family([one, felt(Mood(), sign(4, "neutral"))]).unhappy == sign(1)
    assert of_family([]).unhappy is None


def test_scores_are_low_high_or_between() -> None:
    assert [of_score(n, 6, 9) for n in (0, 6, 7, 8, 9)] == [
        "bad", "bad", "neutral", "neutral", "good",
    ]  # fmt: skip


def test_only_the_latest_signs_are_kept() -> None:
    mood = felt(Mood(), *(sign(n) for n in range(50)))
    assert len(mood.signs) == KEPT
    assert mood.signs[0] == sign(49)


def test_a_mood_comes_back_as_it_was_kept() -> None:
    mood = cared(felt(Mood(), sign(1, score=2, conversation_id="cnv_1")), NOW, "Elif")
    assert mood_of((msgspec.to_builtins(mood), 3)) == mood
    assert mood_of(None) == Mood()


class Memory:
    """Moods in memory; the first `meetings` writes meet another writer."""

    def __init__(self, meetings: int = 0) -> None:
        self.meetings = meetings
        self.kept: dict[str, Kept] = {}
        self.listed: dict[str, datetime] = {}

    def find_many(self, customer_ids: Iterable[str]) -> dict[str, Kept]:
        return {name: self.kept[name] for name in customer_ids if name in self.kept}

    def save(
        self,
        customer_id: str,
        document: dict[str, Any],
        version: int | None,
        unhappy_at: datetime | None,
    ) -> bool:
        if self.meetings:
            self.meetings -= 1
            return False
        self.kept[customer_id] = (document, (version or 0) + 1)
        self.listed.pop(customer_id, None)
        if unhappy_at:
            self.listed[customer_id] = unhappy_at
        return True


def test_who_meets_another_writer_tries_again() -> None:
    memory = Memory(meetings=3)
    Caring(moods=memory).feel("cus_1", sign(1))
    assert memory.listed == {"cus_1": sign(1).at}
    Caring(moods=memory).care("cus_1", NOW + timedelta(hours=1), "Elif")
    assert memory.listed == {}
    with pytest.raises(Contention, match="cus_1"):
        Caring(moods=Memory(meetings=99)).feel("cus_1", sign(1))


def test_what_is_known_already_is_not_written_again() -> None:
    memory = Memory()
    for _ in range(3):
        Caring(moods=memory).feel("cus_1", sign(1))
    assert memory.kept["cus_1"][1] == 1


SIGNS = st.lists(
    st.builds(
        sign,
        st.integers(0, 30),
        st.sampled_from(["bad", "neutral", "good"]),
        st.sampled_from([f"s{n}" for n in range(30)]),
        rank=st.integers(0, 2),
    ),
    max_size=40,
)


@given(signs=SIGNS, data=st.data())
def test_signs_in_any_order_and_twice_make_the_same_mood(
    signs: list[Sign], data: st.DataObject
) -> None:
    one, other = Mood(), Mood()
    for said in signs:
        one = felt(one, said)
    for said in data.draw(st.permutations(signs + signs[:5])):
        other = felt(other, said)
    assert one == other
