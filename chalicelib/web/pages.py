"""The public pages: small, without scripts, in Turkish and English. So far: ending mails."""

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.errors import Forbidden, NotFound
from chalicelib.web import http

if TYPE_CHECKING:
    from chalicelib.playbook import Locale

pages = Blueprint(__name__)

PURPOSE_WORDS: "dict[str, dict[Locale, str]]" = {
    "review": {"tr": "değerlendirme hatırlatmaları", "en": "review reminders"},
    "survey": {"tr": "memnuniyet soruları", "en": "satisfaction questions"},
    "marketing": {"tr": "kampanya e-postaları", "en": "campaign mails"},
}

WORDS: "dict[str, dict[Locale, str]]" = {
    "title": {"tr": "E-posta tercihleri", "en": "Mail preferences"},
    "ask": {"tr": "Artık {what} almak istemiyor musunuz?", "en": "No more {what}?"},
    "button": {"tr": "Evet, gönderme", "en": "Yes, stop them"},
    "done": {
        "tr": "Tamam. Size artık {what} göndermeyeceğiz.",
        "en": "Done. We will send you no more {what}.",
    },
    "invalid": {
        "tr": "Bu bağlantı artık geçerli değil. Son e-postadaki bağlantıyı kullanabilirsiniz.",
        "en": "This link is not valid any more. Please use the one in the latest mail.",
    },
}


def _page(locale: "Locale", body: str, brand: str, status: int = 200) -> Response:
    from html import escape

    title = WORDS["title"][locale]
    html = (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{title}</title><style>'
        "body{margin:0;background:#f4f1ec;color:#222;font:1.1rem/1.6 system-ui,sans-serif}"
        "main{max-width:32rem;margin:8vh auto;padding:2rem;background:#fff;border-radius:12px}"
        "h1{font-size:1.1rem;color:#5a3510}button{font:inherit;padding:.7rem 1.4rem;border:0;"
        "border-radius:8px;background:#7a4a1e;color:#fff}button:focus{outline:3px solid #c98a4b}"
        f"</style></head><body><main><h1>{escape(brand)}</h1>{body}</main></body></html>"
    )
    return http.page(html, status)


def _ask(token: str) -> Response:
    """The page behind the link in a mail: nothing changes before the button is pressed, so that a
    mail scanner following links unsubscribes nobody."""
    return _answer(token, act=False)


def _unsubscribe(token: str) -> Response:
    """The button, and the one click of a mail program (RFC 8058)."""
    return _answer(token, act=True)


def _answer(token: str, *, act: bool) -> Response:
    from chalicelib.inbox.consents import record_consent
    from chalicelib.store import customers
    from chalicelib.web.customers import consent_event

    wiring = http.wiring(pages)
    brand, now = wiring.playbook.brand, wiring.clock()
    try:
        read = wiring.links.read(token, "unsubscribe", now)
        assert wiring.table
        customer = customers.get(read.customer_id)
    except (Forbidden, NotFound):
        locale = brand.default_locale
        return _page(locale, f"<p>{WORDS['invalid'][locale]}</p>", brand.name, 403)
    locale = wiring.playbook.locale(customer.locale, customer.country)
    what = PURPOSE_WORDS[read.purpose][locale]
    if not act:
        ask = WORDS["ask"][locale].format(what=what)
        button = f'<form method="post"><button>{WORDS["button"][locale]}</button></form>'
        return _page(locale, f"<p>{ask}</p>{button}", brand.name)
    record_consent(
        customer.id,
        read.purpose,
        granted=False,
        source="List-Unsubscribe link",
        at=now,
        pause=wiring.pause,
    )
    wiring.bus.publish([consent_event(customer.id, read.purpose, False, now)])
    return _page(locale, f"<p>{WORDS['done'][locale].format(what=what)}</p>", brand.name)


pages.route("/u/{token}", methods=["GET"], content_types=["*/*"], name="unsubscribe_page")(
    http.guarded(pages, _ask)
)
pages.route("/u/{token}", methods=["POST"], content_types=["*/*"], name="unsubscribe_now")(
    http.guarded(pages, _unsubscribe)
)
