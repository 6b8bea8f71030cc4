"""How a reader whom no answer helped reaches a person: the ways the playbook knows."""

from dataclasses import dataclass
from email.utils import parseaddr
from html import escape

from chalicelib.outreach import compose
from chalicelib.playbook_values import Locale
from chalicelib.web.faq_words import WORDS
from chalicelib.web.page_words import channel
from chalicelib.wiring import Wiring


@dataclass(frozen=True, kw_only=True)
class Way:
    """A channel, what readers call it, the address to follow, and what of it is shown."""

    channel: str
    name: str
    url: str
    shown: str


def ways(wiring: Wiring, locale: Locale) -> list[Way]:
    """Those of `[brand.contact]`, then mail."""
    brand = wiring.playbook.brand
    found = [
        Way(channel=name, name=_named(name, locale), url=url, shown=_shown(url))
        for name, url in brand.contact.given().items()
    ]
    mail = parseaddr(brand.mail_reply_to or brand.mail_from)[1]
    return [
        *found,
        Way(channel="email", name=_named("email", locale), url=f"mailto:{mail}", shown=mail),
    ]


def when(wiring: Wiring, locale: Locale) -> str:
    """Whether somebody is there, and else when; as plain text."""
    hours, now = wiring.playbook.hours, wiring.clock()
    if hours.open_at(now):
        return WORDS["open"][locale]
    return WORDS["closed"][locale].format(opens=compose.opening(hours, now, locale))


def part(wiring: Wiring, locale: Locale) -> str:
    """The same as a part of a page."""
    items = "".join(
        f'<dt>{escape(one.name)}</dt><dd><a href="{escape(one.url)}">{escape(one.shown)}</a></dd>'
        for one in ways(wiring, locale)
    )
    return (
        f"<h2>{WORDS['person'][locale]}</h2><p>{escape(when(wiring, locale))}</p>"
        f"<dl>{items}</dl><p>{WORDS['or_chat'][locale]}</p>"
    )


def _named(name: str, locale: Locale) -> str:
    return WORDS["phone"][locale] if name == "phone" else channel(name, locale)


def _shown(url: str) -> str:
    return url.removeprefix("tel:").removeprefix("https://").rstrip("/")
