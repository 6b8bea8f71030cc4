"""Mail as it leaves: MIME with text and HTML, and one-click unsubscribe."""

import re
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr


class _Policy(EmailPolicy):
    """MIME for SES, which wants seven bits. The unsubscribe URL and Message-IDs stay in one piece:
    the library would fold a long word into encoded ones, which no mail program follows."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name in ("List-Unsubscribe", "In-Reply-To", "References"):
            # Many ids would make a line longer than SMTP takes.
            lines = value.replace(" ", f"{self.linesep} ")
            return f"{name}: {lines}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n", cte_type="7bit")


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail to one person. `unsubscribe` is the one-click URL where the purpose allows one;
    `in_reply_to` and `references` are the Message-IDs ("<…>") of the mail it answers and of its
    thread."""

    sender: str
    to: str
    subject: str
    text: str
    html: str
    locale: str
    reply_to: str | None = None
    unsubscribe: str | None = None
    notification_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()


def mime(mail: Mail) -> bytes:
    """The mail as SMTP bytes: multipart/alternative, text first, headers per RFC 8058 and 3834.

    Raises ValueError for an address that is none.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(mail.sender)
    message["To"] = _address(mail.to)
    message["Subject"] = " ".join(mail.subject.split())
    if mail.reply_to:
        message["Reply-To"] = _address(mail.reply_to)
    # So that out-of-office robots leave it unanswered.
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if mail.in_reply_to and _MESSAGE_ID.fullmatch(mail.in_reply_to):
        message["In-Reply-To"] = mail.in_reply_to
    thread = [name for name in mail.references if _MESSAGE_ID.fullmatch(name)]
    if thread:
        message["References"] = " ".join(thread)
    if mail.notification_id:
        message["X-Temas-Notification"] = mail.notification_id
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    message["Content-Language"] = mail.locale
    return message.as_bytes()


def answer_subject(subject: str) -> str:
    """The subject of an answer: with one "Re:", whatever answers it has had (RFC 5322, 3.6.5)."""
    bare = _ANSWERED.sub("", " ".join(subject.split()))
    return f"Re: {bare}"


_ANSWERED = re.compile(r"^(?:(?:re|ynt|aw|sv|yan)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
"""A Message-ID as it may stand in a header: customers' mail programs choose them."""


def _address(text: str) -> Address:
    # Before Python's parser: it drops what follows a line break instead of refusing it.
    if not text.isprintable():
        raise ValueError("not a mail address: it holds control characters")
    name, addr = parseaddr(text)
    try:
        return Address(display_name=name, addr_spec=addr)
    except (MessageError, IndexError) as error:
        raise ValueError("not a mail address") from error
