"""A visit to one of the public pages: whose link it is, in which language, what they sent.

The link is the authority: it is signed, made for one use, and ends. Whoever comes with another one,
or sends what no form of ours can send, meets a kind page that tells nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.errors import Forbidden, InvalidRequest, NotFound, TemasError, TooLarge
from chalicelib.store import customers
from chalicelib.store.records import Customer
from chalicelib.web import forms, http
from chalicelib.web.layout import page
from chalicelib.web.page_words import KIND_PAGES

if TYPE_CHECKING:
    from chalicelib.outreach.links import Token, Use
    from chalicelib.playbook import Playbook
    from chalicelib.playbook_values import Locale
    from chalicelib.wiring import Wiring

LARGEST_FORM = 100_000
"""Bytes: ours are some thousand, a comment in an alphabet of many bytes a few ten thousand."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request to a page, by the customer of its link. `form` is empty for a GET."""

    wiring: "Wiring"
    link: "Token"
    customer: Customer
    locale: "Locale"
    now: datetime
    query: "dict[str, str]"
    form: forms.Form

    @property
    def playbook(self) -> "Playbook":
        return self.wiring.playbook

    def page(self, title: str, body: str, status: int = 200) -> Response:
        return page(self.locale, self.playbook.brand.name, title, body, status)


def visited(
    blueprint: Blueprint, token: str, use: "Use", view: Callable[[Visit], Response]
) -> Response:
    """The view of this visit; a kind page for a link that is not good (any more), for a form that
    can't be ours, and while something we depend on is out."""
    wiring = http.wiring(blueprint)
    locale = _wished(http.headers(blueprint).get("accept-language", ""), wiring)
    try:
        visit = _visit(blueprint, token, use, wiring)
        locale = visit.locale
        return view(visit)
    except TemasError as error:
        if (kind := _kind_of(error)) is None:
            raise
        status = 403 if kind == "invalid" else error.status
        title, text = (words[locale] for words in KIND_PAGES[kind])
        return page(locale, wiring.playbook.brand.name, title, f"<p>{text}</p>", status)


def _visit(blueprint: Blueprint, token: str, use: "Use", wiring: "Wiring") -> Visit:
    now = wiring.clock()
    link = wiring.links.read(token, use, now)
    raw = http.raw_body(blueprint) if blueprint.current_request.method == "POST" else b""
    if len(raw) > LARGEST_FORM:
        raise TooLarge(f"a form may have {LARGEST_FORM} bytes, not {len(raw)}")
    assert wiring.table
    customer = customers.get(link.customer_id)
    return Visit(
        wiring=wiring,
        link=link,
        customer=customer,
        locale=wiring.playbook.locale(customer.locale, customer.country),
        now=now,
        query=dict(http.query(blueprint)),
        form=forms.read(raw, http.headers(blueprint).get("content-type", "")),
    )


def _kind_of(error: TemasError) -> str | None:
    if isinstance(error, Forbidden | NotFound):
        return "invalid"
    if isinstance(error, InvalidRequest | TooLarge):
        return "refused"
    return "busy" if error.transient else None


def _wished(accepted: str, wiring: "Wiring") -> "Locale":
    """The language of a reader of whom nothing else is known: the first of ours that their browser
    names, or the brand's."""
    for part in accepted.lower().split(",")[:10]:
        name = part.partition(";")[0].strip()[:2]
        if name == "tr":
            return "tr"
        if name == "en":
            return "en"
    return wiring.playbook.brand.default_locale
