"""What a question finds in its own language, and, where that is too little, in the other. Pure.

Words find only articles that are written with them, so what is found in the other language was
asked in it, whatever page, phone or profile says; or by a name that both share.
"""

from collections.abc import Collection

from chalicelib.playbook_values import Locale
from chalicelib.selfservice.index import Index
from chalicelib.selfservice.shelf import Found

OTHER: dict[Locale, Locale] = {"tr": "en", "en": "tr"}


def in_both(
    index: Index,
    question: str,
    language: Locale,
    *,
    enough: float,
    without: Collection[str] = (),
    category: str | None = None,
    sure: float = 0.0,
) -> tuple[list[Found], list[Found]]:
    """What there is in the question's own language, the most certain first; and, if none of it is
    certain `enough`, what there is in the other that is more certain than all of it."""
    own = index.search(question, language, without=without, category=category, sure=sure)
    best = own[0].certainty if own else 0.0
    if best >= enough:
        return own, []
    others = index.search(question, OTHER[language], without=without, category=category, sure=sure)
    return own, [one for one in others if one.certainty > best]
