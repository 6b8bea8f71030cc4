"""What became of mails that went out by SES: statuses, and addresses that nothing may go to.

A hard bounce and a complaint end an address. A soft bounce (a full mailbox) fails this mail only:
SES itself has tried again for hours, and the next mail may arrive. Opens are not asked for: a pixel
that many mail programs fetch unseen, and none may without consent, would tell little.
"""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.channels.base import ChannelEvent, ConsentNotice, Ignored, StatusUpdate
from chalicelib.channels.email.addresses import mailboxes
from chalicelib.channels.email.arriving import CHANNEL
from chalicelib.channels.ses.wire import Bounce, Click, Complaint, Feedback, Recipient
from chalicelib.channels.wire import counter, iso_or

_ERROR_LENGTH = 500
_WHY = {
    "Permanent/NoEmail": "the receiving server says that this address does not exist",
    "Permanent/General": "the receiving server refused the mail for good",
    "Permanent/Suppressed": "the address is on SES's own list of addresses that bounced",
    "Permanent/OnAccountSuppressionList": "the address is on your SES account's suppression list",
    "Permanent/UnsubscribedRecipient": "the recipient unsubscribed from the SES contact list",
    "Transient/General": "the receiving server could not take the mail, or answered automatically",
    "Transient/MailboxFull": "the mailbox is full",
    "Transient/MessageTooLarge": "the mail is larger than the receiving server takes",
    "Transient/CustomTimeoutExceeded": "it could not be delivered in the time that was set",
    "Transient/ContentRejected": "the receiving server refused what the mail says",
    "Transient/AttachmentRejected": "the receiving server refused a file in the mail",
}


def feedback(kind: str, news: Feedback, received_at: datetime) -> list[ChannelEvent]:
    """The events of one notification of SES, `kind` being its name; Ignored where it tells of
    nothing that changes."""
    match kind:
        case "Bounce" if news.bounce:
            found = _bounced(news, news.bounce, received_at)
        case "Complaint" if news.complaint:
            found = _complained(news, news.complaint, received_at)
        case "Delivery" if news.delivery:
            at = iso_or(news.delivery.timestamp, received_at)
            found = _told(news, "delivered", at, news.delivery.recipients)
        case "Click" if news.click:
            found = _clicked(news, news.click, received_at)
        case "Send":
            found = _told(news, "sent", _sent_at(news, received_at))
        case "Reject":
            reason = news.reject.reason if news.reject else None
            found = _failed(news, "Reject", f"SES refused to send the mail: {reason}", received_at)
        case "Rendering Failure" | "RenderingFailure":
            reason = news.failure.error_message if news.failure else None
            text = f"SES could not fill in the template: {reason}"
            found = _failed(news, "RenderingFailure", text, received_at)
        case "Subscription":
            found = _unsubscribed(news, received_at)
        case _:
            found = iter(())
    return list(found) or [Ignored(channel=CHANNEL, what=counter(kind))]


def _bounced(news: Feedback, bounce: Bounce, received_at: datetime) -> Iterator[ChannelEvent]:
    at = iso_or(bounce.timestamp, received_at)
    code = f"{bounce.bounce_type}/{bounce.bounce_sub_type or 'General'}"
    for recipient in bounce.bounced_recipients:
        address = _normal(recipient.email_address)
        if news.mail:
            yield StatusUpdate(
                channel=CHANNEL,
                message_id=news.mail.message_id,
                status="failed",
                at=at,
                recipient=address,
                error_code=code,
                error=_explained(code, recipient),
            )
        if bounce.bounce_type == "Permanent":
            yield _notice(address, "bounced", at)


def _explained(code: str, recipient: Recipient) -> str:
    why = _WHY.get(code, "the mail came back")
    words = recipient.diagnostic_code or recipient.status
    return (f"{why}: {words}" if words else why)[:_ERROR_LENGTH]


def _complained(
    news: Feedback, complaint: Complaint, received_at: datetime
) -> Iterator[ChannelEvent]:
    at = iso_or(complaint.timestamp, received_at)
    # "not-spam" is the opposite of a complaint: somebody took the mail out of the spam folder.
    if complaint.complaint_feedback_type != "not-spam":
        for recipient in complaint.complained_recipients:
            yield from _told(news, "complained", at, [recipient.email_address])
            yield _notice(_normal(recipient.email_address), "complained", at)


def _clicked(news: Feedback, click: Click, received_at: datetime) -> Iterator[ChannelEvent]:
    link = click.link if isinstance(click.link, str) else None
    at = iso_or(click.timestamp, received_at)
    if news.mail:
        yield StatusUpdate(
            channel=CHANNEL,
            message_id=news.mail.message_id,
            status="clicked",
            at=at,
            recipient=next(map(_normal, news.mail.destination or ()), None),
            link=link,
        )


def _unsubscribed(news: Feedback, received_at: datetime) -> Iterator[ChannelEvent]:
    said = news.subscription
    if said and said.new_topic_preferences and said.new_topic_preferences.unsubscribe_all:
        for address in (news.mail.destination if news.mail else None) or ():
            yield ConsentNotice(
                channel=CHANNEL,
                address=_normal(address),
                granted=False,
                scope="marketing",
                reason="opted_out",
                at=iso_or(said.timestamp, received_at),
            )


def _told(
    news: Feedback, status: str, at: datetime, recipients: list[str] | None = None
) -> Iterator[ChannelEvent]:
    if news.mail:
        for address in recipients or news.mail.destination or [""]:
            yield StatusUpdate(
                channel=CHANNEL,
                message_id=news.mail.message_id,
                status=status,
                at=at,
                recipient=_normal(address) or None,
            )


def _failed(news: Feedback, code: str, why: str, received_at: datetime) -> Iterator[ChannelEvent]:
    if news.mail:
        yield StatusUpdate(
            channel=CHANNEL,
            message_id=news.mail.message_id,
            status="failed",
            at=_sent_at(news, received_at),
            recipient=next(map(_normal, news.mail.destination or ()), None),
            error_code=code,
            error=why[:_ERROR_LENGTH],
        )


def _sent_at(news: Feedback, received_at: datetime) -> datetime:
    return iso_or(news.mail.timestamp if news.mail else None, received_at)


def _notice(address: str, reason: str, at: datetime) -> ConsentNotice:
    return ConsentNotice(
        channel=CHANNEL, address=address, granted=False, scope="all", reason=reason, at=at
    )


def _normal(text: str) -> str:
    """The address as contacts hold it; SES repeats it as the receiving server spelt it."""
    found = mailboxes(text.encode("utf-8", "surrogatepass"))
    return found[0].address if found else text.strip().lower()
