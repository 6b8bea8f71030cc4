"""What customers said about marketing, as Turkey's İleti Yönetim Sistemi (İYS) takes it.

İYS keeps one word for each recipient and kind of message: ONAY or RET on mails to an address
(EPOSTA), on messages to a number (MESAJ). Only what somebody said is told, each time the last word
about that recipient; a grant whose origin İYS has no code for is named and left out, never guessed.

Field names, codes and formats are those of İYS's own API (`consents/request`), as its partners
document them: https://github.com/OrganikHaberlesme/Veyosis_API_DOCS, https://github.com/netgsm/netiys
Pure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.outreach.iys_sources import DECISION, source_code
from chalicelib.store.notification_records import Suppression
from chalicelib.store.records import Contact, Customer

ZONE = "Europe/Istanbul"
"""In whose time İYS dates consents."""

Type = Literal["EPOSTA", "MESAJ"]

CHANNELS: Mapping[Type, tuple[str, ...]] = {"EPOSTA": ("email",), "MESAJ": ("sms", "whatsapp")}
"""Which of our channels each type is about."""

_MAIL = re.compile(r"[a-z0-9][a-z0-9._+-]*@(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}")
_MOBILE = re.compile(r"\+905[0-9]{9}")
_MAIL_LENGTH = 254


class Row(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One consent, in the shape of İYS's request. `consent_date` is in Turkish time; everybody
    counts as BIREYSEL, a private person, whose consent is needed."""

    consent_date: str
    source: str
    recipient: str
    recipient_type: str = "BIREYSEL"
    status: Literal["ONAY", "RET"]
    type: Type


class Remark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something about a consent that a person should know. `reason` is one of

    * unknown_source: left out, because İYS has no code for where it was said (`source`);
    * decided_by_us: a withdrawal from an unknown source, or a complaint: told as our own decision;
    * not_in_turkey: left out, the customer's country is another or the number is no Turkish mobile;
    * not_taken: left out, İYS takes no such address.
    """

    customer_id: str
    type: Type
    recipient: str
    reason: str
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class _Word:
    granted: bool
    at: datetime
    source: str
    code: str | None


Refusals = Mapping[tuple[str, str], Suppression]
"""What is suppressed, by (channel, address)."""


def rows(
    customer: Customer, refusals: Refusals, *, since: datetime | None = None
) -> tuple[list[Row], list[Remark]]:
    """What İYS is to know of this customer, and what a person is; with `since` only where the last
    word came after it."""
    told: list[Row] = []
    remarks: list[Remark] = []
    for type_, channels in CHANNELS.items():
        for recipient, contacts in _recipients(customer, channels).items():
            words = [*_said(customer, contacts), *_refused(customer, contacts, refusals)]
            last = max(words, key=lambda word: (word.at, not word.granted), default=None)
            if last is None or (since and last.at <= since):
                continue
            remark = _left_out(customer, type_, recipient) or _about(last)
            if remark:
                remarks.append(
                    Remark(
                        customer_id=customer.id,
                        type=type_,
                        recipient=recipient,
                        reason=remark,
                        source=last.source,
                    )
                )
            if remark in (None, "decided_by_us"):
                told.append(_row(type_, recipient, last))
    return told, remarks


def concerns(customer: Customer) -> bool:
    """Whether they have said anything about marketing: who hasn't is nothing to İYS."""
    return any(about.partition("/")[0] == "marketing" for about in customer.consents)


def reached(customer: Customer) -> list[Contact]:
    """The contacts that İYS keeps consents of."""
    known = {channel for channels in CHANNELS.values() for channel in channels}
    return [contact for contact in customer.contacts if contact.channel in known]


def _recipients(customer: Customer, channels: Sequence[str]) -> dict[str, list[Contact]]:
    """The contacts behind each address or number: one number may be reached in several ways."""
    found: dict[str, list[Contact]] = {}
    for contact in reached(customer):
        if contact.channel in channels:
            mail = contact.channel == "email"
            name = contact.address if mail else f"+{contact.address.lstrip('+')}"
            found.setdefault(name, []).append(contact)
    return found


def _said(customer: Customer, contacts: Sequence[Contact]) -> Iterator[_Word]:
    """What they said about marketing in general, and on the channels of this recipient."""
    abouts = ["marketing", *(f"marketing/{contact.channel}" for contact in contacts)]
    for about in dict.fromkeys(abouts):
        if consent := customer.consents.get(about):
            code = source_code(consent.source)
            yield _Word(granted=consent.granted, at=consent.at, source=consent.source, code=code)


def _refused(
    customer: Customer, contacts: Sequence[Contact], refusals: Refusals
) -> Iterator[_Word]:
    """STOP, and a mail called spam, end what was granted; a mailbox that is gone says nothing."""
    if not concerns(customer):
        return
    for contact in contacts:
        found = refusals.get((contact.channel, contact.address))
        if found is not None and not found.lifted and found.reason in ("opted_out", "complained"):
            source = f"{contact.channel}: {found.reason}"
            code = source_code(source) if found.reason == "opted_out" else None
            yield _Word(granted=False, at=found.at, source=source, code=code)


def _left_out(customer: Customer, type_: Type, recipient: str) -> str | None:
    if type_ == "MESAJ":
        return None if _MOBILE.fullmatch(recipient) else "not_in_turkey"
    if customer.country not in (None, "TR"):
        return "not_in_turkey"
    taken = _MAIL.fullmatch(recipient) and len(recipient) <= _MAIL_LENGTH
    return None if taken else "not_taken"


def _about(word: _Word) -> str | None:
    if word.code is not None:
        return None
    return "unknown_source" if word.granted else "decided_by_us"


def _row(type_: Type, recipient: str, word: _Word) -> Row:
    return Row(
        consent_date=f"{word.at.astimezone(ZoneInfo(ZONE)):%Y-%m-%d %H:%M:%S}",
        source=word.code or DECISION,
        recipient=recipient,
        status="ONAY" if word.granted else "RET",
        type=type_,
    )
