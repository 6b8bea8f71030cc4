"""Notices: what platforms tell besides messages – receipts, consents, identities – and what changes
because of it. Each may come twice, late, or before what it is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.bus import Bus
from chalicelib.channels.base import (
    Confirmation,
    ConsentNotice,
    Handle,
    HttpReply,
    IdentityChange,
    StatusUpdate,
    Transport,
    Watermark,
)
from chalicelib.channels.handles import email_handle
from chalicelib.clock import Clock, to_millis
from chalicelib.errors import Unavailable
from chalicelib.inbox.consents import consent_event, record_consent
from chalicelib.inbox.people import People
from chalicelib.outreach.clicks import remembered
from chalicelib.store import customers, receipts, suppressions, timelines
from chalicelib.store.notification_records import Suppression
from chalicelib.store.records import Contact

Notice = StatusUpdate | Watermark | ConsentNotice | IdentityChange | Confirmation


@dataclass(frozen=True, kw_only=True)
class Notices:
    """Carries notices out. `join` makes one customer of two, or answers False if they can't be;
    `transport` is the way out."""

    people: People
    join: Callable[[str, str], bool]
    transport: Callable[[], Transport]
    bus: Callable[[], Bus]
    clock: Clock
    pause: Callable[[int], None]

    def take(self, notices: Sequence[Notice]) -> None:
        """Do what each of them asks. Raises Unavailable or Contention to be called again."""
        for notice in notices:
            if isinstance(notice, StatusUpdate):
                self._advance(notice)
            elif isinstance(notice, Watermark):
                self._raise_watermark(notice)
            elif isinstance(notice, ConsentNotice):
                self._note_consent(notice)
            elif isinstance(notice, IdentityChange):
                self._link(notice)
            else:
                self._confirm(notice)

    def _advance(self, update: StatusUpdate) -> None:
        error = None
        if update.error_code or update.error:
            error = {"code": update.error_code or "", "detail": update.error or ""}
        at = to_millis(update.at)
        receipts.advance_status(
            update.key, status=update.status, at=at, now=self.clock(), error=error
        )
        if update.group and update.recipient:
            receipts.advance_recipient(
                update.key,
                update.recipient,
                status=update.status,
                at=at,
                now=self.clock(),
                error=error,
            )
        if update.link and (link := remembered(update.link)):
            receipts.add_link(update.key, link)

    def _raise_watermark(self, mark: Watermark) -> None:
        customer_id = _owner(mark.sender.handles)
        if customer_id is None:
            return
        family = customers.get(customer_id).family
        until = to_millis(mark.up_to)
        for entry in timelines.sent_until(family, mark.channel, until=until):
            if mark.status not in entry.statuses:
                receipts.advance_status(entry.key, status=mark.status, at=until, now=self.clock())

    def _note_consent(self, notice: ConsentNotice) -> None:
        at = to_millis(notice.at)
        if notice.scope == "all":
            suppressions.put(
                Suppression(
                    channel=notice.channel,
                    address=notice.address,
                    reason=notice.reason,
                    at=at,
                    lifted=notice.granted,
                )
            )
            return
        handles = _handles(notice)
        if not handles:
            return
        contact = Contact(channel=notice.channel, account=notice.account, address=notice.address)
        name = notice.sender.name if notice.sender else None
        person = self.people.resolve(handles, contacts=(contact,), name=name)
        known = person.customer.consents.get(f"{notice.scope}/{notice.channel}")
        if known is None or known.at < at:
            record_consent(
                person.customer.id,
                notice.scope,
                granted=notice.granted,
                source=f"{notice.channel}: {notice.reason}",
                at=at,
                pause=self.pause,
                channel=notice.channel,
            )
        told = consent_event(person.customer.id, notice.scope, notice.granted, at, notice.channel)
        self.bus().publish([told])

    def _link(self, change: IdentityChange) -> None:
        """The new handle is the old one's owner's. If it has become somebody else's meanwhile, the
        platform's word makes the two one; if they can't be one, each stays as they are."""
        before, after = _owner(change.old), _owner(change.new)
        if before is None:
            return
        if after is not None and after != before and not self.join(before, after):
            return
        contact = Contact(channel=change.channel, account=change.account, address=change.address)
        self.people.resolve([*change.old, *change.new], contacts=(contact,))

    def _confirm(self, confirmation: Confirmation) -> None:
        reply = self.transport().get(confirmation.url, headers={})
        if not isinstance(reply, HttpReply) or reply.status != 200:
            raise Unavailable(f"{confirmation.channel} has not taken the confirmation yet")


def _handles(notice: ConsentNotice) -> tuple[Handle, ...]:
    """Whose consent it is: the sender's, or who the mail went to."""
    if notice.sender is not None:
        return notice.sender.handles
    mailbox = email_handle(notice.address) if notice.channel == "email" else None
    return (mailbox,) if mailbox else ()


def _owner(handles: Sequence[Handle]) -> str | None:
    known = customers.identities(handle.key for handle in handles)
    return next((known[h.key].customer_id for h in handles if h.key in known), None)
