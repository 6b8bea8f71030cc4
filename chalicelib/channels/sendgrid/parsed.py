"""A mail that SendGrid took apart, put together again, and what it found out about its sender."""

import re
from hashlib import sha256

from chalicelib.channels.base import Media
from chalicelib.channels.email.arriving import Checks
from chalicelib.channels.email.headers import Headers, split, typed
from chalicelib.channels.email.mail import Mail, clean_filename, media_kind, of_parts
from chalicelib.channels.email.text import LONGEST
from chalicelib.channels.html_text import plain_text
from chalicelib.channels.multipart import File
from chalicelib.channels.sendgrid.form import Form

_DKIM = re.compile(r"@([A-Za-z0-9._-]{1,253})\s{0,5}:\s{0,5}pass\b", re.IGNORECASE)
_LONGEST_DKIM = 4_000
_CONTENT = ("headers", "from", "subject", "text", "html")


def mail_of(form: Form) -> Mail:
    """The mail in the form's fields. What its header lacks, the fields say."""
    headers, _ = split(form.fields.get("headers", b"").strip() + b"\r\n\r\n")
    fallback = {name: form.text(name).encode() for name in ("from", "subject", "to")}
    fields = list(headers.items())
    fields += [(name, value) for name, value in fallback.items() if name not in headers and value]
    text, html = form.text("text"), form.text("html")
    kind, _ = typed(headers.raw("content-type"))
    charset = form.charsets.get("text") or form.charsets.get("subject")
    return of_parts(
        Headers(fields, cut=headers.cut),
        kind=kind,
        text=(_clean(text) or plain_text(html))[:LONGEST] or None,
        html=bool(html),
        media=[_media(file, form) for file in form.files],
        charset=charset if isinstance(charset, str) else None,
        digest=sha256(b"\0".join(form.fields.get(name, b"") for name in _CONTENT)).hexdigest(),
    )


def envelope_from(form: Form) -> str:
    """The address that bounces go to; "" for the null sender, or if nobody says."""
    address = form.json("envelope").get("from")
    return address.strip() if isinstance(address, str) else ""


def checks(form: Form) -> Checks:
    """The domains that SPF and DKIM vouch for. `dkim` looks like JSON and is none:
    {@example.org : pass}."""
    found = _DKIM.findall(form.text("dkim")[:_LONGEST_DKIM])
    if form.text("SPF").strip().lower() == "pass":
        found.append(envelope_from(form).rpartition("@")[2])
    return Checks(domains=tuple(domain.lower() for domain in found if domain))


def _media(file: File, form: Form) -> Media:
    info = form.json("attachment-info").get(file.name)
    info = info if isinstance(info, dict) else {}
    name = info.get("filename") or info.get("name") or file.filename
    return Media(
        kind=media_kind(file.mime),
        id=file.name[:100] or None,
        mime=file.mime or None,
        name=clean_filename(name if isinstance(name, str) else file.filename),
        size=len(file.content),
    )


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\0", "").strip()
