"""Pages that are made from the code are as the code is."""

import re
from pathlib import Path

from infra import metric_docs
from infra.event_docs import PAGE, page

ROOT = Path(__file__).parents[2]


def test_the_page_of_events_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m infra.event_docs`"


def test_every_figure_is_defined_on_its_page_as_in_the_code() -> None:
    text = metric_docs.PAGE.read_text(encoding="utf-8")
    assert text == metric_docs.page(text), "run `python -m infra.metric_docs`"


def test_every_relative_link_in_the_docs_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    broken = [
        f"{source.relative_to(ROOT)} → {link}"
        for source in pages
        for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", source.read_text(encoding="utf-8"))
        if not (source.parent / link).exists()
    ]
    assert broken == []
