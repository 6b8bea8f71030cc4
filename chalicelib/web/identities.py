"""Whom an address may mean, as people type it: a phone number with or without its country, with
spaces; a mail address in capitals, Turkish ones too."""

import re
from collections.abc import Sequence

from chalicelib.channels.base import Handle
from chalicelib.channels.handles import email_handle, phone_handle
from chalicelib.errors import InvalidRequest
from chalicelib.playbook import Playbook

MEANING = (
    "email:<address>, phone:<number>, telegram:<user id>, x:<user id>, chat:<id>, or the "
    "full key <kind>:<account>:<value>, as for page-scoped ids messenger:<page>:<id>"
)

_PHONE = re.compile(r"[+(]?\d[\d\s().\-/]{5,24}")
_FEWEST_DIGITS = 7


def identity_keys(text: str, countries: Sequence[str] = ()) -> list[str]:
    """The handle keys that `kind:value` may mean, the likeliest first; a phone number without its
    country is one of these `countries`. Raises InvalidRequest."""
    kind, colon, value = text.partition(":")
    value = value.strip()
    if not colon or not value:
        raise InvalidRequest(f"identity must read kind:value – {MEANING}")
    if kind == "email" and "@" in value:
        return _mailboxes(value.removeprefix(":"))
    if kind in ("phone", "whatsapp", "sms"):
        return _phones(value.removeprefix(":").strip(), countries)
    return [Handle(kind=kind, value=value).key, text]


def keys_of(text: str, countries: Sequence[str]) -> list[str]:
    """The handle keys that somebody may mean by this alone, if it looks like an address."""
    text = text.strip()
    if "@" in text and not any(map(str.isspace, text)):
        return _mailboxes(text)
    if _PHONE.fullmatch(text) and sum(map(str.isdigit, text)) >= _FEWEST_DIGITS:
        return _phones(text, countries)
    return []


def home_countries(playbook: Playbook) -> list[str]:
    """Where a number without its country may belong: the countries whose language the brand
    speaks."""
    brand = playbook.brand
    ranked = sorted(
        brand.locale_by_country,
        key=lambda country: brand.locale_by_country[country] != brand.default_locale,
    )
    return ranked[:5]


def _mailboxes(text: str) -> list[str]:
    # In Turkish capitals i is İ, and what was meant by I can't be told.
    spellings = (text, text.replace("İ", "i").replace("ı", "i"))
    found = (email_handle(one) for one in spellings)
    return list(dict.fromkeys(handle.key for handle in found if handle))


def _phones(text: str, countries: Sequence[str]) -> list[str]:
    # A plus in a URL's query is a space once decoded.
    bare = text.removeprefix("+").strip()
    foreign = [phone_handle(f"+{bare}")]
    national = [phone_handle(text, country) for country in countries]
    # 0532 … and 532 … are numbers at home; 90532 … can only be one that begins with its country.
    tried = [*foreign, *national] if text.startswith("+") else [*national, *foreign]
    return list(dict.fromkeys(handle.key for handle in tried if handle))
