"""The single values a playbook is written in, each checked where it stands. Pure.

Every mistake is a ValueError that says what to write instead.
"""

import re
from collections.abc import Collection
from datetime import date
from string import Formatter
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.times import DAYS, zone_exists

_ADDRESS = r"[^@\s<>,;\"]+@[^@\s<>,;\"]+"
_SENDER = re.compile(rf"({_ADDRESS})|[^<>\r\n@\"]*<({_ADDRESS})>")


Locale = Literal["tr", "en"]
LOCALES: tuple[Locale, ...] = ("tr", "en")


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the playbook; an unknown name in it is a mistake, not a wish for later."""


class Words(Section, frozen=True, kw_only=True):
    """A text in every language the product speaks. `{name}` and the like are filled in later."""

    tr: str
    en: str

    def in_(self, locale: Locale) -> str:
        return self.tr if locale == "tr" else self.en


class Zone(str):
    """The name of a time zone, "Europe/Istanbul"."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: object) -> "Zone":
        if not isinstance(text, str) or not zone_exists(text):
            raise ValueError(f'there is no time zone {text!r}: write e.g. "Europe/Istanbul"')
        return cls(text)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self)


class Day(str):
    """A day on which nobody is disturbed: a weekday ("sunday"), the same date in every year
    ("10-29"), or one date ("2027-03-20")."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: object) -> "Day":
        if isinstance(text, str) and (text in DAYS or _is_date(text)):
            return cls(text)
        raise ValueError(f'{text!r} is not a day: write "sunday", "10-29" or "2027-03-20"')


def _is_date(text: str) -> bool:
    # 2000 was a leap year: 29 February is a date that returns.
    full = f"2000-{text}" if re.fullmatch(r"\d\d-\d\d", text) else text
    try:
        return re.fullmatch(r"\d{4}-\d\d-\d\d", full) is not None and bool(date.fromisoformat(full))
    except ValueError:
        return False


class MailAddress(str):
    """A mail address, bare or with a name: "Shop <hello@shop.example>"."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: object) -> "MailAddress":
        found = _SENDER.fullmatch(text) if isinstance(text, str) else None
        if not found or not (found[1] or found[2]).isascii():
            raise ValueError(
                f'{text!r} is not a mail address: write "Shop <hello@shop.example>" '
                "(no accents in the address itself)"
            )
        return cls(text)


class WebAddress(str):
    """An https URL in which `{order}` stands for the order's name."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: object) -> "WebAddress":
        if not isinstance(text, str) or not re.fullmatch(r"https://[^\s\"<>/]+[^\s\"<>]*", text):
            raise ValueError(f'{text!r} is not a web address: write "https://…" without spaces')
        if problem := placeholder_problem(text, {"order"}):
            raise ValueError(problem)
        return cls(text)


class ContactAddress(str):
    """What a reader follows to reach a person: a web address, or a phone number to call."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: object) -> "ContactAddress":
        web = r"https://[^\s\"<>/{}]+[^\s\"<>{}]*"
        if not isinstance(text, str) or not re.fullmatch(rf"{web}|tel:\+\d{{6,15}}", text):
            raise ValueError(
                f'{text!r} leads nowhere: write "https://…", or "tel:+90…" for a number to call'
            )
        return cls(text)


def placeholder_problem(text: str, known: Collection[str]) -> str | None:
    """What is wrong with the placeholders of a text in which `known` ones will be filled in, and
    the fix; None if nothing is."""
    write = (
        f"write one of {', '.join(f'{{{name}}}' for name in sorted(known))}"
        if known
        else "write it without braces"
    )
    if not known:
        return f"nothing is filled in here: {write}" if set(text) & set("{}") else None
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return f'a lone brace in the text: {write}, or "{{{{" for a brace itself'
    for _, name, spec, conversion in parts:
        if name is not None and (name not in known or spec or conversion):
            shown = name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            return f"{{{shown}}} is not known here: {write}"
    return None
