"""A mail that came in → the event that the rest of Temas works on."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.channels.base import ChannelEvent, Handle, Ignored, InboundMessage, Sender
from chalicelib.channels.email.addresses import Mailbox, mailboxes
from chalicelib.channels.email.mail import Mail
from chalicelib.channels.wire import counter
from chalicelib.mailboxes import canonical

CHANNEL = "email"
_SES = ".amazonses.com"


@dataclass(frozen=True, kw_only=True, slots=True)
class Checks:
    """What the receiving platform found out about a mail's sender.

    `dmarc` is True or False where the sender's domain has such a policy, None where it has none.
    `domains` are those it vouches for by SPF or DKIM; `signed` says that a DKIM signature was
    valid, but not whose.
    """

    dmarc: bool | None = None
    domains: tuple[str, ...] = ()
    signed: bool = False

    def vouch_for(self, mail: Mail) -> bool:
        """Whether the address in From is its writer's. What is valid for another domain says
        nothing about it, and neither does anything if From names several people."""
        if not mail.sender or not mail.alone or self.dmarc is False:
            return False
        domain = _domain(mail.sender)
        by_signature = self.signed and mail.signed_by
        return (
            self.dmarc is True
            or any(_same(domain, one) for one in self.domains)
            or bool(by_signature and all(_same(domain, one) for one in by_signature))
        )


def arrived(
    mail: Mail, checks: Checks, *, received_at: datetime, envelope_from: str = ""
) -> ChannelEvent:
    """The customer's message.

    Without From the mail counts as from the address it was sent with; the null sender's, a report
    that nobody can answer, is Ignored. An address that nobody vouches for is no "email" handle: it
    must not get onto the time line of the person whom it belongs to.
    """
    envelope = mailboxes(envelope_from.encode("utf-8", "replace"))
    sender = mail.sender or next(iter(envelope), None)
    if sender is None:
        return Ignored(channel=CHANNEL, what=counter(f"automatic:{mail.automatic or 'no_sender'}"))
    vouched = checks.vouch_for(mail)
    handle = Handle(kind="email" if vouched else "email_claimed", value=canonical(sender.address))
    return InboundMessage(
        channel=CHANNEL,
        message_id=mail.message_id,
        sender=Sender(
            handles=(handle,), email=sender.address if vouched else None, name=sender.name
        ),
        address=_answer_to(sender, mail.reply_to),
        at=mail.date or received_at,
        text=mail.text,
        reply_to=_as_kept(mail.in_reply_to) if mail.in_reply_to else None,
        subject=mail.subject,
        media=mail.media,
        thread=tuple(map(_as_kept, mail.references)),
        automatic=mail.automatic is not None,
        details={"automatic_reason": mail.automatic} if mail.automatic else {},
    )


def _answer_to(sender: Mailbox, reply_to: Mailbox | None) -> str:
    """Where an answer goes: to Reply-To if it is at the sender's own domain, as a company's desks
    are; elsewhere anybody could have answers about a customer sent to themselves."""
    if reply_to and _domain(reply_to) == _domain(sender):
        return reply_to.address
    return sender.address


def _as_kept(message_id: str) -> str:
    """A message id as the entry of that mail is named: SES makes "<its id>@<region>.amazonses.com"
    of its own id, which is all that sending tells. Any other is unchanged."""
    name, _, host = message_id.partition("@")
    return name if name and host.endswith(_SES) else message_id


def _domain(mailbox: Mailbox) -> str:
    return mailbox.address.rpartition("@")[2]


def _same(domain: str, other: str) -> bool:
    other = other.lower()
    if "." not in domain or "." not in other:
        return False
    return domain == other or domain.endswith(f".{other}") or other.endswith(f".{domain}")
