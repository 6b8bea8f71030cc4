"""Compose: the words of a notification, in the customer's language. Pure; Jinja2 only for mails."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from chalicelib.outreach.mail import Mail
from chalicelib.playbook import Locale, Playbook, Words
from chalicelib.store.records import Notification
from chalicelib.times import WorkingHours

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")

SUBJECTS: Mapping[str, Words] = {
    "greeting": Words(tr="{brand}: mesajınızı aldık", en="{brand}: we have your message"),
    "reply": Words(tr="{brand}: yanıtımız", en="{brand}: our answer"),
    "satisfaction": Words(tr="{brand}: nasıldık?", en="{brand}: how did we do?"),
    "alert": Words(tr="{brand}: cihazınız hakkında", en="{brand}: about your device"),
    "review_reminder": Words(
        tr="{order_name} siparişinizi nasıl buldunuz?",
        en="How do you like your order {order_name}?",
    ),
}

OFFERS_UNSUBSCRIBE = frozenset({"survey", "review", "marketing"})
"""Purposes whose mails a customer can end with one click; the others answer or warn."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a notification is about, as words: facts of the order, the device, the hour."""

    name: str | None = None
    order_name: str = ""
    items: tuple[str, ...] = ()
    device: str = ""
    message: Words | None = None


def text(
    notification: Notification, subject: Subject, playbook: Playbook, locale: Locale, now: datetime
) -> str:
    """The plain words of a notification, for any channel."""
    if notification.kind == "reply":
        return notification.text or ""
    fill = {
        "name": f" {subject.name}" if subject.name else "",
        "brand": playbook.brand.name,
        "device": subject.device,
        "message": subject.message.in_(locale) if subject.message else "",
        "opens": _opening(playbook.hours, now, locale),
    }
    return _words(notification.kind, playbook, now).in_(locale).format_map(fill)


def _words(kind: str, playbook: Playbook, now: datetime) -> Words:
    if kind == "greeting":
        greeting = playbook.greeting
        return greeting.open if playbook.hours.open_at(now) else greeting.closed
    return {"satisfaction": playbook.satisfaction.question, "alert": playbook.alerts.notice}[kind]


def _opening(hours: WorkingHours, now: datetime, locale: Locale) -> str:
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
    unsubscribe: str | None,
) -> Mail:
    """The notification as a mail. Raises jinja2's UndefinedError if a template asks for more than
    it is given."""
    values: dict[str, Any] = {
        "locale": locale,
        "brand": playbook.brand.name,
        "postal_address": playbook.brand.postal_address,
        "unsubscribe": unsubscribe if notification.purpose in OFFERS_UNSUBSCRIBE else None,
        "name": f" {subject.name}" if subject.name else "",
        "order_name": subject.order_name,
        "items": subject.items,
        "review_url": playbook.review.url.replace("{order}", quote(subject.order_name, safe="")),
    }
    values["subject"] = SUBJECTS[notification.kind].in_(locale).format_map(values)
    template = f"review_reminder.{locale}" if notification.kind == "review_reminder" else "message"
    if template == "message":
        values["text"] = text(notification, subject, playbook, locale, now)
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
