"""A thread as it reads: edits, deletions and reactions where they belong."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.inbox.threads import folded
from chalicelib.store.records import Entry

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def line(key: str, minute: int, kind: str = "message", **about: Any) -> Entry:
    details = {k: v for k, v in about.items() if k != "text"}
    return Entry(
        key=key,
        at=AT + timedelta(minutes=minute),
        kind=kind,
        direction="in",
        text=about.get("text"),
        details=details,
    )


MESSAGE = line("m1", 0, text="merhba", media=[{"kind": "image", "id": "1"}])
EDIT = line("e1", 1, "edit", text="merhaba", target="m1")
LATER_EDIT = line("e2", 2, "edit", text="merhaba!", target="m1")
DELETION = line("d1", 3, "deletion", target="m1")
HEART = line("r1", 4, "reaction", emoji="❤️", target="m1", by="x::1")
THUMB = line("r2", 5, "reaction", emoji="👍", target="m1", by="x::1")
TAKEN_BACK = line("r3", 6, "reaction", target="m1", by="x::1")


def test_an_edit_replaces_the_words_and_says_when() -> None:
    (read,) = folded([MESSAGE, EDIT])
    assert (read.text, read.details["edited_at"]) == ("merhaba", EDIT.at)
    assert read.details["media"] == MESSAGE.details["media"]


def test_of_two_edits_the_later_one_counts_in_whatever_order_they_are_kept() -> None:
    assert folded([LATER_EDIT, EDIT, MESSAGE])[0].text == "merhaba!"


def test_new_media_replace_the_old_and_an_edit_of_media_alone_leaves_the_words() -> None:
    media = [{"kind": "video", "id": "2"}]
    (read,) = folded([MESSAGE, line("e3", 1, "edit", target="m1", media=media)])
    assert (read.text, read.details["media"]) == ("merhba", media)


def test_a_review_that_was_changed_has_its_new_stars() -> None:
    review = line("m1", 0, text="Kötü", stars=1, url="https://x")
    (read,) = folded([review, line("e1", 1, "edit", text="İyi", target="m1", changes={"stars": 5})])
    assert (read.text, read.details["stars"], read.details["url"]) == ("İyi", 5, "https://x")


def test_what_was_taken_back_shows_neither_words_nor_files_whatever_else_is_said() -> None:
    (read,) = folded([MESSAGE, LATER_EDIT, DELETION, line("e9", 9, "edit", text="x", target="m1")])
    assert read.text is None
    assert read.details == {"deleted": True}


def test_the_last_reaction_of_each_person_stands() -> None:
    other = line("r9", 9, "reaction", emoji="😮", target="m1", by="x::2")
    (read,) = folded([MESSAGE, HEART, THUMB, other])
    assert [one["emoji"] for one in read.details["reactions"]] == ["👍", "😮"]


def test_a_reaction_taken_back_leaves_nothing() -> None:
    assert "reactions" not in folded([MESSAGE, HEART, THUMB, TAKEN_BACK])[0].details


def test_what_is_about_a_message_elsewhere_stays_a_line_of_its_own() -> None:
    assert folded([EDIT, DELETION]) == [EDIT, DELETION]


@given(st.permutations([MESSAGE, EDIT, LATER_EDIT, DELETION, HEART, THUMB, TAKEN_BACK]))
def test_the_order_in_which_they_came_does_not_matter(lines: list[Entry]) -> None:
    (read,) = folded(lines)
    assert read.details == {"deleted": True}
