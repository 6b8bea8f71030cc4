"""The preference page: what may be sent, where and when, and what is kept.

Its form says what it was made from. What the customer changed is recorded, nothing else: a form
that lay open while they unsubscribed elsewhere grants nothing again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from html import escape

from chalice.app import Response

from chalicelib.errors import InvalidRequest
from chalicelib.inbox.choosing import Word
from chalicelib.outreach.choices import (
    HOURS,
    OPTIONAL,
    OWN_HOURS,
    Choice,
    changed,
    choices,
    hours_named,
    open_hours,
)
from chalicelib.outreach.purposes import MAIL_FIRST
from chalicelib.store.records import Customer
from chalicelib.web import location_part
from chalicelib.web.kept_part import kept
from chalicelib.web.page_words import channel
from chalicelib.web.preferences_words import LANGUAGES, VERSION, WORDS
from chalicelib.web.visits import Visit

SOURCE = "preference page"


def show(visit: Visit) -> Response:
    return _page(visit)


def take(visit: Visit) -> Response:
    """Record what the customer changed, and show how it stands then."""
    if visit.form.text("stop"):
        customer, _ = _say(visit, (Word(purpose=one, granted=False) for one in _asked(visit)))
        return _page(location_part.stop(replace(visit, customer=customer), SOURCE), "stopped")
    if not any(name.startswith("had") for name in visit.form.fields):
        raise InvalidRequest("this is not the form of the preference page")
    words = [
        Word(purpose=one.purpose, channel=one.channel, granted=one.on) for one in _changes(visit)
    ]
    customer, new = _say(visit, words)
    visit, located = location_part.take(replace(visit, customer=customer), SOURCE)
    customer = visit.customer
    if values := _values(visit, customer):
        customer = visit.wiring.choosing.prefer(customer, **values)
    locale = visit.playbook.locale(customer.locale, customer.country)
    note = "saved" if new or located or values else "unchanged"
    return _page(replace(visit, customer=customer, locale=locale), note)


def _say(visit: Visit, words: Iterable[Word]) -> tuple[Customer, int]:
    return visit.wiring.choosing.say(visit.customer, words, source=SOURCE, wording=VERSION)


def _asked(visit: Visit) -> list[str]:
    """The purposes that a customer can end."""
    rules = visit.playbook.purposes
    return [purpose for purpose in OPTIONAL if rules.named(purpose).consent != "none"]


def _changes(visit: Visit) -> tuple[Choice, ...]:
    fields = visit.form.fields
    now = choices(visit.customer, visit.playbook.purposes)
    had = {
        one.name: fields[f"had:{one.name}"] == "on" for one in now if f"had:{one.name}" in fields
    }
    return changed(now, had, {one.name: f"want:{one.name}" in fields for one in now})


def _values(visit: Visit, customer: Customer) -> dict[str, object]:
    """The fields of the customer that they set to something else, as it shall be."""
    known = {"channel": customer.preferred_channel, "language": customer.locale}
    valid: Mapping[str, Mapping[str, object]] = {
        "channel": {"": None, **{name: name for name in _channels(customer)}},
        "hours": HOURS,
        "language": {name: name for name in LANGUAGES},
    }
    names = {"channel": "preferred_channel", "hours": "quiet_hours", "language": "locale"}
    found = {}
    for field, values in valid.items():
        had, wanted = visit.form.line(f"had_{field}"), visit.form.line(field)
        if f"had_{field}" not in visit.form.fields or wanted == had or wanted not in values:
            continue
        before = customer.quiet_hours if field == "hours" else known[field]
        if values[wanted] != before:
            found[names[field]] = values[wanted]
    return found


def _channels(customer: Customer) -> list[str]:
    reached = {contact.channel for contact in customer.contacts}
    return [name for name in MAIL_FIRST if name in reached]


def _page(visit: Visit, note: str = "") -> Response:
    locale = visit.locale
    said = f'<p class="note" role="status">{WORDS[note][locale]}</p>' if note else ""
    body = (
        f"{said}<p>{WORDS['intro'][locale]}</p>"
        f'<form method="post" accept-charset="utf-8">'
        f"<h2>{WORDS['what'][locale]}</h2>{_what(visit)}{location_part.field(visit)}"
        f"<h2>{WORDS['how'][locale]}</h2>{_how(visit)}"
        f"<button>{WORDS['save'][locale]}</button></form>"
        f'<h2>{WORDS["stop_title"][locale]}</h2><p class="hint">{WORDS["stop_hint"][locale]}</p>'
        f'<form method="post"><input type="hidden" name="stop" value="all">'
        f'<button class="quiet">{WORDS["stop"][locale]}</button></form>'
        f"{kept(visit)}"
    )
    return visit.page(WORDS["title"][locale], body)


def _what(visit: Visit) -> str:
    locale, now = visit.locale, choices(visit.customer, visit.playbook.purposes)
    groups = [
        f'<fieldset aria-describedby="{purpose}-hint"><legend>{WORDS[purpose][locale]}</legend>'
        f'<p class="hint" id="{purpose}-hint">{WORDS[f"{purpose}_hint"][locale]}</p>'
        f"{''.join(_choice(one, visit) for one in of_purpose)}</fieldset>"
        for purpose in OPTIONAL
        if (of_purpose := [one for one in now if one.purpose == purpose])
    ]
    return "".join(groups) or f"<p>{WORDS['nothing'][locale]}</p>"


def _choice(one: Choice, visit: Visit) -> str:
    name, state = escape(one.name), "on" if one.on else "off"
    return (
        f'<input type="hidden" name="had:{name}" value="{state}">'
        f'<label class="choice"><input type="checkbox" name="want:{name}" value="on"'
        f"{' checked' if one.on else ''}>{escape(channel(one.channel, visit.locale))}</label>"
    )


def _how(visit: Visit) -> str:
    locale, customer = visit.locale, visit.customer
    channels = {"": WORDS["no_channel"][locale]}
    channels |= {name: channel(name, locale) for name in _channels(customer)}
    hours = hours_named(customer.quiet_hours)
    shown = [*HOURS, OWN_HOURS] if hours == OWN_HOURS else list(HOURS)
    preferred = customer.preferred_channel or ""
    radios = "".join(
        f'<label class="choice"><input type="radio" name="hours" value="{name}"'
        f"{' checked' if name == hours else ''}>{_hours(name, visit)}</label>"
        for name in shown
    )
    return (
        f"{_select('channel', channels, preferred if preferred in channels else '', visit)}"
        f'<fieldset aria-describedby="hours-hint"><legend>{WORDS["hours"][locale]}</legend>'
        f'<p class="hint" id="hours-hint">{WORDS["hours_hint"][locale]}</p>'
        f'<input type="hidden" name="had_hours" value="{hours}">{radios}</fieldset>'
        f"{_select('language', LANGUAGES, locale, visit)}"
    )


def _select(name: str, options: Mapping[str, str], chosen: str, visit: Visit) -> str:
    rows = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(label)}</option>"
        for value, label in options.items()
    )
    return (
        f'<p><input type="hidden" name="had_{name}" value="{escape(chosen)}">'
        f'<label class="field" for="{name}">{WORDS[name][visit.locale]}</label>'
        f'<select id="{name}" name="{name}">{rows}</select></p>'
    )


def _hours(name: str, visit: Visit) -> str:
    """The label of hours: what they are called, and from when to when they last."""
    quiet = HOURS.get(name) if name != OWN_HOURS else visit.customer.quiet_hours
    if name == "usual":
        brand = visit.playbook.quiet_hours
        quiet = (str(brand.start), str(brand.end))
    lasting = open_hours(quiet) if quiet else None
    return WORDS[name][visit.locale] + (f" ({lasting[0]}–{lasting[1]})" if lasting else "")
