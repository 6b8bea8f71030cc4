"""What a field is compared with, read from the words of a segment."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from difflib import get_close_matches

from chalicelib.clock import EARLIEST, LATEST
from chalicelib.outreach.segments.fields import ANSWERS, Field, known_channels
from chalicelib.outreach.segments.tokens import Token, mistake
from chalicelib.times import Span

Value = int | str | datetime | timedelta | None
"""A number (of money: hundredths), a folded text, a moment, how long ago, or (None) never."""

_NUMBER = re.compile(r"[0-9]{1,12}")
_MONEY = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNTRY = re.compile(r"[a-zA-Z]{2}")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}")

_ONE_I = str.maketrans({"İ": "i", "ı": "i", "I": "i"})


def folded(text: str) -> str:
    """Texts are compared without regard to case; the four letters i of Turkish and English are
    one, because nobody can tell which of the two rules a tag was typed by."""
    return text.translate(_ONE_I).casefold()


def value(field: Field, operator: str, token: Token, zone: tzinfo) -> Value:
    """The value a word stands for. Raises InvalidRequest saying what to write instead."""
    if token.kind in ("end", "sign"):
        raise mistake(
            token.at, f"found {token.shown} where a value for {field.name} belongs: {_hint(field)}"
        )
    if field.kind == "time":
        return _time(operator, token, zone)
    return _READ[field.kind](field, token)


def _number(field: Field, token: Token) -> int:
    if not _NUMBER.fullmatch(token.text):
        raise mistake(token.at, f"found {token.shown}, which is no whole number: {_hint(field)}")
    return int(token.text)


def _money(field: Field, token: Token) -> int:
    if not _MONEY.fullmatch(token.text):
        raise mistake(token.at, f"found {token.shown}, which is no amount: {_hint(field)}")
    return int(Decimal(token.text) * 100)


def _text(field: Field, token: Token) -> str:
    if field.name == "country" and not _COUNTRY.fullmatch(token.text):
        raise mistake(token.at, f"found {token.shown}, which is no country: {_hint(field)}")
    if field.name == "language" and not _LANGUAGE.fullmatch(token.text):
        raise mistake(token.at, f"found {token.shown}, which is no language: {_hint(field)}")
    if field.name in ("channel", "preferred_channel"):
        return _one_of(known_channels(), field, token)
    if not token.text.strip():
        raise mistake(token.at, f"found an empty text: {_hint(field)}")
    return folded(token.text)


def _consent(field: Field, token: Token) -> str:
    return _one_of(ANSWERS, field, token)


def _one_of(known: tuple[str, ...], field: Field, token: Token) -> str:
    name = token.text.lower()
    if name in known:
        return name
    close = get_close_matches(name, known, n=1)
    meant = f": did you mean {close[0]}?" if close else ":"
    raise mistake(
        token.at, f"{field.name} is never {token.shown}{meant} write one of {', '.join(known)}"
    )


_READ: dict[str, Callable[[Field, Token], int | str]] = {
    "number": _number,
    "money": _money,
    "text": _text,
    "texts": _text,
    "consent": _consent,
}


def _time(operator: str, token: Token, zone: tzinfo) -> Value:
    if operator in ("=", "!="):
        if token.lower != "never":
            raise mistake(
                token.at,
                f"found {token.shown}: a time can only be = never or != never; "
                "otherwise write before, after or within",
            )
        return None
    if _DATE.fullmatch(token.text):
        if operator == "within":
            raise mistake(
                token.at,
                f"found {token.shown}: within takes a length of time such as 30d; "
                "for dates write after and before",
            )
        return _midnight(token, zone)
    try:
        span = Span.parse(token.text.lower())
    except ValueError as error:
        raise mistake(
            token.at,
            f"found {token.shown}: write a length of time such as 90d (back from now) "
            "or a date such as 2026-01-31",
        ) from error
    if span > timedelta(days=36_500):
        raise mistake(token.at, f"{token.shown} is longer ago than anything: write at most 36500d")
    return timedelta(seconds=span.total_seconds())


def _midnight(token: Token, zone: tzinfo) -> datetime:
    try:
        day = date.fromisoformat(token.text)
    except ValueError as error:
        raise mistake(
            token.at, f"there is no date {token.shown}: write it as year-month-day, 2026-01-31"
        ) from error
    if not EARLIEST.year <= day.year < LATEST.year:
        raise mistake(token.at, f"{token.shown} lies outside the years 2000 to 2099")
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


def _hint(field: Field) -> str:
    return {
        "number": "write a number such as 2",
        "money": "write an amount in the brand's currency such as 500 or 99.90",
        "time": "write a length of time such as 90d, or a date such as 2026-01-31",
        "text": {
            "country": "write its two letters, as in TR",
            "language": "write its code, as in tr",
        }.get(field.name, "write a word, or a text in double quotes"),
        "texts": "write a word, or a text in double quotes",
        "consent": f"write {' or '.join(ANSWERS)}",
    }[field.kind]
