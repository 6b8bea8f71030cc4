"""The playbook: the one that comes with Temas is right, and every mistake names line and fix."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from chalicelib.errors import PlaybookError
from chalicelib.playbook import PATH, load, parse
from chalicelib.playbook_values import placeholder_problem
from chalicelib.times import DAYS

TEXT = PATH.read_text(encoding="utf-8")


def line_of(text: str) -> int:
    return TEXT[: TEXT.index(text)].count("\n") + 1


def mistake(old: str, new: str, stage: str = "prod") -> str:
    """What is said of the playbook with `old` replaced by `new`."""
    assert old in TEXT
    with pytest.raises(PlaybookError) as caught:
        parse(TEXT.replace(old, new, 1), stage)
    return str(caught.value)


# --- as it comes ---------------------------------------------------------------------------------


def test_the_playbook_that_comes_with_temas_is_right_on_every_stage() -> None:
    playbook = load("prod")

    assert playbook.brand.name == "Kahve Dükkânı"
    assert playbook.brand.zone.key == "Europe/Istanbul"
    assert playbook.review.delay == timedelta(days=7)
    assert playbook.quiet.start == time(21)
    assert [type(rule.when).__name__ for rule in playbook.devices.rules] == [
        "Threshold", "Threshold", "Silence",
    ]  # fmt: skip
    assert [plan.name for plan in playbook.devices.maintenance] == ["descaling"]
    assert playbook.purposes.named("safety").quiet_hours == "exempt"


def test_a_stage_lies_over_the_rest_and_changes_nothing_else() -> None:
    local, prod = load("local"), load("prod")

    assert local.satisfaction.delay == timedelta(seconds=5)
    assert local.quiet.start == local.quiet.end
    assert local.satisfaction.question == prod.satisfaction.question
    assert (local.brand, local.opt_out) == (prod.brand, prod.opt_out)
    assert local.review.coupon
    assert local.review.coupon.percent == prod.review.coupon.percent  # type: ignore[union-attr]


def test_a_stage_without_a_part_of_its_own_is_as_the_rest() -> None:
    assert load("staging") == load("prod")
    without = TEXT[: TEXT.index("[stages.local.satisfaction]")]
    assert parse(without, "local") == load("prod")


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "playbook.toml"
    path.write_text(TEXT, encoding="utf-8-sig")

    assert load("prod", path) == load("prod")


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "playbook.toml"
    path.write_bytes(TEXT.encode("cp1254", errors="replace"))

    with pytest.raises(PlaybookError, match=r"line 7: .* save the file as UTF-8"):
        load("prod", path)


@pytest.mark.parametrize(
    ("locale", "country", "expected"),
    [
        ("tr", None, "tr"),
        ("tr-TR", "DE", "tr"),
        ("tr_TR", None, "tr"),
        ("TR", None, "tr"),
        ("en-GB", "TR", "en"),
        ("de", "TR", "en"),
        (None, "TR", "tr"),
        (None, "CY", "tr"),
        (None, "DE", "tr"),
        ("", None, "tr"),
        (None, None, "tr"),
    ],
)
def test_the_language_is_the_customers_own_then_their_countrys_then_the_brands(
    locale: str | None, country: str | None, expected: str
) -> None:
    assert load("prod").locale(locale, country) == expected


# --- mistakes ------------------------------------------------------------------------------------

HOUR = 'start = "00:00"'
SOON = 'max_lateness = "3d"'
SPELL = '["09:00-18:00"]'
URL = 'url = "https://kahve.example/degerlendir?order={order}"'
"""A line that is there as an example only."""

MISTAKES = [
    ('consent = "none"', 'consent = "yes"', 'write one of "none", "opt_in", "opt_out"'),
    ('uncertain = "again"', 'uncertain = "maybe"', 'write one of "again", "never_again"'),
    ('default_locale = "tr"', 'default_locale = "de"', 'write one of "en", "tr"'),
    ('severity = "info"', 'severity = "low"', 'write one of "critical", "info", "warning"'),
    ('kind = "silence"', 'kind = "silense"', 'write one of "all", "any", '),
    ("every = 500", "evry = 500", "did you mean 'every'?"),
    ('name = "Kahve Dükkânı"', 'nmae = "Kahve"', "did you mean 'name'?"),
    ("[alerts]", "[allerts]", "did you mean 'alerts'?"),
    ("every = 500", "zzz = 500", "write one of name, "),
    ('name = "Kahve Dükkânı"', "name = 5", "write text in quotes"),
    ("every = 500", 'every = "often"', "write a number"),
    ('time_zone = "Europe/Istanbul"', 'time_zone = "Mars/X"', 'write e.g. "Europe/Istanbul"'),
    ('time_zone = "Europe/Istanbul"', 'time_zone = "Europe"', 'write e.g. "Europe/Istanbul"'),
    ('delay = "7d"', 'delay = "7 days"', 'write "45s", "30m", "2h" or "7d"'),
    ('delay = "7d"', "delay = 7", 'write "45s", "30m", "2h" or "7d"'),
    ('start = "21:00"', 'start = "25:00"', 'write "09:00"'),
    ('start = "21:00"', "start = 21:00:00", 'write "09:00"'),
    (f"monday = {SPELL}", f"mnday = {SPELL}", "write one of monday, tuesday"),
    (f"monday = {SPELL}", 'monday = ["9-18"]', 'write "09:00"'),
    (f"monday = {SPELL}", 'monday = ["18:00-09:00"]', 'write "09:00-18:00"'),
    (f"# {URL}", 'url = "http://kahve.example" #', 'write "https://…" without spaces'),
    (f"# {URL}", 'url = "https://kahve.example/{ordr}" #', "write one of {order}"),
    ("closed_days = []", 'closed_days = ["sundays"]', 'write "sunday", "10-29" or "2027-03-20"'),
    ("closed_days = []", 'closed_days = ["02-30"]', 'write "sunday", "10-29" or "2027-03-20"'),
    ("closed_days = []", f"closed_days = {list(DAYS)}", "leave at least one weekday out"),
    ("survey = { week = 1 }", "survey = { weak = 1 }", "did you mean 'week'?"),
    ("low = 2", "low = 5", "low must be less than high"),
    ("mail_from = ", 'mail_from = "Kahve" #', 'write "Shop <hello@shop.example>"'),
    ("mail_from = ", 'mail_from = "a@b <c@d>" #', 'write "Shop <hello@shop.example>"'),
    ("mail_reply_to = ", 'mail_reply_to = "çay@kahve.example" #', "no accents in the address"),
    ("# phone = ", 'phone = "0212 111 22 33" #', '"tel:+90…" for a number to call'),
    ("# phone = ", 'phon = "tel:+902121112233" #', "did you mean 'phone'?"),
    ("message.tr = ", 'message.tr = "{device} sıcak" #', "write it without braces"),
    ('name = "descaling"', 'name = "boiler_too_hot"', "rename one"),
]


@pytest.mark.parametrize(("old", "new", "fix"), MISTAKES, ids=[fix[:40] for *_, fix in MISTAKES])
def test_a_mistake_is_told_with_the_line_it_stands_on_and_what_to_write(
    old: str, new: str, fix: str
) -> None:
    said = mistake(old, new)

    assert said.startswith(f"playbook.toml, line {line_of(old)}, ")
    assert fix in said


@pytest.mark.parametrize(
    ("old", "new", "line", "fix"),
    [
        ('name = "Kahve Dükkânı"', "", "[brand]", "add name = …"),
        ('kind = "silence", ', "", 'when = { kind = "silence"', "add kind = …"),
        ("every = 500", "every = 0", "every = 500", "> 0.0"),
        (
            "clear_below = 120",
            "clear_below = 140",
            'when = { kind = "threshold"',
            "must not exceed",
        ),
        ("raise_above = 130, ", "", 'when = { kind = "threshold"', "set either raise_above"),
        ("clear_above = 8", "clear_above = 2", "raise_below = 6", "must not be under"),
        ('TR = "tr"', 'TR = "de"', "[brand.locale_by_country]", 'write one of "en", "tr"'),
        (f"monday = {SPELL}", 'monday = "09:00-18:00"', "[working_hours]", "write a list"),
    ],
)
def test_what_concerns_a_whole_table_is_told_with_the_tables_line(
    old: str, new: str, line: str, fix: str
) -> None:
    said = mistake(old, new)

    assert f"line {line_of(line)}, " in said
    assert fix in said


def test_a_whole_table_that_is_missing_is_named() -> None:
    said = mistake("[quiet_hours]", "[stages.x.quiet_hours]")

    assert "quiet_hours" in said
    assert "add quiet_hours = …" in said


def test_a_mistake_of_a_stage_is_told_with_the_line_in_its_part() -> None:
    said = mistake(HOUR, 'start = "later"', "local")
    misspelt = mistake("[stages.local.satisfaction]", "[stages.local.satisfactoin]", "local")

    assert f"line {line_of(HOUR)}, " in said
    assert f"line {line_of('[stages.local.satisfaction]')}" in misspelt
    assert "did you mean 'satisfaction'?" in misspelt


def test_a_mistake_in_the_rest_keeps_its_line_on_a_stage_that_changes_its_neighbour() -> None:
    said = mistake(SOON, 'max_lateness = "soon"', "local")

    assert f"line {line_of(SOON)}, " in said


@pytest.mark.parametrize("over", ['[stages]\nlocal = "x"', 'stages = "x"'])
def test_a_stage_that_is_no_table_is_told_so(over: str) -> None:
    without = TEXT[: TEXT.index("[stages.local.satisfaction]")]
    text = f"{over}\n{without}" if over.startswith("stages") else without + over

    with pytest.raises(PlaybookError, match=r"write a table: \[stages.local.brand\]"):
        parse(text, "local")


def test_what_is_no_toml_is_told_with_its_line() -> None:
    line = line_of('max_lateness = "2d"')

    assert f"line {line}" in mistake('max_lateness = "2d"', "max_lateness 2d")


# --- placeholders --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "old"),
    [
        ("greeting.open.tr", "birazdan"),
        ("greeting.closed.en", "first thing"),
        ("satisfaction.question.tr", "memnun"),
        ("alerts.notice.en", "We have opened a"),
    ],
)
@pytest.mark.parametrize("wrong", ["{nmae}", "{}", "{0}", "{name", "name}", "{name!r}", "{name:>9}",
                                   "{name.__class__}", "{name[0]}", "{{name}"])  # fmt: skip
def test_a_placeholder_that_nobody_fills_in_is_refused_when_the_file_is_read(
    place: str, old: str, wrong: str
) -> None:
    said = mistake(old, old + wrong)

    assert place in said
    assert f"line {line_of(old)}, " in said
    assert "write one of {brand}" in said


@pytest.mark.parametrize(
    ("place", "old", "foreign"),
    [
        ("greeting", "birazdan", "{device}"),
        ("satisfaction", "memnun", "{opens}"),
        ("alerts", "ilgi istiyor", "{opens}"),
    ],
)
def test_each_place_knows_its_own_placeholders_only(place: str, old: str, foreign: str) -> None:
    assert f"{foreign} is not known here" in mistake(old, foreign)


def test_a_brace_may_be_written_twice_to_stand_for_itself() -> None:
    assert placeholder_problem("{{smile}} {name}", {"name"}) is None
    assert placeholder_problem("no braces", ()) is None


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ('tell = ["ops"]', "devices.incidents.tell.0: 'ops' is not a mail address: write \"Shop"),
        ('tell = "ops@a.example"', "devices.incidents.tell: Expected `array`"),
        (
            'owners = "all"',
            "devices.incidents.owners: Invalid enum value 'all': write one of \"cri",
        ),
    ],
)
def test_who_is_told_of_incidents_is_checked_with_line_and_fix(new: str, said: str) -> None:
    old = (
        'owners = "critical"\n' if new.startswith("owners") else '# tell = ["ops@kahve.example"]\n'
    )
    found = mistake(old, f"{new}\n")
    assert f"line {line_of(old)}, {said}" in found
