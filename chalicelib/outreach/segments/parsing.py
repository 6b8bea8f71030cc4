"""The words of a segment into what they mean: a small recursive descent, no deeper than it may be.

segment   = "all" | either
either    = both { "or" both }
both      = condition { "and" condition }
condition = "not" condition | "(" either ")" | field operator value
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from chalicelib.outreach.segments.fields import OPERATORS, Field, field
from chalicelib.outreach.segments.tokens import Token, mistake, tokens
from chalicelib.outreach.segments.values import Value, value

DEEPEST = 20
"""Parentheses and nots within one another."""

MOST_VALUES = 100
"""In one `in (…)`."""


@dataclass(frozen=True)
class Everybody:
    """No condition at all."""


@dataclass(frozen=True)
class Comparison:
    """A field against a value, or with "in" against several."""

    field: Field
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Not:
    part: "Segment"


@dataclass(frozen=True)
class Both:
    """All of the parts hold."""

    parts: tuple["Segment", ...]


@dataclass(frozen=True)
class Either:
    """At least one of the parts holds."""

    parts: tuple["Segment", ...]


Segment = Everybody | Comparison | Not | Both | Either


def parse(text: str, zone: tzinfo = UTC) -> Segment:
    """The segment that a text describes; dates begin at midnight in `zone`.

    Raises InvalidRequest naming the position, what was found there and what to write instead.
    """
    words = tokens(text)
    if words[0].kind == "end":
        raise mistake(1, "it is empty: write all for everybody, or a condition such as orders >= 2")
    if len(words) == 2 and words[0].lower == "all":
        return Everybody()
    reader = _Reader(words, zone)
    segment = reader.either(0)
    left = reader.next()
    if left.kind != "end":
        more = (
            ": no parenthesis is open here"
            if left.text == ")"
            else ": join conditions with `and` or `or`"
        )
        raise mistake(left.at, f"found {left.shown} where the segment should end{more}")
    return segment


class _Reader:
    def __init__(self, words: Sequence[Token], zone: tzinfo) -> None:
        self._words = words
        self._zone = zone
        self._at = 0

    def peek(self) -> Token:
        return self._words[self._at]

    def next(self) -> Token:
        token = self._words[self._at]
        self._at = min(self._at + 1, len(self._words) - 1)
        return token

    def either(self, depth: int) -> Segment:
        parts = [self.both(depth)]
        while self.peek().lower == "or":
            self.next()
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self, depth: int) -> Segment:
        parts = [self.condition(depth)]
        while self.peek().lower == "and":
            self.next()
            parts.append(self.condition(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def condition(self, depth: int) -> Segment:
        token = self.next()
        if depth > DEEPEST:
            raise mistake(
                token.at,
                f"more than {DEEPEST} parentheses and nots within one another: write it flatter",
            )
        if token.lower == "not":
            return Not(self.condition(depth + 1))
        if token.text == "(" and token.kind == "sign":
            inside = self.either(depth + 1)
            self._expect(")", f"the parenthesis of position {token.at} is still open")
            return inside
        if token.lower == "all":
            raise mistake(token.at, "all means everybody and stands alone: leave it out")
        if token.kind in ("text", "sign") or token.lower in ("and", "or"):
            raise mistake(
                token.at,
                f"found {token.shown} where a condition begins: write a field, "
                "an operator and a value, such as orders >= 2",
            )
        return self._comparison(field(token))

    def _comparison(self, wanted: Field) -> Comparison:
        token = self.next()
        operator = token.lower or (token.text if token.kind == "sign" else "")
        known = OPERATORS[wanted.kind]
        if operator not in known:
            raise mistake(
                token.at, f"found {token.shown} after {wanted.name}: write one of {' '.join(known)}"
            )
        if operator == "in":
            return Comparison(wanted, operator, self._values(wanted))
        return Comparison(wanted, operator, (value(wanted, operator, self.next(), self._zone),))

    def _values(self, wanted: Field) -> tuple[Value, ...]:
        self._expect("(", "after in comes a list such as (a, b)")
        found = [value(wanted, "in", self.next(), self._zone)]
        while self.peek().text == "," and self.peek().kind == "sign":
            self.next()
            found.append(value(wanted, "in", self.next(), self._zone))
            if len(found) > MOST_VALUES:
                raise mistake(
                    self.peek().at, f"a list may have {MOST_VALUES} values: use a tag instead"
                )
        self._expect(")", "the list is still open")
        return tuple(found)

    def _expect(self, sign: str, why: str) -> None:
        token = self.next()
        if token.kind != "sign" or token.text != sign:
            raise mistake(token.at, f"found {token.shown} where {sign} belongs: {why}")
