"""How a campaign reads to one customer, shown to staff without the address. Pure."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.outreach import campaigns as reckoning
from chalicelib.outreach import compose
from chalicelib.outreach.compose import Subject, Urls
from chalicelib.outreach.plan import new
from chalicelib.playbook import Playbook
from chalicelib.store.notification_records import TemplateChoice
from chalicelib.store.outreach_records import Campaign
from chalicelib.store.records import Contact, Customer

_LINKS = Urls(unsubscribe="https://example.com/u/…", preferences="https://example.com/p/…")
"""In place of the customer's own, with which their choice could be changed."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A message as it would leave."""

    locale: str
    channel: str
    to: str
    text: str
    subject: str | None = None
    html: str | None = None
    template: TemplateChoice | None = None


def sample(
    campaign: Campaign, customer: Customer, contact: Contact, playbook: Playbook, now: datetime
) -> Sample:
    """The message of this customer, by that contact."""
    locale = playbook.locale(customer.locale, customer.country)
    subject = Subject(name=compose.first_name(customer), contents=campaign.contents)
    note = new(reckoning.plan(campaign, customer.id, now, "marketing"), now)
    to = masked(contact)
    if contact.channel == "email":
        mail = compose.mail(note, subject, playbook, locale, to=to, now=now, urls=_LINKS)
        return Sample(
            locale=locale,
            channel="email",
            to=to,
            text=mail.text,
            subject=mail.subject,
            html=mail.html,
        )
    chosen = campaign.contents[locale].whatsapp if contact.channel == "whatsapp" else None
    return Sample(
        locale=locale,
        channel=contact.channel,
        to=to,
        text=compose.text(note, subject, playbook, locale, now),
        template=compose.filled_choice(chosen, subject, playbook, locale) if chosen else None,
    )


def masked(contact: Contact) -> str:
    """An address of which enough is left to tell two apart, and too little to write to."""
    name, at, domain = contact.address.rpartition("@")
    if contact.channel == "email" and at:
        return f"{name[:1]}…@{domain}"
    return f"…{contact.address[-3:]}"
