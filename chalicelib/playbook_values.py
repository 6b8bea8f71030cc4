"""The single values a playbook is written in, each checked where it stands. Pure.

Every mistake is a ValueError that says what to write instead.
"""

import re
from collections.abc import Collection
from string import Formatter
from zoneinfo import ZoneInfo

from chalicelib.times import zone_exists

_ADDRESS = r"[^@\s<>,;\"]+@[^@\s<>,;\"]+"
_SENDER = re.compile(rf"({_ADDRESS})|[^<>\r\n@\"]*<({_ADDRESS})>")


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
