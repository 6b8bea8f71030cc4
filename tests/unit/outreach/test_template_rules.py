"""A brand's own templates: fit to be sent, or told what is wrong, where, and before anything is."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.outreach import compose
from chalicelib.outreach.template_rules import problems
from chalicelib.store.notification_records import TemplateChoice
from chalicelib.store.outreach_records import Content

GOOD = Content(subject="Merhaba{{ name }}", text="{{ brand }} sizi bekliyor.")


def told(text: str = "Hello", subject: str = "Hello") -> list[str]:
    content = Content(subject=subject, text=text)
    return [problem.text for problem in problems({"tr": GOOD, "en": content})]


@pytest.mark.parametrize(
    "text",
    [
        "Hello{{ name }}, {{ brand }} – {{ locale }}",
        "{% if name %}Dear{{ name|upper }}{% else %}Hello{% endif %}!",
        "{{ name|trim|default('friend', true)|title|truncate(20) }} x",
        "{% for i in range(3) %}{{ loop.index }}{% if not loop.last %}, {% endif %}{% endfor %}",
        "{% for sort in ['Brasil', 'Java'] %}{{ sort ~ '!' }}{% endfor %}",
        "{% raw %}{{ not ours }}{% endraw %}",
        "{{ 'a' if locale == 'tr' else 'b' }}",
    ],
)
def test_what_a_message_needs_is_offered(text: str) -> None:
    assert told(text) == []


def test_every_language_must_be_there_and_complete() -> None:
    assert [p.locale for p in problems({"tr": GOOD})] == ["en"]
    assert [p.locale for p in problems({})] == ["tr", "en"]
    assert [p.field for p in problems({"tr": GOOD, "en": Content(subject=" ", text="")})] == [
        "subject",
        "text",
    ]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a\n{{ nam }}", "en.text, line 2", "did you mean name?"),
        ("{{ coupon }}", "en.text, line 1", "write one of name, brand, locale"),
        ("a\n\n{% if %}", "en.text, line 3", "Expected an expression"),
        ("{{ name", "en.text, line 1", "end of print statement"),
        ("{% trans %}", "en.text, line 1", "unknown tag"),
        ("{{ ''.__class__ }}", "en.text, line 1", "a part .__class__"),
        ("{{ name.upper() }}", "en.text, line 1", "nothing can be called"),
        ("{% set a = 1 %}{{ a }}", "en.text, line 1", "set is not offered"),
        ("{% include 'x' %}", "en.text, line 1", "include is not offered"),
        ("{{ name|safe }}", "en.text, line 1", "the filter safe is not offered"),
        ("{{ name|nonsense }}", "en.text, line 1", "the filter nonsense is not offered"),
        ("{{ '%9999999d'|format(1) }}", "en.text, line 1", "the filter format"),
        ("{{ 10 ** 10 ** 10 }}", "en.text, line 1", "arithmetic"),
        ("{{ 'a' * 1000000000 }}", "en.text, line 1", "arithmetic"),
        ("{% for i in range(1000000) %}{% endfor %}x", "en.text, line 1", "range(n), n up to 100"),
        (
            "{% for a in range(9) %}{% for b in range(9) %}{% for c in range(9) %}x"
            "{% endfor %}{% endfor %}{% endfor %}",
            "en.text, line 1",
            "2 deep",
        ),
        ("x{% for a in 'b' %}{% endfor %}" * 21, "en.text, line 1", "21 loops"),
        (
            "{% for a in range(100) %}{% for b in range(100) %}" + "x" * 50 + "{% endfor %}"
            "{% endfor %}",
            "en.text, line 1",
            "more than 100000 characters",
        ),
        ("\n{{ name|first }}", "en.text, line 2", "cannot be filled in"),
        ("{{ name < 3 }}", "en.text, line 1", "cannot be filled in"),
        ("{{ " + "not " * 3000 + "1 }}", "en.text, line 1", "nested too deeply"),
        ("{{ name" + "|lower" * 500 + " }}", "en.text, line 1", "nested too deeply"),
        ("x" * 20_001, "en.text, line 1", "may have 20000"),
        ("a\x00b", "en.text, line 1", "control character"),
        ("{# only a remark #}", "en.text, line 1", "comes to nothing"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, place: str, words: str) -> None:
    first = told(text)[0]
    assert first.startswith(place)
    assert words in first


def test_a_subject_is_one_line() -> None:
    assert "one line" in told(subject="a\nBcc: x@example.com")[0]


def test_the_variables_of_an_approved_template_are_checked_too() -> None:
    choice = TemplateChoice(name="spring", language="en", variables=("{{ name }} x", "{{ nam }}"))
    content = Content(subject="a", text="b", whatsapp=choice)
    (found,) = problems({"tr": GOOD, "en": content})
    assert found.field == "whatsapp.variables.1"


def test_names_are_escaped_in_html_and_only_there() -> None:
    hostile = {"name": "<script>", "brand": "b", "locale": "en"}
    assert compose.compiled("{{ name }}", True).render(hostile) == "&lt;script&gt;"
    assert compose.compiled("{{ name }}", False).render(hostile) == "<script>"


PIECES = st.sampled_from(
    ["{{", "}}", "{%", "%}", "for i in range(100)", "endfor", "if name", "endif", "name", "'x'",
     "**", "*", "~", "|upper", "|first", "(", ")", "loop", ".index", "range", "\n", "set a = a ~ a",
     "macro m()", "endmacro", "m()", "brand", "is defined", "[0]", "else", "{#", "#}", "10"]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=30).map(" ".join) | st.text(max_size=200))
def test_any_text_is_judged_soon_and_what_passes_can_be_filled_in(text: str) -> None:
    before = time.process_time()
    if not told(text):
        for name in ("", " Ali", " Ayşe Nur"):
            values = {"name": name, "brand": "Kahve", "locale": "en"}
            assert len(compose.compiled(text, False).render(values)) <= 100_000
    assert time.process_time() - before < 3
