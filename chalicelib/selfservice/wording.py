"""The words of self-service, from the playbook and the articles. Pure."""

from collections.abc import Mapping, Sequence

from chalicelib.playbook_values import Locale, Words
from chalicelib.selfservice_sections import SelfService
from chalicelib.store.article_records import ArticleText

Said = tuple[str, tuple[str, ...]]
"""The words, and the labels of what they can be answered with."""

LANGUAGES: Mapping[str, Words] = {
    "tr": Words(tr="Türkçe", en="in Turkish"),
    "en": Words(tr="İngilizce", en="in English"),
}
"""What marks a title that is of another language than its reader's."""


def marked(title: str, language: str, locale: Locale) -> str:
    """A title as it stands among others, its language told if it is not the reader's."""
    return title if language == locale else f"{title} ({LANGUAGES[language].in_(locale)})"


def answer(text: ArticleText, rules: SelfService, locale: Locale, fill: Mapping[str, str]) -> Said:
    """An article as the answer, with the question whether it helped."""
    choices = rules.yes.in_(locale), rules.no.in_(locale)
    known = {**fill, "title": text.title, "body": text.body, "yes": choices[0], "no": choices[1]}
    return rules.answer.in_(locale).format_map(known), choices


def offer(
    titles: Sequence[str], rules: SelfService, locale: Locale, fill: Mapping[str, str]
) -> Said:
    """Some articles to choose from, by number; the last number is none of them."""
    named = [*titles, rules.none_of_these.in_(locale)]
    options = "\n".join(f"{number}. {title}" for number, title in enumerate(named, 1))
    words = rules.offer.in_(locale).format_map({**fill, "options": options})
    return words, tuple(str(number) for number in range(1, len(named) + 1))
