"""What is kept about a customer and why, as a part of their preference page: in plain words, with
addresses that only their owner recognises."""

from datetime import datetime
from email.utils import parseaddr
from html import escape
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.outreach.decide import zone_of
from chalicelib.store import holdings, locations
from chalicelib.store.customers import LOCATION
from chalicelib.store.location_records import latest
from chalicelib.store.records import Consent, Contact, Customer
from chalicelib.web.kept_words import SOURCES, WORDS
from chalicelib.web.page_words import MONTHS, PURPOSES, channel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.playbook_values import Locale
    from chalicelib.web.visits import Visit

PHONES = ("whatsapp", "sms")


def kept(visit: "Visit") -> str:
    """The part's HTML. Costs a few requests, the same for a customer of ten years."""
    locale = visit.locale
    rows = "".join(
        f"<dt>{WORDS[name][locale]}</dt><dd>{what}</dd>"
        f'<dd class="hint">{WORDS[f"{name}_why"][locale]}</dd>'
        for name, what in _rows(visit)
    )
    brand = visit.playbook.brand
    return (
        f"<h2>{WORDS['title'][locale]}</h2><dl>{rows}</dl>"
        f'<p class="hint">{WORDS["rights"][locale]}'
        f"{escape(parseaddr(brand.mail_reply_to or brand.mail_from)[1])}</p>"
    )


def _rows(visit: "Visit") -> "Iterator[tuple[str, str]]":
    customer, locale = visit.customer, visit.locale
    none = WORDS["none"][locale]
    has = holdings.of(customer.family)
    yield "name", escape(masked_name(customer.name)) if customer.name else none
    yield "addresses", "<br>".join(_address(one, locale) for one in customer.contacts) or none
    yield "orders", _number(has.orders, has.orders >= holdings.MOST, locale)
    yield "conversations", _number(has.conversations, has.more, locale)
    yield "reviews", _number(has.reviews, has.more and has.reviews > 0, locale)
    if has.devices:
        yield "devices", _number(has.devices, has.devices >= holdings.MOST, locale)
    if here := latest(locations.of_family(customer.family), visit.now):
        zone = zone_of(customer, visit.playbook.brand.zone)
        until = f"{day(here.expires_at, zone, locale)} {here.expires_at.astimezone(zone):%H:%M}"
        yield "location", WORDS["position"][locale].format(until=until)
    yield "consents", "<br>".join(_consents(customer, visit)) or none


def _number(count: int, more: bool, locale: "Locale") -> str:
    if more:
        return WORDS["at_least"][locale].format(count=count)
    return str(count) if count else WORDS["none"][locale]


def _address(contact: Contact, locale: "Locale") -> str:
    where, shown = channel(contact.channel, locale), masked(contact)
    return escape(f"{where}: {shown}" if shown else where)


def masked(contact: Contact) -> str:
    """An address as only its owner recognises it, a•••@example.com or ••• 2233; "" for what is but
    a platform's own number of them. Pure."""
    local, at, domain = contact.address.rpartition("@")
    if contact.channel == "email" and at:
        return f"{local[:1]}•••@{domain}"
    return f"••• {contact.address[-4:]}" if contact.channel in PHONES else ""


def masked_name(name: str) -> str:
    """The first name, and of the others the first letter: Ayşe Y•••. Pure."""
    first, *others = name.split() or [""]
    return " ".join([first, *(f"{other[:1]}•••" for other in others)])


def _consents(customer: Customer, visit: "Visit") -> "Iterator[str]":
    zone = zone_of(customer, visit.playbook.brand.zone)
    for about, said in sorted(customer.consents.items(), key=lambda item: item[1].at, reverse=True):
        yield _consent(about, said, zone, visit.locale)


def _consent(about: str, said: Consent, zone: ZoneInfo, locale: "Locale") -> str:
    purpose, _, name = about.partition("/")
    what = PURPOSES[purpose][locale] if purpose in PURPOSES else purpose
    where = channel(name, locale) if name else WORDS["everywhere"][locale]
    answer = WORDS["granted" if said.granted else "withdrawn"][locale]
    on = "" if purpose == LOCATION else f" ({where})"
    words = f"{what}{on}: {answer}, {day(said.at, zone, locale)}, {_source(said, locale)}"
    return escape(words[:1].upper() + words[1:])


def _source(said: Consent, locale: "Locale") -> str:
    """Where it was said, in the customer's words where we have some for it."""
    source = said.source
    for kind, known in SOURCES.items():
        if source.startswith(kind) or source.endswith(f" {kind}"):
            return known[locale]
    return source


def day(at: datetime, zone: ZoneInfo, locale: "Locale") -> str:
    """The moment's day there: 23 Kasım 2026."""
    local = at.astimezone(zone)
    return f"{local.day} {MONTHS[locale][local.month - 1]} {local.year}"
