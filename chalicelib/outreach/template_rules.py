"""A brand's own message templates, checked before anything is sent with them. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.outreach import compose
from chalicelib.outreach import template_trees as trees
from chalicelib.playbook_values import LOCALES
from chalicelib.store.outreach_records import Content

if TYPE_CHECKING:
    from jinja2 import nodes

LONGEST: Mapping[str, int] = {"subject": 200, "text": 20_000, "html": 60_000}
LONGEST_VARIABLE = 1024
MOST_OUTPUT = 100_000
"""Characters that one part may come to."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong: in which language, in which part, on which line of it, and the fix."""

    locale: str
    field: str
    line: int
    problem: str

    @property
    def text(self) -> str:
        return f"{self.locale}.{self.field}, line {self.line}: {self.problem}"


def problems(contents: Mapping[str, Content]) -> list[Problem]:
    """All that keeps these contents from being sent; nothing if they are fit."""
    found: list[Problem] = []
    for locale in LOCALES:
        content = contents.get(locale)
        if content is None:
            what = f"it is missing: write the message in {' and '.join(LOCALES)}"
            found.append(Problem(locale=locale, field="subject", line=1, problem=what))
            continue
        for field, source in parts(content):
            found += [
                Problem(locale=locale, field=field, line=line, problem=problem)
                for line, problem in _of_part(field, source, locale)
            ]
    return found


def parts(content: Content) -> Iterator[tuple[str, str]]:
    """Each Jinja2 source of a content, by its field."""
    yield "subject", content.subject
    yield "text", content.text
    if content.html:
        yield "html", content.html
    for number, variable in enumerate(content.whatsapp.variables if content.whatsapp else ()):
        yield f"whatsapp.variables.{number}", variable


def _of_part(field: str, source: str, locale: str) -> Iterator[tuple[int, str]]:
    longest = LONGEST.get(field, LONGEST_VARIABLE)
    if not source.strip():
        yield 1, "it is empty: write what the customer is to read"
        return
    if len(source) > longest:
        yield 1, f"it has {len(source)} characters and may have {longest}: shorten it"
        return
    if any(ord(sign) < 32 and sign not in "\t\r\n" for sign in source):
        yield 1, "it holds a control character: take it out"
        return
    if field == "subject" and "\n" in source:
        yield 2, "a subject is one line: join the lines"
        return
    tree = _parsed(source)
    if isinstance(tree, tuple):
        yield tree
        return
    # Only what is allowed is looked at further: jinja2 works constants out while it compiles.
    wrong = [*trees.forbidden(tree), *trees.loops(tree)] or [*trees.unknown(tree)]
    yield from wrong
    if not wrong and (trouble := _tried(source, locale, html=field == "html")):
        yield trouble


def _parsed(source: str) -> "nodes.Template | tuple[int, str]":
    from jinja2 import TemplateSyntaxError

    try:
        tree = compose.parsed(source)
    except TemplateSyntaxError as error:
        return error.lineno, (error.message or "it cannot be read").rstrip(".")
    except RecursionError:
        return _TOO_DEEP
    return _TOO_DEEP if trees.depth(tree) > trees.DEEPEST else tree


_TOO_DEEP = (1, "it is nested too deeply: write it flatter")


def _tried(source: str, locale: str, *, html: bool) -> tuple[int, str] | None:
    """The first trouble that filling it in brings, with a name and without."""
    for name in ("", " Ayşe Nur"):
        values = {"name": name, "brand": "Kahve Dükkânı", "locale": locale}
        length, blank = 0, True
        try:
            for piece in compose.compiled(source, html).generate(values):
                length, blank = length + len(piece), blank and not piece.strip()
                if length > MOST_OUTPUT:
                    return 1, f"it comes to more than {MOST_OUTPUT} characters: shorten it"
        except Exception as error:  # noqa: BLE001  whatever it raises, it would raise when sent
            return _line(error), f"it cannot be filled in ({type(error).__name__}: {error})"
        if blank:
            return 1, "it comes to nothing: write what the customer is to read"
    return None


def _line(error: BaseException) -> int:
    """The template's line at which filling it in failed."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
