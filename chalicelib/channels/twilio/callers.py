"""Who is at the other end: numbers, senders with a name instead of one, callers without any."""

import re
from dataclasses import dataclass

from chalicelib.channels.base import Handle, Sender
from chalicelib.channels.handles import e164_handle
from chalicelib.channels.twilio.details import profile_name
from chalicelib.channels.twilio.form import LONGEST_ID, Form
from chalicelib.channels.wire import clean_name
from chalicelib.errors import ParseError

WHATSAPP = "whatsapp:"
THROUGH_TWILIO = "twilio:"
"""Begins the account of a WhatsApp number that is Twilio's to send from, not Meta's."""

_SHORTEST_NUMBER = 10
# Numbers that spell RESTRICTED, BLOCKED, UNKNOWN, ANONYMOUS and UNAVAILABLE on a telephone's keys.
_NOBODY = frozenset({"7378742833", "2562533", "8566696", "266696687", "86282452253"})
_HIDDEN = re.compile(
    r"(sips?:)?\+?(anonymous|restricted|unknown|unavailable|private|blocked|withheld)(@.*)?",
    re.DOTALL,
)


@dataclass(frozen=True)
class Party:
    """One end of a message: where Twilio reaches it, on which channel."""

    channel: str
    address: str

    @classmethod
    def of(cls, text: str) -> "Party":
        """`whatsapp:+…` is on WhatsApp; `rcs:+…` is a phone that got a richer message."""
        if text.startswith(WHATSAPP):
            return cls("whatsapp", _with_plus(text.removeprefix(WHATSAPP)))
        bare = text.removeprefix("rcs:")
        return cls("sms", bare if bare.startswith("+") else text)


def account_of(party: Party) -> str:
    """The brand's account behind its number. WhatsApp numbers of Meta's own API have accounts
    too, on the same channel: Twilio's are marked."""
    return f"{THROUGH_TWILIO}{party.address}" if party.channel == "whatsapp" else party.address


def number_of(form: Form, *names: str) -> str:
    """A party as Twilio names it in one of these fields; "" if it does not."""
    return _with_plus(form.first(*names))


def _with_plus(text: str) -> str:
    # A plus that was not escaped arrives as a space. Short codes are shorter, and have none.
    bare = text.strip()
    whole = bare.isascii() and bare.isdigit() and len(bare) >= _SHORTEST_NUMBER
    return f"+{bare}" if whole and not bare.startswith("0") else bare


def correspondent(form: Form, party: Party, account: str) -> Sender:
    """Who wrote. Raises ParseError if nobody can be told by the form."""
    phone = e164_handle(party.address) if party.address.startswith("+") else None
    wa_id = e164_handle(form["WaId"]) if party.channel == "whatsapp" and form["WaId"] else None
    scoped = form["ExternalUserId"].removeprefix(WHATSAPP)
    if not phone and not wa_id and not scoped:
        scoped = party.address
    handles = [handle for handle in (phone or wa_id,) if handle]
    if scoped:
        kind = "whatsapp_user" if party.channel == "whatsapp" else "sms_sender"
        handles.append(Handle(kind=kind, value=scoped[:LONGEST_ID], account=account))
    if not handles:
        raise ParseError("the form has no usable `From`: nobody knows who wrote")
    return Sender(handles=tuple(handles), name=clean_name(profile_name(form)))


def caller(number: str, account: str, call: str, name: str | None = None) -> Sender:
    """Who is on the phone. A call without a number is somebody of its own: what callers hide is
    no reason to take them all for one."""
    handle = _line(number, account)
    return Sender(handles=(handle or call_handle(call),), name=name)


def call_handle(call: str) -> Handle:
    """Whoever is in this call, for what is told of it without a number."""
    return Handle(kind="call", value=call)


def _line(number: str, account: str) -> Handle | None:
    if _is_hidden(number):
        return None
    if number.startswith("+"):
        return e164_handle(number)
    if number.startswith(("sip:", "sips:")):
        address = number.partition(":")[2].partition(";")[0].lower()
        return Handle(kind="sip", value=address[:LONGEST_ID], account=account) if address else None
    return Handle(kind="caller", value=number[:LONGEST_ID], account=account)


def _is_hidden(number: str) -> bool:
    known = number.removeprefix("+")
    return not known or known in _NOBODY or bool(_HIDDEN.fullmatch(number.lower()))
