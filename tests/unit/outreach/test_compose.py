"""The words: complete in both languages, safe in HTML, and never with a hole in them."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any, get_args

import msgspec
import pytest
from jinja2 import UndefinedError
from msgspec.structs import replace

from chalicelib.outreach import compose
from chalicelib.outreach.compose import Subject, Urls
from chalicelib.outreach.mail import Mail, mime
from chalicelib.outreach.purposes import Kind, PurposeName
from chalicelib.playbook import Playbook, load
from chalicelib.playbook_values import LOCALES, Locale, Words
from chalicelib.store.notification_records import Notification
from chalicelib.store.outreach_records import Content

OPEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
"""A Monday, 13:00 in Istanbul."""
SATURDAY_NIGHT = datetime(2026, 11, 28, 20, tzinfo=UTC)
UNSUBSCRIBE = "https://api.kahve.example/u/" + "a" * 200 + "." + "b" * 43
URLS = Urls(
    unsubscribe=UNSUBSCRIBE,
    preferences="https://api.kahve.example/p/" + "a" * 200,
    page="https://api.kahve.example/r/" + "a" * 200,
)
NEWS = {
    "tr": Content(subject="{{ brand }}: yeni hasat", text="Merhaba{{ name }}, yeni hasat geldi."),
    "en": Content(subject="{{ brand }}: new harvest", text="Hello{{ name }}, the harvest is here."),
}
PLAYBOOK = load("prod")
PURPOSE_OF: dict[Kind, PurposeName] = {
    "greeting": "reply",
    "reply": "reply",
    "review_reminder": "review",
    "satisfaction": "survey",
    "alert": "service",
    "maintenance": "service",
    "opt_out": "reply",
    "nps": "survey",
    "survey_thanks": "reply",
    "team": "service",
    "incident": "service",
    "coupon": "review",
    "cart": "marketing",
    "win_back": "marketing",
    "well_again": "service",
    "nearby": "marketing",
    "campaign": "marketing",
    "article": "reply",
    "hand_off": "reply",
    "longer": "reply",
}
IN_ITS_PLAN = ("reply", "article", "hand_off", "longer", "incident")
"""Kinds whose words come with their plan."""
ASKING: dict[str, Any] = {"turn": 1, "last": False, "products": [], "own_page": False}
OFFER: dict[str, Any] = {"code": "K7M2P9QX4T", "percent": 10, "expires": "1 Ocak 2027", "url": ""}
STORE: dict[str, Any] = {"store": "Moda", "address": "Moda Cad. 1"}
MORE = {**ASKING, **OFFER, **STORE}
SUBJECT = Subject(
    name="Ayşe",
    order_name="#1001",
    items=("Filtre Kahve 250 g", "Cezve"),
    device="Mutfak",
    message=Words(tr="kireç çözme zamanı geldi.", en="it is time for descaling."),
    more=MORE,
)


def note(kind: Kind, purpose: PurposeName | None = None) -> Notification:
    return Notification(
        id="ntf_1",
        key="k",
        purpose=purpose or PURPOSE_OF[kind],
        kind=kind,
        customer_id="cus_1",
        planned_at=OPEN,
        planned_for=OPEN,
        due_at=OPEN,
        text="Buyurun, kargonuz yolda." if kind in IN_ITS_PLAN else None,
    )


def written(
    kind: Kind,
    locale: Locale,
    subject: Subject = SUBJECT,
    *,
    now: datetime = OPEN,
    playbook: Playbook = PLAYBOOK,
    purpose: PurposeName | None = None,
) -> Mail:
    one = note(kind, purpose)
    if kind == "campaign":
        subject = replace(subject, contents=NEWS)
    return compose.mail(one, subject, playbook, locale, to="ayse@example.com", now=now, urls=URLS)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize(
    "subject", [SUBJECT, Subject(more=MORE)], ids=["everything known", "nothing known"]
)
def test_every_kind_is_complete_in_every_language_whatever_is_known(
    kind: Kind, locale: Locale, subject: Subject
) -> None:
    mail = written(kind, locale, subject)

    for text in (mail.subject, mail.text, mail.html):
        assert text.strip()
        assert not re.search(r"\{[\w{%]|None|Undefined| ,| !|\(\)", text), text
    assert mail.locale == locale
    assert f'<html lang="{locale}">' in mail.html
    assert PLAYBOOK.brand.postal_address in mail.text
    assert PLAYBOOK.brand.postal_address in mail.html
    assert "\n\n\n" not in mail.text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", ["greeting", "reply", "satisfaction", "alert", "nearby"])
def test_every_kind_has_words_for_a_chat(kind: Kind, locale: Locale) -> None:
    text = compose.text(note(kind), SUBJECT, PLAYBOOK, locale, OPEN)

    assert text
    assert "{" not in text
    assert "<" not in text


def test_the_two_languages_say_it_in_their_own_words() -> None:
    turkish, english = written("review_reminder", "tr"), written("review_reminder", "en")

    assert turkish.subject == "#1001 siparişinizi nasıl buldunuz?"
    assert english.subject == "How do you like your order #1001?"
    assert turkish.text.startswith("Merhaba Ayşe,\n")
    assert english.text.startswith("Hello Ayşe,\n")
    assert "- Filtre Kahve 250 g\n- Cezve\n" in turkish.text
    assert "- Filtre Kahve 250 g\n- Cezve\n" in english.text
    assert f"5 ★★★★★ {URLS.page}?stars=5\n" in turkish.text
    assert f'href="{URLS.page}?stars=1"' in english.html


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", ["greeting", "satisfaction", "alert"])
def test_without_a_name_the_greeting_leaves_no_gap(kind: Kind, locale: Locale) -> None:
    nameless = compose.text(note(kind), Subject(device="M"), PLAYBOOK, locale, OPEN)

    assert re.match(r"(Merhaba|Hello)[,!] ", nameless)


def test_a_greeting_in_working_hours_promises_an_answer_shortly() -> None:
    tr = compose.text(note("greeting"), SUBJECT, PLAYBOOK, "tr", OPEN)

    assert tr.startswith("Merhaba Ayşe! Kahve Dükkânı")
    assert "birazdan" in tr


@pytest.mark.parametrize(
    ("now", "tr", "en"),
    [
        (SATURDAY_NIGHT, "(Pazartesi 09:00)", "(Monday 09:00)"),
        (datetime(2026, 11, 23, 5, tzinfo=UTC), "(Pazartesi 09:00)", "(Monday 09:00)"),
        (datetime(2026, 11, 27, 16, tzinfo=UTC), "(Cumartesi 10:00)", "(Saturday 10:00)"),
        (datetime(2026, 11, 24, 15, tzinfo=UTC), "(Çarşamba 09:00)", "(Wednesday 09:00)"),
    ],
)
def test_outside_them_it_says_when_it_opens_in_the_brands_time(
    now: datetime, tr: str, en: str
) -> None:
    assert tr in compose.text(note("greeting"), SUBJECT, PLAYBOOK, "tr", now)
    assert en in compose.text(note("greeting"), SUBJECT, PLAYBOOK, "en", now)


def test_a_brand_that_never_opens_still_greets() -> None:
    never = msgspec.structs.replace(PLAYBOOK, working_hours={})

    assert "(–)" in compose.text(note("greeting"), SUBJECT, never, "tr", OPEN)


def test_a_reply_is_passed_on_as_it_was_written() -> None:
    reply = msgspec.structs.replace(note("reply"), text="{name} <b>\n%s")

    assert compose.text(reply, SUBJECT, PLAYBOOK, "tr", OPEN) == "{name} <b>\n%s"


def test_what_customers_and_shops_wrote_is_text_in_html_never_markup() -> None:
    evil = "<script>alert(1)</script>"
    subject = Subject(name=evil, order_name=evil, items=(evil,), device=evil, more=MORE)

    for kind in ("review_reminder", "greeting", "alert"):
        mail = written(kind, "en", subject)
        assert "<script" not in mail.html
        assert "&lt;script&gt;" in mail.html
        assert evil in mail.text


def test_braces_in_names_are_letters() -> None:
    subject = Subject(name="{brand}", order_name="{0.__class__}", more=MORE)
    mail = written("review_reminder", "en", subject)

    assert mail.subject == "How do you like your order {0.__class__}?"
    assert "Hello {brand}," in mail.text


@pytest.mark.parametrize("evil", ["#1\r\nBcc: all@example.com", "#1\nX: y", "#1\r\n\r\nbody"])
def test_no_name_writes_headers(evil: str) -> None:
    raw = mime(written("review_reminder", "en", Subject(name=evil, order_name=evil, more=MORE)))
    read = message_from_bytes(raw, policy=policy.default)

    assert read["Bcc"] is None
    assert read["X"] is None
    assert read["Subject"] == f"How do you like your order {' '.join(evil.split())}?"


@pytest.mark.parametrize("purpose", get_args(PurposeName))
def test_unsubscribing_is_offered_where_a_mail_is_not_an_answer_or_a_warning(
    purpose: PurposeName,
) -> None:
    offered = purpose in ("survey", "review", "marketing")
    for kind in get_args(Kind):
        mail = written(kind, "tr", purpose=purpose)
        read = message_from_bytes(mime(mail), policy=policy.default)

        assert (mail.unsubscribe == UNSUBSCRIBE) is offered
        assert (UNSUBSCRIBE in mail.text) is offered
        assert (UNSUBSCRIBE in mail.html) is offered
        assert (read["List-Unsubscribe"] == f"<{UNSUBSCRIBE}>") is offered
        assert (read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click") is offered


def test_a_template_that_asks_for_what_it_is_not_given_fails() -> None:
    environment = compose._environment()

    with pytest.raises(UndefinedError, match="coupon"):
        environment.from_string("{{ coupon }}").render({})
    with pytest.raises(UndefinedError):
        environment.get_template("review_reminder.tr.html").render({"locale": "tr"})


def test_templates_run_in_a_sandbox() -> None:
    from jinja2.exceptions import SecurityError

    with pytest.raises(SecurityError):
        compose._environment().from_string("{{ ''.__class__.__mro__ }}").render({})
