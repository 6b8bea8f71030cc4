"""What a message is taken to mean: the classifier's word and the playbook's, each with its reasons.

Pure. Whatever comes – nothing, a hundred kilobytes, emoji alone, orders to a machine – is
understood as far as it goes, and for the rest a person is asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from chalicelib.device_limits import SEVERITIES, Severity
from chalicelib.triage.language import UNKNOWN, Language, language_of
from chalicelib.triage.model import Classifier, Verdict
from chalicelib.triage.words import READ, stems, tokens
from chalicelib.triage_sections import Category, Triage

Sentiment = Literal["negative", "neutral", "positive"]

BY_MODEL, BY_KEYWORDS = "model", "keywords"
KEYWORD_ALONE, KEYWORD_AND_MODEL = 0.75, 0.95
"""How sure a category is that keywords name: alone, and with the classifier of one mind."""
PREFIX = 4
"""Letters from which a keyword also stands for its longer forms, as Turkish has them; one fewer
within a phrase, where the other words vouch for it."""
SHOUTED = 0.6
"""Share of capitals from which a longer text is shouted."""
ANGRY_MARKS = ("!!", "?!", "!?")
MOST_REASONS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Understood:
    """A message's labels. `category` None: about nothing we know, or not surely. `language` is
    "tr", "en" or "unknown". `why` has a line for each label that was not just the default."""

    language: str
    sentiment: Sentiment
    severity: Severity
    urgent: bool = False
    wants_human: bool = False
    category: str | None = None
    category_by: str | None = None
    confidence: float = 0.0
    why: tuple[str, ...] = ()


def understood(text: str, triage: Triage, classifier: Classifier) -> Understood:
    """What the message `text` is taken to mean. Never raises."""
    language = language_of(text)
    said = _Said(tokens(text))
    category, by, confidence, why = _category(said, triage, classifier.classify(text))
    sentiment, mood = _sentiment(text, said, triage)
    urgent, critical = said.first(triage.urgent), said.first(triage.critical)
    human = said.first(triage.human)
    reasons = [
        *_language_reasons(language),
        *why,
        *mood,
        *_quoted("urgent", urgent),
        *_quoted("critical", critical),
        *_quoted("asks for a person", human),
    ]
    return Understood(
        language=language.code,
        sentiment=sentiment,
        severity=_severity(category, sentiment, urgent=bool(urgent), critical=bool(critical)),
        urgent=bool(urgent or critical),
        wants_human=human is not None,
        category=category.id if category else None,
        category_by=by,
        confidence=round(confidence, 3),
        why=tuple(reasons[:MOST_REASONS]),
    )


class _Said:
    """A message's words, as keywords look for them."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = list(words)
        self.stems = stems(self.words, "en")

    def first(self, keywords: Sequence[str]) -> str | None:
        """The first of these keywords that the message has."""
        return next((keyword for keyword in keywords if self.has(keyword)), None)

    def has(self, keyword: str) -> bool:
        wanted, as_stems = _prepared(keyword)
        size = len(wanted)
        letters = PREFIX if size == 1 else PREFIX - 1
        return size > 0 and any(
            all(_same(*pair, letters) for pair in zip(wanted, self.words[at:], strict=False))
            or self.stems[at : at + size] == as_stems
            for at in range(len(self.words) - size + 1)
        )


@lru_cache(maxsize=4_000)
def _prepared(keyword: str) -> tuple[list[str], list[str]]:
    words = tokens(keyword)
    return words, stems(words, "en")


def _same(keyword: str, word: str, letters: int) -> bool:
    """Whether a word is the keyword, or a form of it with endings."""
    return word == keyword or (len(keyword) >= letters and word.startswith(keyword))


def _category(
    said: _Said, triage: Triage, verdict: Verdict
) -> tuple[Category | None, str | None, float, list[str]]:
    """The classifier counts where it is sure; keywords where it is not, or as its witness."""
    best = verdict.guesses[0] if verdict.guesses else None
    learned = triage.named(best.label) if best and not verdict.outside else None
    named = [(one, word) for one in triage.categories if (word := said.first(one.keywords))]
    if best and learned:
        for category, word in named:
            if category.id == learned.id:
                why = [_by_model(category, best.share, verdict), _by_word(category, word)]
                return category, BY_MODEL, max(best.share, KEYWORD_AND_MODEL), why
    if best and learned and best.share >= triage.sure:
        return learned, BY_MODEL, best.share, [_by_model(learned, best.share, verdict)]
    if named:
        category, word = max(named, key=lambda one: len(one[1]))
        return category, BY_KEYWORDS, KEYWORD_ALONE, [_by_word(category, word)]
    return None, None, best.share if best else 0.0, []


def _by_model(category: Category, share: float, verdict: Verdict) -> str:
    return f"category {category.id}: model {share:.2f} ({', '.join(verdict.why) or 'no one word'})"


def _by_word(category: Category, keyword: str) -> str:
    return f"category {category.id}: keyword {keyword!r}"


def _sentiment(text: str, said: _Said, triage: Triage) -> tuple[Sentiment, list[str]]:
    """By words of either mood, and by how they are written; a tie is neutral."""
    bad = [word for word in triage.negative if said.has(word)]
    good = [word for word in triage.positive if said.has(word)]
    loud = list(_loud(text[:READ]))
    weight = len(good) - len(bad) - (len(loud) if bad or not good else 0)
    if weight < 0:
        return "negative", [f"negative: {', '.join([*map(repr, bad), *loud])}"]
    if weight > 0:
        return "positive", [f"positive: {', '.join(map(repr, good))}"]
    return "neutral", []


def _loud(text: str) -> Iterator[str]:
    letters = [one for one in text if one.isalpha()]
    shouted = sum(one.isupper() for one in letters)
    if len(letters) > 12 and shouted / len(letters) > SHOUTED:  # not "OK" or "DHL"
        yield "capitals"
    if any(mark in text for mark in ANGRY_MARKS):
        yield "exclamation marks"


def _severity(
    category: Category | None, sentiment: Sentiment, *, urgent: bool, critical: bool
) -> Severity:
    if critical:
        return "critical"
    usual: Severity = category.severity if category else "info"
    graver: Severity = "warning" if urgent or sentiment == "negative" else "info"
    return max(usual, graver, key=SEVERITIES.index)


def _language_reasons(language: Language) -> list[str]:
    if language.code == UNKNOWN:
        return []
    return [f"language {language.code}: {', '.join(language.why)}"]


def _quoted(label: str, keyword: str | None) -> list[str]:
    return [f"{label}: {keyword!r}"] if keyword else []
