"""`python -m infra.metric_docs` writes the definitions in docs/metrics.md from the code's own."""

from pathlib import Path

from chalicelib.metrics.definitions import BEHAVIOUR, FIGURES, Definition

PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"

BEGIN = "<!-- definitions: made by `python -m infra.metric_docs` -->\n"
END = "<!-- end of the definitions -->\n"


def definitions() -> str:
    """Every figure's section."""
    parts = [_section(f"`{name}`", definition) for name, definition in FIGURES.items()]
    return "\n".join([*parts, _section("`stated_and_behaved`", BEHAVIOUR)])


def page(text: str) -> str:
    """The page with its definitions as they are now; all else stays."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{definitions()}\n{END}{after}"


def _section(name: str, definition: Definition) -> str:
    title, meaning = definition.title, definition.meaning
    lines = [
        f"### {title.en} · {title.tr} ({name})",
        "",
        f"{meaning.en} *{meaning.tr}*",
        "",
        f"* Formula: {definition.formula}.",
        f"* Counted from: {definition.source}.",
    ]
    if definition.settles:
        after = _length(definition)
        lines.append(f"* Settled after {after}: until then a day's figure may change.")
    if not definition.categories:
        lines.append("* Not counted by category.")
    if not definition.lists:
        lines.append("* No list: it is not about conversations.")
    return "\n".join([*lines, ""])


def _length(definition: Definition) -> str:
    assert definition.settles
    days = definition.settles.days
    return f"{days} days" if days > 2 else f"{days * 24} hours"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
