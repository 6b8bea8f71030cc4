"""Which lines of a timeline are searched, as what, and by which words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.search.sources import source, text_of, words_of
from chalicelib.store.records import Entry


def line(kind: str = "message", direction: str = "none", **details: Any) -> Entry:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    return Entry(key="k", at=at, kind=kind, direction=direction, text="mavi conta", details=details)


@pytest.mark.parametrize(
    ("entry", "found_in"),
    [
        (line(direction="in"), "message"),
        (line(direction="in", automatic="away"), None),
        (line(direction="out", by="echo", type="image"), "reply"),
        (line(direction="out", notification_id="ntf_1", type="reply"), "reply"),
        (line(direction="out", notification_id="ntf_1", type="greeting"), None),
        (line(direction="out", notification_id="ntf_1", type="article"), None),
        (line(direction="out", notification_id="ntf_1", type="campaign"), None),
        (line("notice", notification_id="ntf_1", type="team"), None),
        (line("note", by="Deniz"), "note"),
        (line("conversation", change="labelled", labels=["iade"]), "label"),
        (line("conversation", change="resolved"), None),
        (line("edit", "in"), None),
    ],
)
def test_what_people_wrote_is_searched_and_what_temas_writes_by_itself_is_not(
    entry: Entry, found_in: str | None
) -> None:
    assert source(entry) == found_in
    assert bool(words_of(entry)) == (found_in is not None)


def test_subjects_and_labels_are_words_as_well() -> None:
    assert set(words_of(line(direction="in", subject="Çaydanlık"))) == {
        "caydanlik", "mavi", "conta",
    }  # fmt: skip
    labelled = line("conversation", change="labelled", labels=["Geri çağırma", "iade"])
    assert {"geri", "cagirma", "iade"} <= set(words_of(labelled))


def test_of_what_was_erased_or_taken_back_there_are_none() -> None:
    assert words_of(None) == ()
    gone = Entry(
        key="k",
        at=datetime(2026, 11, 24, tzinfo=UTC),
        kind="message",
        direction="in",
        details={"deleted": True},
    )
    assert (text_of(gone).strip(), words_of(gone)) == ("", ())
