"""Whom of the staff a note names."""

import pytest

from chalicelib.inbox.mentioning import LOOKED_AT, MOST, mentioned, names, unknown
from chalicelib.store.routing_records import Agent

CALLED = names(
    [
        Agent(id="ada", name="Ada Yılmaz"),
        Agent(id="ada.k", name="Ada Kaya"),
        Agent(id="isik@kahve", name="Işık Şahin"),
        Agent(id="e-5", name="Ege"),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@ada bakar mısın?", ("ada",)),
        ("@ADA'ya sor, @ada.k değil.", ("ada", "ada.k")),
        ("@Ada Kaya, sende kalsın; @Ada Yılmaz bilir.", ("ada.k", "ada")),
        ("@IŞIK ŞAHİN ve @isik@kahve birdir", ("isik@kahve",)),
        ("@Işık baksın. Sağ ol @ege!", ("isik@kahve", "e-5")),
        ("(@e-5)", ("e-5",)),
        ("@adam, @ada.com, @ada-1, @e-55, @nobody, @everyone", ()),
        ("mail: ada@ada.example, a.b@ege, @ ada, @@ada", ()),
        ("@ada @ada @ada", ("ada",)),
        ("", ()),
    ],
)
def test_an_agent_is_named_by_id_or_name(text: str, found: tuple[str, ...]) -> None:
    assert mentioned(text, CALLED) == found


def test_a_first_name_that_two_have_names_neither_but_an_id_does() -> None:
    two = names([Agent(id="a1", name="Can Ak"), Agent(id="a2", name="Can Su")])
    assert mentioned("@can @a2 @can su", two) == ("a2",)
    assert unknown(["Can Ak", "a1"], two) is None
    assert unknown(["Can Ak", "Can", "x"], two) == "Can"


def test_a_note_names_no_more_than_a_few() -> None:
    many = names([Agent(id=f"a{n}", name=f"n{n}") for n in range(50)])
    text = " ".join(f"@a{n}" for n in range(50))
    assert len(mentioned(text, many)) == MOST
    assert mentioned("@x " * LOOKED_AT + "@a1", many) == ()
