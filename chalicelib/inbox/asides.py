"""What is kept beside conversations, as arrivals: echoes, reactions, edits, deletions, consents."""

from typing import Any

from chalicelib.channels.base import (
    ConsentNotice,
    Deletion,
    Echo,
    Edit,
    IdentityChange,
    Reaction,
    Sender,
    scoped,
)
from chalicelib.clock import iso, to_millis
from chalicelib.inbox.arrivals import Arrival, fit, media_details
from chalicelib.store.records import MESSAGE, Contact, Entry

Aside = Echo | Reaction | Edit | Deletion | ConsentNotice | IdentityChange


def of_aside(event: Aside, *, delivery_id: str) -> Arrival:
    """The event as an arrival that opens no conversation."""
    if isinstance(event, Echo):
        return _echo(event, delivery_id)
    if isinstance(event, ConsentNotice):
        return _consent(event, delivery_id)
    if isinstance(event, IdentityChange):
        return _aside(event, "identity", delivery_id, {"change": "number"}, event.old)
    if isinstance(event, Reaction):
        details: dict[str, Any] = {"emoji": event.emoji}
        return _about(event, "reaction", delivery_id, details)
    if isinstance(event, Deletion):
        return _about(event, "deletion", delivery_id, {})
    text, cut = fit(event.text)
    about = {"media": media_details(event.media), "cut": cut, "changes": dict(event.details)}
    return _about(event, "edit", delivery_id, about, text=text, outgoing=event.outgoing)


def _echo(echo: Echo, delivery_id: str) -> Arrival:
    handles = echo.recipient.handles
    text, cut = fit(echo.text)
    details = {
        **echo.details,
        "type": echo.kind,
        "reply_to": echo.reply_to,
        "media": media_details(echo.media),
        "by": "echo",
        "cut": cut,
    }
    return Arrival(
        entry=Entry(
            key=echo.key,
            at=to_millis(echo.at),
            kind=MESSAGE,
            direction="out",
            channel=echo.channel,
            text=text,
            status="sent",
            delivery_id=delivery_id,
            details=_told(details),
        ),
        opened_by="brand",
        handles=handles,
        contacts=(Contact(channel=echo.channel, account=echo.account, address=echo.address),),
        name=echo.recipient.name,
        locale=echo.recipient.locale,
        beside=True,
        # Where the platform doesn't say to whom it was: to whoever it answers.
        target=_named(echo, echo.reply_to) if echo.reply_to and not handles else None,
    )


def _about(
    event: Reaction | Edit | Deletion,
    kind: str,
    delivery_id: str,
    details: dict[str, Any],
    *,
    text: str | None = None,
    outgoing: bool = False,
) -> Arrival:
    target = _named(event, event.target)
    details["by"] = event.sender.handles[0].key if event.sender and event.sender.handles else None
    entry = Entry(
        # Beside the message of the same name there may be a reaction of that name.
        key=f"{kind}:{event.key}",
        at=to_millis(event.at),
        kind=kind,
        direction="out" if outgoing else "in",
        channel=event.channel,
        text=text,
        delivery_id=delivery_id,
        details=_told({**details, "target": target}),
    )
    return _beside(entry, _handles(event.sender), target=target)


def _named(event: Echo | Reaction | Edit | Deletion, message_id: str) -> str:
    """The key of another message of the same account."""
    return f"{event.channel}:{scoped(event.account, message_id)}"


def _consent(notice: ConsentNotice, delivery_id: str) -> Arrival:
    name = scoped(notice.account, f"{notice.address}:{notice.scope}:{notice.reason}")
    entry = Entry(
        key=f"consent:{notice.channel}:{name}:{iso(notice.at)}",
        at=to_millis(notice.at),
        kind="consent",
        direction="in",
        channel=notice.channel,
        delivery_id=delivery_id,
        details={"granted": notice.granted, "scope": notice.scope, "reason": notice.reason},
    )
    return _beside(entry, _handles(notice.sender))


def _aside(
    event: IdentityChange,
    kind: str,
    delivery_id: str,
    details: dict[str, Any],
    handles: Any,
) -> Arrival:
    entry = Entry(
        key=f"{kind}:{event.key}",
        at=to_millis(event.at),
        kind=kind,
        direction="in",
        channel=event.channel,
        delivery_id=delivery_id,
        details=details,
    )
    return _beside(entry, handles)


def _beside(entry: Entry, handles: Any, *, target: str | None = None) -> Arrival:
    return Arrival(
        entry=entry,
        opened_by="customer",
        handles=handles,
        beside=True,
        known_only=True,
        target=target,
    )


def _handles(sender: Sender | None) -> Any:
    return sender.handles if sender else ()


def _told(details: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in details.items() if value and value != "text"}
