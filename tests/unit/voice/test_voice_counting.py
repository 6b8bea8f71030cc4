"""Contacts as issues: counted once, in whatever order and however often news of them come."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Contention
from chalicelib.store import kpi_counters
from chalicelib.store.table import Refused
from chalicelib.voice.counting import Counting
from chalicelib.voice.facts import Cell, Facts, Mark, Place, joined

ISTANBUL = ZoneInfo("Europe/Istanbul")
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


@dataclass
class Memory:
    """Counters, cards and lists in memory, with the promises of the real ones. The first
    `meetings` writes meet another writer."""

    meetings: int = 0
    kept: dict[str, tuple[dict[str, Any], int]] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    lists: dict[str, tuple[str, str]] = field(default_factory=dict)

    def commit(self, write: kpi_counters.Write) -> bool:
        if self.meetings:
            self.meetings -= 1
            raise Refused([])
        assert write.card is not None
        document, version = write.card
        known = self.kept.get(write.subject)
        if (known[1] if known else None) != version:
            raise Refused([])
        self.kept[write.subject] = (document, (version or 0) + 1)
        for (day, _part, counter), n in write.counts.items():
            self.counts[day, counter] += n
        for listed in write.rows.values():
            if listed is None:
                self.lists.pop(write.subject, None)
            else:
                self.lists[write.subject] = listed
        return True

    def cards(self, subjects: Iterable[str]) -> dict[str, tuple[dict[str, Any], int]]:
        return {name: self.kept[name] for name in subjects if name in self.kept}

    @property
    def now(self) -> dict[tuple[str, Cell], int]:
        return {(day, Cell.parse(name)): n for (day, name), n in self.counts.items() if n}


def message(minute: int, category: str | None = None, **more: Any) -> Facts:
    at, name = MONDAY + timedelta(minutes=minute), f"whatsapp:1:m{minute}"
    return Facts(
        first=Mark(at=at, id=name, what=more.pop("channel", "whatsapp")),
        triaged=Mark(at=at, id=name, what=category) if category else None,
        **more,
    )


def correction(minute: int, category: str) -> Facts:
    at = MONDAY + timedelta(minutes=minute)
    return Facts(staff=Mark(at=at, id=f"evt{minute}", what=category))


def learned(*news: Facts, subject: str = "cnv_1") -> Memory:
    memory = Memory()
    for one in news:
        Counting(zone=ISTANBUL, counters=memory).learn(subject, one)
    return memory


def cell(category: str, **more: Any) -> Cell:
    usual: dict[str, Any] = {"severity": "info", "channel": "whatsapp", "product": "-"}
    return Cell(category=category, **{**usual, **more})


def test_many_messages_of_one_conversation_are_one_contact() -> None:
    memory = learned(message(0, "return"), message(1), message(2, "return"))
    assert memory.now == {("2026-11-23", cell("return")): 1}


def test_the_last_category_and_the_gravest_severity_count() -> None:
    memory = learned(
        message(0, "return", severity="critical"), message(5, "billing", severity="info")
    )
    assert memory.now == {("2026-11-23", cell("billing", severity="critical")): 1}


def test_a_correction_moves_the_count() -> None:
    memory = learned(message(0, "return"), correction(9, "warranty"), message(20, "billing"))
    assert memory.now == {("2026-11-23", cell("warranty")): 1}
    (place,) = memory.lists.values()
    assert place[0] == "VOICE#warranty#info"
    found = Place.parse(place[1])
    assert (found.at, found.subject) == (MONDAY, "cnv_1")
    assert found.message_key == "whatsapp:1:m20"


def test_the_day_is_the_brands_own() -> None:
    late = MONDAY.replace(hour=22)
    facts = Facts(first=Mark(at=late, id="m", what="telegram"))
    assert learned(facts).now == {("2026-11-24", cell("-", channel="telegram")): 1}


def test_a_message_that_comes_late_moves_the_contact_to_its_own_day() -> None:
    memory = learned(message(0, "return"), message(-60 * 24, channel="email"))
    assert memory.now == {("2026-11-22", cell("return", channel="email")): 1}


def test_a_review_that_became_a_good_one_counts_no_more() -> None:
    bad = message(0, "quality", version=1, channel="review")
    memory = learned(bad, Facts(version=2), bad)
    assert memory.now == {}
    assert memory.lists == {}


def test_who_meets_another_writer_tries_again() -> None:
    memory = Memory(meetings=3)
    Counting(zone=ISTANBUL, counters=memory).learn("cnv_1", message(0, "return"))
    assert memory.now == {("2026-11-23", cell("return")): 1}
    with pytest.raises(Contention, match="cnv_1"):
        Counting(zone=ISTANBUL, counters=Memory(meetings=99)).learn("cnv_1", message(0))


def test_names_with_any_sign_come_back_from_counters_and_places() -> None:
    odd = cell("a|b#c", channel="ş%/", product="shopify:x#1|2")
    assert Cell.parse(odd.counter) == odd
    place = Place(at=MONDAY, subject="a#b", channel="c|d", product="-", message_key="x:#:y")
    assert Place.parse(place.text) == place


def test_a_message_whose_name_is_too_long_for_a_list_is_left_out_of_it() -> None:
    place = Place(
        at=MONDAY, subject="cnv_1", channel="email", product="ş" * 400, message_key="ğ" * 400
    )
    assert len(place.text.encode()) <= 1024
    found = Place.parse(place.text)
    assert (found.subject, found.channel, found.message_key) == ("cnv_1", "email", "")


CATEGORIES = st.sampled_from(["return", "billing", "delivery"])
NEWS = st.one_of(
    st.builds(
        message,
        st.integers(-2000, 2000),
        st.none() | CATEGORIES,
        severity=st.sampled_from(["info", "warning", "critical"]),
        channel=st.sampled_from(["whatsapp", "email"]),
    ),
    st.builds(correction, st.integers(0, 50), CATEGORIES),
)


@given(data=st.data(), news=st.lists(NEWS, min_size=1, max_size=8))
def test_any_order_and_any_repeats_count_the_same(data: st.DataObject, news: list[Facts]) -> None:
    # One message or correction says one thing: its id tells what.
    said: dict[tuple[str | None, str | None], Facts] = {}
    for one in news:
        said.setdefault(
            (one.first.id if one.first else None, one.staff.id if one.staff else None), one
        )
    once = list(said.values())
    again = data.draw(st.permutations(once + data.draw(st.lists(st.sampled_from(once)))))
    first, second = learned(*once), learned(*again)
    assert first.now == second.now
    assert sum(first.now.values()) == 1
    assert first.lists == second.lists


@given(NEWS, NEWS, NEWS)
def test_facts_join_in_any_way(a: Facts, b: Facts, c: Facts) -> None:
    assert joined(a, a) == a
    assert joined(joined(a, b), c) == joined(a, joined(b, c))
    assert joined(a, b) == joined(b, a)
