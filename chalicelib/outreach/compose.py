"""Compose: the words of a notification, in the customer's language. Pure; Jinja2 only for mails."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from chalicelib.outreach.mail import Mail
from chalicelib.playbook import Playbook
from chalicelib.playbook_values import Locale, Words
from chalicelib.store.notification_records import Notification, TemplateChoice
from chalicelib.store.outreach_records import Content
from chalicelib.store.records import Customer
from chalicelib.times import WorkingHours

if TYPE_CHECKING:
    from jinja2 import Environment, Template, nodes

TEMPLATES = Path(__file__).with_name("templates")

SUBJECTS: Mapping[str, Words] = {
    "greeting": Words(tr="{brand}: mesajınızı aldık", en="{brand}: we have your message"),
    "reply": Words(tr="{brand}: yanıtımız", en="{brand}: our answer"),
    "longer": Words(tr="{brand}: biraz daha zamana ihtiyacımız var", en="{brand}: we need longer"),
    "opt_out": Words(tr="{brand}: tercihiniz kaydedildi", en="{brand}: your choice is noted"),
    "satisfaction": Words(tr="{brand}: nasıldık?", en="{brand}: how did we do?"),
    "nps": Words(tr="{brand}: bizi önerir misiniz?", en="{brand}: would you recommend us?"),
    "survey_thanks": Words(tr="{brand}: teşekkürler", en="{brand}: thank you"),
    "article": Words(tr="{brand}: sorunuz hakkında", en="{brand}: about your question"),
    "hand_off": Words(tr="{brand}: konunuz ekibimizde", en="{brand}: our team has your case"),
    "team": Words(tr="{brand}: düşük memnuniyet puanı", en="{brand}: a low satisfaction score"),
    "incident": Words(tr="{brand}: {title}", en="{brand}: {title}"),
    "alert": Words(tr="{brand}: cihazınız hakkında", en="{brand}: about your device"),
    "well_again": Words(
        tr="{brand}: cihazınız yeniden iyi", en="{brand}: your device is well again"
    ),
    "maintenance": Words(tr="{brand}: cihazınızın bakımı", en="{brand}: your device's maintenance"),
    "review_reminder": Words(
        tr="{order_name} siparişinizi nasıl buldunuz?",
        en="How do you like your order {order_name}?",
    ),
    "coupon": Words(tr="{brand}: teşekkür indiriminiz", en="{brand}: your thank-you discount"),
    "cart": Words(tr="{brand}: sepetiniz sizi bekliyor", en="{brand}: your basket is waiting"),
    "win_back": Words(tr="{brand}: sizi özledik", en="{brand}: we miss you"),
    "nearby": Words(
        tr="{brand}: {store} mağazamızın yakınındasınız", en="{brand}: you are near {store}"
    ),
}

OFFERS_UNSUBSCRIBE = frozenset({"survey", "review", "marketing"})
"""Purposes whose mails a customer can end with one click; the others answer or warn."""

OWN_TEMPLATES = frozenset({"review_reminder", "satisfaction", "nps", "coupon", "cart", "win_back"})
"""Kinds whose mails are set by templates of their own, `<kind>.<locale>`; the others are a text."""

PAGES = {"review_reminder": "review", "satisfaction": "survey", "nps": "survey"}
"""Kinds whose mails lead to a page of ours, and the use of the link that does."""

SCORES: Mapping[str, range] = {"satisfaction": range(1, 6), "nps": range(11)}
"""What each kind of question can be answered with."""


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a notification is about, as words: facts of the order, the device, the hour. `more` are
    further values for the kind's own template."""

    name: str | None = None
    order_name: str = ""
    items: tuple[str, ...] = ()
    device: str = ""
    message: Words | None = None
    more: Mapping[str, Any] = msgspec.field(default_factory=dict)
    contents: Mapping[str, Content] = msgspec.field(default_factory=dict)
    """A campaign's own words by locale, instead of the product's."""


class Urls(msgspec.Struct, frozen=True, kw_only=True):
    """The links of one mail: ending its kind, choosing what one gets, and the page it leads to."""

    unsubscribe: str | None = None
    preferences: str | None = None
    page: str = ""


def text(
    notification: Notification, subject: Subject, playbook: Playbook, locale: Locale, now: datetime
) -> str:
    """The plain words of a notification, for any channel."""
    if subject.contents:
        return _filled(subject.contents[locale].text, campaign_values(subject, playbook, locale))
    if notification.text is not None:
        return notification.text
    fill = {
        "name": f" {subject.name}" if subject.name else "",
        "brand": playbook.brand.name,
        "device": subject.device,
        "message": subject.message.in_(locale) if subject.message else "",
        "opens": opening(playbook.hours, now, locale),
        **subject.more,
    }
    words = _words(notification.kind, playbook, now)
    return words.in_(locale).format_map(fill) if words else ""


def first_name(customer: Customer | None) -> str | None:
    """How to address someone: the first word of the name they gave."""
    words = (customer.name or "").split() if customer else []
    return words[0] if words else None


def said_to(words: Words, customer: Customer, playbook: Playbook, **more: str) -> str:
    """Words of the playbook with `{name}`, `{brand}` and `more` filled in, in the customer's
    language."""
    name = first_name(customer)
    locale = playbook.locale(customer.locale, customer.country)
    fill = {"name": f" {name}" if name else "", "brand": playbook.brand.name, **more}
    return words.in_(locale).format_map(fill)


def buttons(notification: Notification) -> tuple[tuple[str, str], ...]:
    """What a question can be answered with by a press, as (payload, label)."""
    if notification.choices:
        named = enumerate(notification.choices, 1)
        return tuple((f"{notification.kind}:{notification.id}:{n}", label) for n, label in named)
    scores = SCORES.get(notification.kind, ())
    return tuple((f"survey:{notification.id}:{score}", str(score)) for score in scores)


def _words(kind: str, playbook: Playbook, now: datetime) -> Words | None:
    if kind == "greeting":
        greeting = playbook.greeting
        return greeting.open if playbook.hours.open_at(now) else greeting.closed
    if kind == "nps":
        return playbook.nps.question if playbook.nps else None
    if kind == "nearby":
        return playbook.nearby.offer if playbook.nearby else None
    said = {
        "satisfaction": playbook.satisfaction.question,
        "alert": playbook.alerts.notice,
        "well_again": playbook.alerts.well_again,
    }
    return said.get(kind)


def opening(hours: WorkingHours, now: datetime, locale: Locale) -> str:
    """When the brand opens next, in its own time: "Pazartesi 09:00"; a dash if never."""
    opens = hours.opens_at(now)
    if opens is None:
        return "–"
    local = opens.astimezone(hours.zone)
    days = {
        "tr": ("Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar"),
        "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    }[locale]
    return f"{days[local.weekday()]} {local:%H:%M}"


def mail(
    notification: Notification,
    subject: Subject,
    playbook: Playbook,
    locale: Locale,
    *,
    to: str,
    now: datetime,
    urls: Urls,
) -> Mail:
    """The notification as a mail. Raises jinja2's UndefinedError if a template asks for more than
    it is given."""
    kind, own = notification.kind, subject.contents.get(locale)
    optional = notification.purpose in OFFERS_UNSUBSCRIBE
    words = text(notification, subject, playbook, locale, now)
    values: dict[str, Any] = {
        "locale": locale,
        "brand": playbook.brand.name,
        "postal_address": playbook.brand.postal_address,
        "unsubscribe": urls.unsubscribe if optional else None,
        "preferences": urls.preferences if optional else None,
        "page": urls.page,
        "name": f" {subject.name}" if subject.name else "",
        "order_name": subject.order_name,
        "items": subject.items,
        "text": words,
        "title": words.partition("\n")[0],
        "scores": SCORES.get(kind, ()),
        **subject.more,
    }
    if kind == "review_reminder" and playbook.review.url:
        order = quote(subject.order_name, safe="")
        values["page"] = playbook.review.url.replace("{order}", order)
    if own:
        given = campaign_values(subject, playbook, locale)
        values["subject"] = _filled(own.subject, given)
        values["body"] = _filled(own.html, given, html=True) if own.html else None
    else:
        values["subject"] = SUBJECTS[kind].in_(locale).format_map(values)
        values["body"] = None
    template = f"{kind}.{locale}" if kind in OWN_TEMPLATES else "message"
    environment = _environment()
    return Mail(
        sender=playbook.brand.mail_from,
        reply_to=playbook.brand.mail_reply_to,
        to=to,
        subject=values["subject"],
        text=environment.get_template(f"{template}.txt").render(values),
        html=environment.get_template(f"{template}.html").render(values),
        locale=locale,
        unsubscribe=values["unsubscribe"],
        notification_id=notification.id,
    )


def campaign_values(subject: Subject, playbook: Playbook, locale: Locale) -> dict[str, Any]:
    """What a brand's own template may use: `name` (with a space before it, or empty), `brand`,
    `locale`, and the campaign's values."""
    name = f" {subject.name}" if subject.name else ""
    return {"name": name, "brand": playbook.brand.name, "locale": locale, **subject.more}


def filled_choice(
    chosen: TemplateChoice, subject: Subject, playbook: Playbook, locale: Locale
) -> TemplateChoice:
    """A campaign's approved template with its variables, which are Jinja2 sources, filled in."""
    given = campaign_values(subject, playbook, locale)
    variables = tuple(_filled(variable, given) for variable in chosen.variables)
    return TemplateChoice(name=chosen.name, language=chosen.language, variables=variables)


def _filled(source: str, values: Mapping[str, Any], *, html: bool = False) -> str:
    return compiled(source, html).render(values)


@lru_cache(maxsize=32)
def compiled(source: str, html: bool) -> "Template":
    """A brand's own template, ready to be filled in. Raises jinja2's TemplateSyntaxError."""
    return _of_brand(html).from_string(source)


def parsed(source: str) -> "nodes.Template":
    """A brand's own template as its parts. Raises jinja2's TemplateSyntaxError."""
    return _of_brand(False).parse(source)


@cache
def _environment() -> "Environment":
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )


@cache
def _of_brand(html: bool) -> "Environment":
    """Where a brand's own templates run: no files to include, nothing to reach but its values."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(autoescape=html, undefined=StrictUndefined)
    environment.globals = {"range": environment.globals["range"]}
    return environment
