"""Handles that mean the same on every channel: mail addresses and phone numbers, normalised.

All functions return None for text that is no address or number, so a caller decides whether that
is an error (a form) or a handle to do without (a webhook).
"""

import re
import unicodedata

from chalicelib.channels.base import Handle
from chalicelib.mailboxes import canonical

_MAIL_LENGTH = 254
_LOCAL_LENGTH = 64
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_LOCAL = re.compile(r"[^\s\"(),:;<>@\[\\\]\x00-\x1f\x7f]+")
_E164 = re.compile(r"\+[1-9][0-9]{4,14}")


def email_handle(text: str) -> Handle | None:
    """Who is behind a mail address: its mailbox, however the address is written.

    Letters that merely look alike stay different: equal handles join two customers into one.
    """
    address = mail_address(text)
    return Handle(kind="email", value=canonical(address)) if address else None


def mail_address(text: str) -> str | None:
    """Where mail is sent: the address trimmed and in lower case, its domain in ASCII (`xn--…`)
    form; what its writer put behind a plus stays."""
    address = unicodedata.normalize("NFC", text.strip()).lower()
    local, _, domain = address.rpartition("@")
    labels = [_ascii_label(label) for label in domain.removesuffix(".").split(".")]
    if (
        not address.isprintable()
        or len(labels) < 2
        or not all(_LABEL.fullmatch(label) for label in labels)
    ):
        return None
    if not _LOCAL.fullmatch(local) or len(local) > _LOCAL_LENGTH:
        return None
    value = f"{local}@{'.'.join(labels)}"
    return value if len(value) <= _MAIL_LENGTH else None


def phone_handle(text: str, region: str | None = None) -> Handle | None:
    """The number in E.164; `region` ("TR") is where a number without country code belongs."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    # Everybody behind one switchboard shares its number: with an extension it names nobody.
    if number.extension or not phonenumbers.is_possible_number(number):
        return None
    return e164_handle(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def e164_handle(text: str) -> Handle | None:
    """A number that already is international, with or without its plus; needs no number library."""
    value = f"+{text.removeprefix('+')}"
    return Handle(kind="phone", value=value) if _E164.fullmatch(value) else None


def _ascii_label(label: str) -> str:
    # Plain Punycode: the standard library's "idna" codec would turn ß into ss, another domain.
    try:
        return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"
    except UnicodeError:
        return ""


def country_of(handle: Handle) -> str | None:
    """The ISO 3166 country of a phone handle ("TR"); None for other kinds and unknown codes.

    A number outside every known range counts for the main country of its calling code.
    """
    if handle.kind != "phone":
        return None
    import phonenumbers

    try:
        number = phonenumbers.parse(handle.value)
    except phonenumbers.NumberParseException:
        return None
    region: str | None = phonenumbers.region_code_for_number(number)
    main = phonenumbers.region_code_for_country_code(number.country_code or 0)
    # "001" and "ZZ" stand for numbers of no country.
    return region or (main if main.isalpha() and main != "ZZ" else None)
