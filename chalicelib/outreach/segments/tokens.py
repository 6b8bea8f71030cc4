"""The words of a segment's text, each with its place in it. One pass, however long or odd it is."""

import re
from dataclasses import dataclass

from chalicelib.errors import InvalidRequest

LONGEST = 2000
"""Characters of a segment."""


@dataclass(frozen=True, kw_only=True)
class Token:
    """`kind` says what it is: a "word" as it stands (orders, 90d), the inside of a quoted "text", a
    "sign" (<=, a parenthesis), or the "end". `at` counts characters from 1."""

    kind: str
    text: str
    at: int

    @property
    def lower(self) -> str:
        """As a keyword or the name of a field; a quoted text is neither."""
        return self.text.lower() if self.kind == "word" else ""

    @property
    def shown(self) -> str:
        """As messages name it."""
        if self.kind == "end":
            return "the end"
        return f'"{shortened(self.text)}"'


def shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


_TOKEN = re.compile(
    r"""(?P<space>\s+)
    | "(?P<text>[^"]*)"
    | (?P<sign><=|>=|!=|[=<>(),])
    | (?P<word>[\w.%+:/@-]+)""",
    re.VERBOSE,
)

_CURLY = "“”„‟«»‘’'"


def tokens(text: str) -> list[Token]:
    """All of them, the end last. Raises InvalidRequest."""
    if len(text) > LONGEST:
        raise InvalidRequest(
            f"segment: it has {len(text)} characters and may have {LONGEST}: "
            "put the customers it names under a tag and ask for that"
        )
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or text.startswith("==", at):
            raise mistake(at + 1, _odd(text, at))
        kind = match.lastgroup
        if kind is not None and kind != "space":
            found.append(Token(kind=kind, text=match[kind], at=at + 1))
        at = match.end()
    return [*found, Token(kind="end", text="", at=len(text) + 1)]


def mistake(at: int, problem: str) -> InvalidRequest:
    """The refusal of a segment, naming the place."""
    return InvalidRequest(f"segment, position {at}: {problem}")


def _odd(text: str, at: int) -> str:
    sign = text[at]
    if sign == '"':
        return 'a quoted text that never ends: close it with "'
    if sign in _CURLY:
        return f'found {sign!r}: write straight double quotes, "like this"'
    if text[at : at + 2] == "==":
        return 'found "==": write a single ='
    return f"found {sign!r}, which means nothing here: quote texts that hold it"
