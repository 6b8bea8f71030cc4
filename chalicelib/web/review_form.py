"""The forms of the page for reviews, as HTML. Pure: values in, text out, all that people wrote
escaped."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from chalicelib.commerce.reviewing import LONGEST_AUTHOR, LONGEST_TEXT, LONGEST_TITLE
from chalicelib.playbook_values import Locale, Words
from chalicelib.web import review_words as words

ACCEPTED = "image/jpeg,image/png,image/webp"
ECHOED = 5 * LONGEST_TEXT
"""Characters of a much too long text that come back into the form."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a form holds: `stars` "1" to "5" or "", `errors` what is wrong by field."""

    stars: str = ""
    title: str = ""
    text: str = ""
    author: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Card:
    """One form. `number` is its item's place in the order, from 1; `product` the item's product id,
    "" for the order as a whole; `title` its heading, if it needs one; `again` says that there is a
    review already, `photo` that it has a photo."""

    number: int
    product: str = ""
    title: str = ""
    draft: Draft = field(default_factory=Draft)
    again: bool = False
    photo: bool = False


def form(card: Card, locale: Locale, publish: str) -> str:
    """The form of a card; it is sent to the page's own address."""
    fields = _Fields(number=card.number, draft=card.draft, locale=locale)
    heading = f"<h2>{escape(card.title)}</h2>" if card.title else ""
    note = f'<p class="note">{words.AGAIN.in_(locale)}</p>' if card.again else ""
    hints = [words.PHOTO_HINT.in_(locale)]
    if card.photo:
        hints.insert(0, words.PHOTO_KEPT.in_(locale))
    if card.draft.errors:
        hints.append(words.CHOOSE_AGAIN.in_(locale))
    return (
        f'<form method="post" enctype="multipart/form-data">{heading}'
        f"{_alert(card, locale)}{note}"
        f'<input type="hidden" name="product" value="{escape(card.product)}">'
        f"{fields.stars()}"
        f"{fields.line('title', words.HEADLINE, LONGEST_TITLE)}"
        f"{fields.text()}"
        f"{fields.line('author', words.AUTHOR, LONGEST_AUTHOR, hint=words.AUTHOR_HINT)}"
        f"{fields.photo(' '.join(hints))}"
        f'<p class="hint">{words.PUBLIC[publish].in_(locale)}</p>'
        f'<p><button id="send-{card.number}">{words.SEND.in_(locale)}</button></p></form>'
    )


def _alert(card: Card, locale: Locale) -> str:
    """What is wrong, each leading to its field."""
    if not card.draft.errors:
        return ""
    wrong = "<br>".join(
        f'<a href="#{name}-{card.number}">{escape(error)}</a>'
        for name, error in card.draft.errors.items()
    )
    return f'<p class="error" role="alert">{words.MEND.in_(locale)}<br>{wrong}</p>'


@dataclass(frozen=True, kw_only=True)
class _Fields:
    """The fields of one form; their ids end in its number, so that no two forms share one."""

    number: int
    draft: Draft
    locale: Locale

    def stars(self) -> str:
        choices = "".join(self._star(stars) for stars in range(1, 6))
        return (
            f'<fieldset role="radiogroup" id="{self._id("stars")}"'
            f"{self._state('stars', hint=True)}>"
            f"<legend>{words.STARS.in_(self.locale)}</legend>"
            f'<div class="scale">{choices}</div>'
            f"{self._hint('stars', words.SCALE.in_(self.locale))}</fieldset>"
        )

    def _star(self, stars: int) -> str:
        spoken = words.STAR.in_(self.locale).format(stars=stars)
        checked = " checked" if self.draft.stars == str(stars) else ""
        return (
            f'<label><input type="radio" name="stars" value="{stars}" required{checked} '
            f'aria-label="{spoken}">{stars}&nbsp;★</label>'
        )

    def line(self, name: str, label: Words, longest: int, hint: Words | None = None) -> str:
        value = escape(getattr(self.draft, name)[:ECHOED])
        below = self._hint(name, hint.in_(self.locale)) if hint else ""
        autocomplete = ' autocomplete="nickname"' if name == "author" else ' autocomplete="off"'
        return (
            f"<fieldset>{self._label(name, label)}"
            f'<input type="text" name="{name}" id="{self._id(name)}" value="{value}" '
            f'maxlength="{longest}"{autocomplete}{self._state(name, hint=bool(hint))}>'
            f"{below}{self._error(name)}</fieldset>"
        )

    def text(self) -> str:
        # The line feed after the tag is no part of the text, so that one of its own survives.
        value = escape(self.draft.text[:ECHOED])
        return (
            f"<fieldset>{self._label('text', words.TEXT)}"
            f'<textarea name="text" id="{self._id("text")}" maxlength="{LONGEST_TEXT}"'
            f"{self._state('text', hint=True)}>\n{value}</textarea>"
            f"{self._hint('text', words.TEXT_HINT.in_(self.locale))}{self._error('text')}"
            "</fieldset>"
        )

    def photo(self, hint: str) -> str:
        return (
            f"<fieldset>{self._label('photo', words.PHOTO)}"
            f'<input type="file" name="photo" id="{self._id("photo")}" accept="{ACCEPTED}"'
            f"{self._state('photo', hint=True)}>"
            f"{self._hint('photo', hint)}{self._error('photo')}</fieldset>"
        )

    def _id(self, name: str) -> str:
        return f"{name}-{self.number}"

    def _label(self, name: str, label: Words) -> str:
        return f'<label class="field" for="{self._id(name)}">{label.in_(self.locale)}</label>'

    def _hint(self, name: str, text: str) -> str:
        error = self._error(name) if name == "stars" else ""
        return f'<p class="hint" id="{self._id(name)}-hint">{escape(text)}</p>{error}'

    def _error(self, name: str) -> str:
        error = self.draft.errors.get(name)
        return f'<p class="error" id="{self._id(name)}-error">{escape(error)}</p>' if error else ""

    def _state(self, name: str, *, hint: bool) -> str:
        """What tells a screen reader which texts belong to a field, and that it is wrong."""
        described = [f"{self._id(name)}-hint"] if hint else []
        if name not in self.draft.errors:
            return f' aria-describedby="{described[0]}"' if described else ""
        described.insert(0, f"{self._id(name)}-error")
        return f' aria-invalid="true" aria-describedby="{" ".join(described)}"'
