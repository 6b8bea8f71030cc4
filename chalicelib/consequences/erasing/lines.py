"""The timeline of an erased customer, and what its lines are about: files, conversations, reviews,
words that are searched."""

from collections.abc import Sequence

from chalicelib.consequences.erasing.cases import take_cases
from chalicelib.consequences.erasing.reviews import take_reviews
from chalicelib.consequences.erasing.taking import AT_ONCE, PAGE, SOON, Taken
from chalicelib.consequences.hands import Hands
from chalicelib.store import erasing, erasure_counts, searching
from chalicelib.store.erasure_records import Erasure
from chalicelib.store.records import Entry

MOST_CASES = 10
"""Conversations that go with one page: each takes six requests."""


def take_lines(erasure: Erasure, customer_id: str, hands: Hands) -> Taken | None:
    """A line goes last, after all that is found by it alone."""
    rows = erasing.lines(customer_id, limit=PAGE)
    if not rows:
        return None
    told = _of_few_cases(erasing.entries_of(rows))
    rows = rows[: len(told)]
    after = take_cases(erasure, _named(told), hands)
    after = take_reviews(after, [str(one.details.get("review_id") or "") for one in told], hands)
    hands.files().remove_all(told)
    _forget(told)
    after = erasure_counts.remove(after, {"entry": rows})
    # Once more: what was being indexed meanwhile.
    searching.forget_many([one.key for one in told])
    return Taken(erasure=after, rest=AT_ONCE if after != erasure else SOON)


def _of_few_cases(told: Sequence[Entry]) -> list[Entry]:
    """The first of these, about so many conversations that a page stays a second's work."""
    few: list[Entry] = []
    for one in told:
        if len({*_named(few), *_named([one])}) > MOST_CASES:
            break
        few.append(one)
    return few


def _named(told: Sequence[Entry]) -> list[str]:
    return [name for name in dict.fromkeys(one.conversation_id for one in told) if name]


def _forget(told: Sequence[Entry]) -> None:
    groups = [one for one in told if one.direction == "out" and one.details.get("group")]
    people = [key for one in groups for key in erasing.recipients_of(one.key)]
    erasing.forget(people)
    searching.forget_many([one.key for one in told])
