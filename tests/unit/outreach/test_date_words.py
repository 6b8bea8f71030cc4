"""Days and spans of days in both languages."""

from datetime import date

import pytest

from chalicelib.outreach import date_words
from chalicelib.playbook_values import Locale

THIRD, TWELFTH = date(2026, 12, 3), date(2026, 12, 12)


@pytest.mark.parametrize(
    ("first", "last", "tr", "en"),
    [
        (THIRD, THIRD, "3 Aralık 2026", "3 December 2026"),
        (THIRD, TWELFTH, "3–12 Aralık 2026", "3–12 December 2026"),
        (
            date(2026, 11, 28),
            date(2026, 12, 4),
            "28 Kasım – 4 Aralık 2026",
            "28 November – 4 December 2026",
        ),
        (
            date(2026, 12, 28),
            date(2027, 1, 4),
            "28 Aralık 2026 – 4 Ocak 2027",
            "28 December 2026 – 4 January 2027",
        ),
        (
            THIRD,
            date(2027, 12, 3),
            "3 Aralık 2026 – 3 Aralık 2027",
            "3 December 2026 – 3 December 2027",
        ),
    ],
)
def test_a_span_of_days_says_month_and_year_once_where_once_is_enough(
    first: date, last: date, tr: str, en: str
) -> None:
    assert (date_words.span(first, last, "tr"), date_words.span(first, last, "en")) == (tr, en)


@pytest.mark.parametrize(
    ("locale", "said"), [("tr", "5 Mart 2027 civarında"), ("en", "around 5 March 2027")]
)
def test_a_day_that_may_be_much_later_is_about_that_day(locale: Locale, said: str) -> None:
    assert date_words.likely(date(2027, 3, 5), date(2027, 2, 1), None, locale) == said


def test_a_day_that_is_nearly_sure_is_told_as_one_and_another_as_its_span() -> None:
    fifth = date(2026, 12, 5)
    sure = date_words.likely(fifth, date(2026, 12, 4), date(2026, 12, 6), "tr")
    unsure = date_words.likely(fifth, THIRD, TWELFTH, "tr")
    assert (sure, unsure) == ("5 Aralık 2026", "3–12 Aralık 2026")


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_its_name(month: int) -> None:
    one = date(2026, month, 1)
    assert len({date_words.day(one, locale) for locale in ("tr", "en")}) == 2
