"""The playbook's `[voice]`."""

import pytest

from chalicelib.errors import PlaybookError
from chalicelib.playbook import PATH, parse

TEXT = PATH.read_text(encoding="utf-8")
SECTION = "[voice]\nseverity = { info = 1, warning = 3, critical = 9 }\n"


def with_voice(section: str) -> str:
    assert SECTION in TEXT
    return TEXT.replace(SECTION, section)


def test_without_the_section_the_usual_weights_hold() -> None:
    assert parse(with_voice(""), "prod").voice == parse(TEXT, "prod").voice


def test_a_category_can_weigh_more() -> None:
    voice = parse(with_voice("[voice]\nnature = { warranty = 4 }\n"), "prod").voice
    assert voice.nature == {"warranty": 4}
    assert voice.severity.critical == 9


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ("nature = { waranty = 4 }", "'waranty' is no category"),
        ("nature = { warranty = 0 }", "voice.nature"),
        ("severity = { minor = 1 }", "minor"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_fix(section: str, says: str) -> None:
    with pytest.raises(PlaybookError, match=r"line [0-9]+") as told:
        parse(with_voice(f"[voice]\n{section}\n"), "prod")
    assert says in str(told.value)
