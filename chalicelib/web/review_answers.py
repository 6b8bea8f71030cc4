"""What the page for reviews answers: forms, thanks, or a kind word that there is nothing to review.
Looking at it changes nothing, since mail scanners follow links."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape

from chalice.app import Response

from chalicelib.commerce.facts import Item
from chalicelib.commerce.photos import Photo, photo
from chalicelib.commerce.reviewing import (
    LONGEST_AUTHOR,
    LONGEST_TEXT,
    LONGEST_TITLE,
    display_name,
    reviewable,
)
from chalicelib.commerce.reviews import Submitted, Written
from chalicelib.errors import Conflict, Unavailable
from chalicelib.playbook_values import Locale
from chalicelib.store.outreach_records import Review
from chalicelib.web import layout
from chalicelib.web import review_words as words
from chalicelib.web.forms import Form
from chalicelib.web.review_form import Card, Draft
from chalicelib.web.review_form import form as html
from chalicelib.web.review_thanks import thanks
from chalicelib.web.review_visit import Over, Visit, visit
from chalicelib.wiring import Wiring

STARS = ("1", "2", "3", "4", "5")
MOST_ITEMS = 5
LONGEST = {"title": LONGEST_TITLE, "text": LONGEST_TEXT, "author": LONGEST_AUTHOR}


def show(wiring: Wiring, token: str, query: Mapping[str, str]) -> Response:
    """The forms, with the stars of the link already chosen."""
    try:
        here = visit(wiring, token)
    except Over as over:
        return _kind(wiring, over)
    stars = query.get("stars", "")
    return _forms(wiring, here, query.get("item", ""), stars if stars in STARS else "")


def take(wiring: Wiring, token: str, given: Form) -> Response:
    """The review is kept and its writer thanked, or the form comes back with what was typed."""
    try:
        here = visit(wiring, token)
        place = _place(here, given.line("product"))
        if place is None:
            return _forms(wiring, here, "", "")
        draft, picture = _read(given, here.locale)
        if draft.errors:
            return _page(wiring, here, [_card(here, place, draft)], status=400)
        try:
            done = _submit(wiring, here, place, draft, picture)
        except Unavailable:
            draft = replace(draft, errors={"send": words.BUSY.in_(here.locale)})
            return _page(wiring, here, [_card(here, place, draft)], status=503)
        return thanks(wiring, here, done)
    except Over as over:
        return _kind(wiring, over)


def _forms(wiring: Wiring, here: Visit, wanted: str, stars: str) -> Response:
    """One form for the order, or one for each item: the wanted one, those that are left, or, when
    none is, all of them to be changed."""
    chosen = [(n, item) for n, item in here.numbered if str(n) == wanted]
    places: list[Place] = [*(chosen or here.left or here.numbered)] or [WHOLE]
    alone = len(places) == 1
    cards = [
        _card(here, place, _begun(wiring, here, place, stars if alone else "")) for place in places
    ]
    return _page(wiring, here, cards)


Place = tuple[int, Item | None]
"""An item and its number in the order; None for the order as a whole."""

WHOLE: Place = (1, None)


def _place(here: Visit, product: str) -> Place | None:
    """What a sent form is about; None if that can't be reviewed here (any more)."""
    if not here.products:
        return WHOLE if not product else None
    return next((one for one in here.numbered if one[1].product_id == product), None)


def _before(here: Visit, place: Place) -> Review | None:
    return here.written.get(place[1].product_id if place[1] else None)


def _card(here: Visit, place: Place, draft: Draft) -> Card:
    number, item = place
    before = _before(here, place)
    return Card(
        number=number,
        product=(item.product_id if item else None) or "",
        title=item.title if item else "",
        draft=draft,
        again=before is not None,
        photo=bool(before and before.photo),
    )


def _begun(wiring: Wiring, here: Visit, place: Place, stars: str) -> Draft:
    """What a form begins with: the review there is, or the playbook's help."""
    before = _before(here, place)
    template = wiring.playbook.review.template.in_(here.locale)
    if before is None:
        return Draft(stars=stars, text=template, author=display_name(here.customer.name))
    return Draft(
        stars=stars or str(before.stars),
        title=before.title,
        text=before.text or template,
        author=before.author,
    )


def _read(given: Form, locale: Locale) -> tuple[Draft, Photo | None]:
    """What was sent, with what is wrong about it."""
    stars, typed = given.line("stars"), {name: given.line(name) for name in ("title", "author")}
    typed["text"] = given.text("text")
    errors = {} if stars in STARS else {"stars": words.NO_STARS.in_(locale)}
    for name, limit in LONGEST.items():
        if len(typed[name]) > limit:
            fill = {"limit": limit, "given": len(typed[name])}
            errors[name] = words.TOO_LONG[name].in_(locale).format_map(fill)
    found = photo(content) if (content := given.files.get("photo")) else None
    if isinstance(found, str):
        errors["photo"] = words.PHOTOS[found].in_(locale)
    picture = found if isinstance(found, Photo) else None
    return Draft(stars=stars, errors=errors, **typed), picture


def _submit(
    wiring: Wiring, here: Visit, place: Place, draft: Draft, picture: Photo | None
) -> Submitted:
    written = Written(
        stars=int(draft.stars),
        title=draft.title,
        text=draft.text,
        author=draft.author,
        photo=picture,
        locale=here.locale,
    )
    product = place[1].product_id if place[1] else None
    try:
        return wiring.reviews.submit(here.order.key, written, product_id=product)
    except Conflict as error:
        raise Over(words.OVER_TITLE, words.OLD, status=410, locale=here.locale) from error


def _page(wiring: Wiring, here: Visit, cards: list[Card], status: int = 200) -> Response:
    locale, publish = here.locale, wiring.playbook.review.publish
    title = (words.EACH if here.products else words.TITLE).in_(locale)
    name = here.order.name or here.order.order_id
    about = f'<p class="hint">{escape(words.ORDER.in_(locale).format(name=name))}</p>'
    if not here.products:
        bought = (reviewable(here.order) or here.order.items)[:MOST_ITEMS]
        items = "".join(f"<li>{escape(item.title)}</li>" for item in bought)
        about += f"<ul>{items}</ul>" if items else ""
    body = about + "".join(html(card, locale, publish) for card in cards)
    return layout.page(locale, wiring.playbook.brand.name, title, body, status)


def _kind(wiring: Wiring, over: Over) -> Response:
    body = f"<p>{escape(over.what.in_(over.locale))}</p>"
    brand, title = wiring.playbook.brand.name, over.title.in_(over.locale)
    return layout.page(over.locale, brand, title, body, over.status)
