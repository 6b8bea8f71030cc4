"""Statuses only advance, in whatever order and how often they come."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.store.statuses import LADDER, STATUSES, effective

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

told = st.lists(st.tuples(st.sampled_from(STATUSES), st.integers(0, 5)), max_size=12)


def kept(news: list[tuple[str, int]]) -> dict[str, datetime]:
    """What is left of the news: of each status the latest moment, as the store keeps it."""
    found: dict[str, datetime] = {}
    for status, minute in news:
        at = AT + timedelta(minutes=minute)
        found[status] = max(found.get(status, at), at)
    return found


def status(*news: tuple[str, int], base: str | None = "sent") -> str | None:
    return effective(base, kept(list(news)))


@given(told, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_what_counts(
    news: list[tuple[str, int]], random: object
) -> None:
    shuffled = sorted(news * 2, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert effective("sent", kept(shuffled)) == effective("sent", kept(news))


@given(told, st.tuples(st.sampled_from(LADDER), st.integers(0, 5)))
def test_one_more_step_never_leads_back(news: list[tuple[str, int]], more: tuple[str, int]) -> None:
    before, after = status(*news), status(*news, more)
    if before != "failed" and after != "failed":
        assert LADDER.index(after or "") >= LADDER.index(before or "")
    assert not (before != "failed" and after == "failed")


@pytest.mark.parametrize(
    ("news", "counts"),
    [
        ([], "sent"),
        ([("delivered", 1)], "delivered"),
        ([("read", 2), ("delivered", 3)], "read"),
        ([("queued", 5)], "sent"),
        ([("failed", 1)], "failed"),
        ([("failed", 1), ("sent", 2)], "failed"),
        ([("failed", 1), ("delivered", 2)], "delivered"),
        ([("failed", 2), ("delivered", 1)], "failed"),
        ([("failed", 1), ("read", 1)], "read"),
        ([("failed", 1), ("clicked", 2)], "read"),
        ([("failed", 1), ("complained", 2)], "delivered"),
    ],
)
def test_failed_is_final_unless_a_delivery_since_is_proven(
    news: list[tuple[str, int]], counts: str
) -> None:
    assert status(*news) == counts


def test_a_click_proves_that_it_was_read_and_a_complaint_that_it_arrived() -> None:
    assert status(("clicked", 2)) == "read"
    assert status(("complained", 2)) == "delivered"
    assert status(("read", 1), ("complained", 2)) == "read"


def test_what_nobody_could_know_is_known_once_the_platform_tells() -> None:
    assert status(base="uncertain") == "uncertain"
    assert status(("delivered", 1), base="uncertain") == "delivered"


def test_without_a_record_of_its_own_a_message_is_what_the_platform_says() -> None:
    assert status(base=None) is None
    assert status(("sent", 1), base=None) == "sent"
