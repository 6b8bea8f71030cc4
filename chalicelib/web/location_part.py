"""The customer's word on the use of their location, as a part of their preference page."""

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.inbox.choosing import Word
from chalicelib.store.customers import LOCATION
from chalicelib.web.location_words import VERSION, WORDS

if TYPE_CHECKING:
    from chalicelib.web.visits import Visit


def agreed(visit: "Visit") -> bool:
    said = visit.customer.consent(LOCATION)
    return said is not None and said.granted


def field(visit: "Visit") -> str:
    """The part's HTML; none where the brand has no use for locations and the customer has agreed to
    none. It says what is kept, how long and why, beside the very box."""
    if visit.playbook.nearby is None and not agreed(visit):
        return ""
    locale, on = visit.locale, agreed(visit)
    return (
        f'<fieldset aria-describedby="location-hint"><legend>{WORDS["title"][locale]}</legend>'
        f'<p class="hint" id="location-hint">{WORDS["hint"][locale]}</p>'
        f'<input type="hidden" name="had:{LOCATION}" value="{"on" if on else "off"}">'
        f'<label class="choice"><input type="checkbox" name="want:{LOCATION}" value="on"'
        f"{' checked' if on else ''}>{WORDS['yes'][locale]}</label></fieldset>"
    )


def take(visit: "Visit", source: str) -> "tuple[Visit, bool]":
    """Record what they changed on the form, if anything; whether they did. Only the difference is
    their word, as with all of the page."""
    fields = visit.form.fields
    had, wants = fields.get(f"had:{LOCATION}") == "on", f"want:{LOCATION}" in fields
    if f"had:{LOCATION}" not in fields or had == wants:
        return visit, False
    return _say(visit, wants, source)


def stop(visit: "Visit", source: str) -> "Visit":
    """Withdraw it, if they had ever agreed."""
    return _say(visit, False, source)[0] if visit.customer.consent(LOCATION) else visit


def _say(visit: "Visit", granted: bool, source: str) -> "tuple[Visit, bool]":
    word = Word(purpose=LOCATION, granted=granted)
    customer, new = visit.wiring.choosing.say(
        visit.customer, [word], source=source, wording=VERSION
    )
    return replace(visit, customer=customer), new > 0
