"""Canned answers: which placeholders a text may have, and the text with them filled in. Pure."""

from collections.abc import Mapping
from string import Formatter

from chalicelib.errors import InvalidRequest
from chalicelib.playbook import Playbook
from chalicelib.playbook_values import LOCALES, Locale, placeholder_problem
from chalicelib.store.records import Customer
from chalicelib.store.staff_records import Canned

OURS = ("name", "brand", "agent", "order")
"""What Temas fills in by itself: the customer's first name with a space before it (or nothing), the
brand, who answers, the customer's latest order. A caller may say another agent or order."""

GIVEN = ("agent", "order")
"""Those of ours that a caller may say."""


def check(answer: Canned) -> None:
    """Raises InvalidRequest naming the text and the fix: every language has its text, every
    placeholder is known, and every variable is used."""
    known = {*OURS, *answer.variables}
    if taken := sorted({*answer.variables} & {*OURS}):
        raise InvalidRequest(f"variables: {taken[0]!r} is filled in by itself: rename it")
    used: set[str] = set()
    for locale in LOCALES:
        text = answer.texts.get(locale, "")
        if not text.strip():
            raise InvalidRequest(f"{locale}: the text is blank: write it in every language")
        if problem := placeholder_problem(text, known):
            raise InvalidRequest(f"{locale}: {problem}, or name it in `variables`")
        used |= placeholders(text)
    if idle := sorted({*answer.variables} - used):
        raise InvalidRequest(f"variables: no text uses {{{idle[0]}}}: leave it out")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def language(
    wanted: Locale | None, written: str | None, customer: Customer, playbook: Playbook
) -> Locale:
    """In which language to answer: the one asked for, else the one that the customer `written` in,
    else their own."""
    spoken = next((one for one in LOCALES if one == written), None)
    return wanted or spoken or playbook.locale(customer.locale, customer.country)


def rendered(
    answer: Canned, locale: Locale, ours: Mapping[str, str | None], given: Mapping[str, str]
) -> str:
    """The text with everything filled in; `ours` are our own values, None for what there isn't.

    Raises InvalidRequest for a variable that is missing, or that the answer doesn't have.
    """
    text = answer.texts[locale]
    allowed = {*answer.variables, *GIVEN}
    if strange := sorted(given.keys() - allowed):
        write = ", ".join(sorted(allowed))
        raise InvalidRequest(
            f"variables: {strange[0][:40]!r} is none of this answer's: give {write}"
        )
    values = {name: value for name, value in ours.items() if value is not None} | dict(given)
    if missing := sorted(placeholders(text) - values.keys()):
        raise InvalidRequest(f"variables: {missing[0]!r} is missing: give it with the call")
    return text.format_map(values)
