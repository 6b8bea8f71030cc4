"""The demo shop's articles, for whoever asks them something."""

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from chalicelib.selfservice.index import Index
from chalicelib.store.article_records import Article, ArticleText
from chalicelib.triage.words import stems, tokens
from tests.support.http_calls import staff
from tests.support.world import World

DEMO = Path(__file__).parents[2] / "events" / "articles" / "demo.json"
AT = datetime(2026, 11, 1, tzinfo=UTC)


def article(
    name: str = "hours",
    title: str = "Kaçta açılıyorsunuz?",
    body: str = "Her gün 9'da.",
    *,
    language: str = "tr",
    keywords: tuple[str, ...] = (),
    **more: object,
) -> Article:
    """An article in one language."""
    texts = {language: ArticleText(title=title, body=body, keywords=keywords)}
    return Article(id=name, texts=texts, updated_at=AT, **more)  # type: ignore[arg-type]


def demo() -> list[Article]:
    """The demo shop's, in both languages."""
    found = json.loads(DEMO.read_text(encoding="utf-8"))
    return [
        Article(
            id=name,
            updated_at=AT,
            category=one["category"],
            texts=msgspec.convert(one["texts"], dict[str, ArticleText]),
        )
        for name, one in found.items()
    ]


def analyse(text: str, language: str) -> list[str]:
    """As production's index does."""
    return stems(tokens(text), language)


def index(*articles: Article) -> Index:
    return Index(articles or demo(), analyse)


def publish(world: World) -> None:
    """Put the demo shop's articles through the staff API."""
    someone = staff(world)
    for name, one in json.loads(DEMO.read_text(encoding="utf-8")).items():
        answer = someone.put(f"/v1/articles/{name}", one)
        assert answer.status == 200, answer.text
