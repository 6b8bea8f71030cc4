"""The playbook's part of self-service: mistakes are named with line and fix."""

import pytest

from chalicelib.errors import PlaybookError
from chalicelib.playbook import PATH, parse

TEXT = PATH.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        ("confident = 0.62", "confident = 0.2", "close must not be more than confident"),
        ("confident = 0.62", "confident = 1.5", "<= 1.0"),
        ("repeats = 3", "repeats = 1", ">= 2"),
        ('tr = "{title}\\n\\n{body}', 'tr = "{title}', "write {body} where it goes"),
        ("{name}? Just write its number.\\n{options}", "?", "write {options} where it goes"),
        ("Did this help? 1: {yes}", "Did this help? 1: {ja}", "{ja} is not known here"),
        ('tr = "Hayır"', 'tr = "Evet"', "it says the same as yes"),
        ('en = "Yes"', 'en = "Yes, it helped me very much"', "1 to 20 characters"),
        ("greeting_wait", "greetings_wait", "greetings_wait"),
    ],
)
def test_a_mistake_is_named_with_its_fix(old: str, new: str, fix: str) -> None:
    assert TEXT.count(old) >= 1
    with pytest.raises(PlaybookError, match=r"line \d+") as refused:
        parse(TEXT.replace(old, new, 1), "prod")
    assert fix in str(refused.value)


def test_without_it_the_playbook_holds() -> None:
    start, end = TEXT.index("[self_service]\n"), TEXT.index("# Device rules, for devices")
    assert parse(TEXT[:start] + TEXT[end:], "prod").self_service is None
