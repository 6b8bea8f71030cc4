"""Days and spans of days as people read them: "5 Aralık 2026", "3–12 December 2026". Pure."""

from collections.abc import Mapping
from datetime import date

from chalicelib.playbook_values import Locale

MONTHS: Mapping[Locale, tuple[str, ...]] = {
    "tr": (
        "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim",
        "Kasım", "Aralık",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
}  # fmt: skip

NARROW = 2
"""Days: a span that is no longer is told by its likely day alone."""


def day(one: date, locale: Locale) -> str:
    """One day."""
    return f"{one.day} {_month(one, locale)} {one.year}"


def span(first: date, last: date, locale: Locale) -> str:
    """From the first day to the last, saying nothing twice: "3–12 December 2026",
    "28 Kasım – 4 Aralık 2026", "28 December 2026 – 4 January 2027"."""
    if first == last:
        return day(first, locale)
    if first.year != last.year:
        return f"{day(first, locale)} – {day(last, locale)}"
    if first.month != last.month:
        return f"{first.day} {_month(first, locale)} – {day(last, locale)}"
    return f"{first.day}–{day(last, locale)}"


def around(one: date, locale: Locale) -> str:
    """About that day: "5 Aralık 2026 civarında", "around 5 December 2026"."""
    said = day(one, locale)
    return f"{said} civarında" if locale == "tr" else f"around {said}"


def likely(at: date, earliest: date, latest: date | None, locale: Locale) -> str:
    """A day that is only expected: itself if that is nearly sure, else the span it lies in; about
    it where nobody can tell how late it may be."""
    if latest is None:
        return around(at, locale)
    if (latest - earliest).days <= NARROW:
        return day(at, locale)
    return span(earliest, latest, locale)


def _month(one: date, locale: Locale) -> str:
    return MONTHS[locale][one.month - 1]
