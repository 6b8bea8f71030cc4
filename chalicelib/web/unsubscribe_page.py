"""The page behind a mail's unsubscribe link: it asks, its button acts, and so does the one click of
a mail program (RFC 8058), which posts here without anybody seeing the page."""

from datetime import UTC, datetime
from html import escape

from chalice.app import Response

from chalicelib.inbox.choosing import Word
from chalicelib.outreach.links import LIFETIME
from chalicelib.web.page_words import PURPOSES
from chalicelib.web.visits import Visit

SOURCE = "List-Unsubscribe link"

TITLE = {"tr": "Aboneliğiniz", "en": "Your subscription"}
ASK = {
    "tr": "Artık {what} almak istemiyor musunuz?",
    "en": "No more {what}?",
}
BUTTON = {"tr": "Evet, artık göndermeyin", "en": "Yes, stop them"}
DONE = {
    "tr": "Tamam. Size artık {what} göndermeyeceğiz.",
    "en": "Done. We will send you no more {what}.",
}
OTHERS = {
    "tr": "Siparişleriniz ve sorularınızla ilgili mesajlar yine gelir.",
    "en": "Messages about your orders and your questions still come.",
}
PREFERENCES = {
    "tr": "Neyi, nereden ve ne zaman alacağınızı seçin",
    "en": "Choose what you get, where and when",
}


def show(visit: Visit) -> Response:
    """Nothing changes before the button is pressed: a mail scanner that follows links unsubscribes
    nobody."""
    locale = visit.locale
    ask = ASK[locale].format(what=PURPOSES[visit.link.about][locale])
    return visit.page(
        ask,
        f'<p>{OTHERS[locale]}</p><form method="post"><button>{BUTTON[locale]}</button></form>',
    )


def take(visit: Visit) -> Response:
    locale, purpose = visit.locale, visit.link.about
    word = Word(purpose=purpose, granted=False)
    visit.wiring.choosing.say(visit.customer, [word], source=SOURCE)
    done = DONE[locale].format(what=PURPOSES[purpose][locale])
    return visit.page(
        TITLE[locale],
        f'<p class="note">{done}</p><p>{OTHERS[locale]}</p>'
        f'<p><a href="{escape(_preferences(visit))}">{PREFERENCES[locale]}</a></p>',
    )


def _preferences(visit: Visit) -> str:
    """The link to the preference page, good for as long as the one that led here."""
    made = datetime.fromtimestamp(visit.link.until, UTC) - LIFETIME
    return visit.wiring.links.preferences(visit.customer.id, made)
