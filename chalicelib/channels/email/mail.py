"""A mail as a value: who wrote what when, in answer to what, with which files."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256

from chalicelib.channels.base import Fetched, Media
from chalicelib.channels.email.addresses import Mailbox, domains, mailboxes
from chalicelib.channels.email.automatic import automatic
from chalicelib.channels.email.headers import Headers, split
from chalicelib.channels.email.parts import Part, tree
from chalicelib.channels.email.text import body_text, is_body
from chalicelib.clock import EARLIEST, LATEST
from chalicelib.ids import stable_id

_LONGEST_ID = 256
_LONGEST_SUBJECT = 500
_LONGEST_NAME = 200
_LONGEST_DATE = 100
MOST_REFERENCES = 20
_MOST_MEDIA = 50
_ID = re.compile(r"<([^<>]++)>")
_SIGNER = re.compile(rb"(?:^|;)\s*+d\s*+=\s*+([A-Za-z0-9._-]{1,253})")
_KINDS = {"image": "image", "audio": "audio", "video": "video"}
_NO_FILES = re.compile(
    r"application/(?:x-)?(?:pkcs7|pgp)-signature|message/(?:delivery|disposition).*"
    r"|text/rfc822-headers"
)
_HIDDEN = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
"""Control characters, and those that turn the order of letters round, as in "annexe[…]fdp.exe"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """`sender` is None for the null sender of bounces, `alone` whether no other domain stands in
    From, which other readers might take for the sender's; `reply_to` is where the writer wants
    answers. `message_id`, `in_reply_to` and `references` (the nearest last) are without their
    brackets. `automatic` is why it counts as a machine's."""

    sender: Mailbox | None
    alone: bool
    reply_to: Mailbox | None
    subject: str | None
    message_id: str
    in_reply_to: str | None
    references: tuple[str, ...]
    date: datetime | None
    text: str | None
    html: bool
    media: tuple[Media, ...]
    automatic: str | None
    signed_by: tuple[str, ...]
    """The domains whose DKIM signatures it carries, checked by nobody yet."""


def read(raw: bytes) -> Mail:
    """The mail that these bytes are; never raises."""
    headers, body = split(_without_envelope(raw))
    root = tree(headers, body)
    return of_parts(
        headers,
        kind=root.type,
        text=body_text(root),
        html=any(part.type == "text/html" for part in root.walk()),
        media=_media(root),
        charset=next((part.charset for part in root.walk() if part.charset), None),
        digest=sha256(raw).hexdigest(),
    )


def file_in(raw: bytes, number: str) -> Fetched | None:
    """A file that came with a mail, by the `id` of its Media; None if there is no such part."""
    root = tree(*split(_without_envelope(raw)))
    found = next((part for part in root.walk() if part.number == number), None)
    return Fetched(content=found.content(), mime=found.type) if found else None


def of_parts(
    headers: Headers,
    *,
    kind: str,
    text: str | None,
    html: bool,
    media: Sequence[Media],
    charset: str | None,
    digest: str,
) -> Mail:
    """A mail whose body has been read: `charset` is what 8-bit bytes in its header are likely to
    be in, `digest` stands for its content and names it if it has no name of its own."""
    subject = headers.words("subject", charset)[:_LONGEST_SUBJECT]
    people = mailboxes(headers.raw("from"), charset)
    sender = people[0] if people else None
    in_reply_to = _ids(headers.raw("in-reply-to"))
    named = _ids(headers.raw("message-id"))
    address = sender.address if sender else ""
    return Mail(
        sender=sender,
        alone=len(people) == len(headers.all("from")) == 1
        and not headers.cut
        and len(domains(headers.raw("from"))) == 1,
        reply_to=next(iter(mailboxes(headers.raw("reply-to"), charset)), None),
        subject=subject or None,
        message_id=named[0] if named else stable_id("mail", digest),
        in_reply_to=in_reply_to[0] if in_reply_to else None,
        references=_thread(_ids(headers.raw("references")), in_reply_to[:1]),
        date=_date(headers.raw("date")),
        text=text,
        html=html,
        media=tuple(media[:_MOST_MEDIA]),
        automatic=automatic(headers, kind, subject, address),
        signed_by=_signers(headers),
    )


def clean_filename(name: str | None) -> str | None:
    """A file's name as its sender gave it, without path and tricks; None if nothing is left."""
    last = re.split(r"[/\\]", name or "")[-1]
    return " ".join(_HIDDEN.sub(" ", last).split())[-_LONGEST_NAME:] or None


def media_kind(mime: str) -> str:
    return _KINDS.get(mime.partition("/")[0], "document")


def _without_envelope(raw: bytes) -> bytes:
    """The mail without empty lines, or the line of a mail folder, before it."""
    raw = raw.lstrip(b"\r\n")
    return raw.partition(b"\n")[2] if raw.startswith((b"From ", b">From ")) else raw


def _ids(value: bytes) -> list[str]:
    """The message ids in a field, brackets off; also those whose brackets were forgotten."""
    text = value.decode("utf-8", "replace")
    found = _ID.findall(text) or [word for word in text.split() if "@" in word] or text.split()[:1]
    return ["".join(one.split())[:_LONGEST_ID] for one in found if one.isprintable()]


def _thread(references: list[str], in_reply_to: list[str]) -> tuple[str, ...]:
    """All that is answered, once each, what is answered directly last."""
    ordered = dict.fromkeys(reversed([*references, *in_reply_to]))
    return tuple(reversed(list(ordered)[:MOST_REFERENCES]))


def _date(value: bytes) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value[:_LONGEST_DATE].decode("ascii", "replace"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # "-0000" says that the zone is not known: then it is UTC (RFC 5322).
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    return moment.astimezone(UTC) if EARLIEST <= moment < LATEST else None


def _signers(headers: Headers) -> tuple[str, ...]:
    found = (_SIGNER.search(value) for value in headers.all("dkim-signature"))
    # A signature that names no domain is nobody's.
    return tuple(match[1].decode("ascii").lower() if match else "" for match in found)


def _media(root: Part) -> list[Media]:
    return [
        Media(
            kind=media_kind(part.type),
            id=part.number,
            mime=part.type,
            name=clean_filename(part.filename),
            size=part.size,
        )
        for part in root.walk()
        if not part.children and not is_body(part) and not _NO_FILES.fullmatch(part.type)
    ][:_MOST_MEDIA]
