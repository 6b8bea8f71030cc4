"""Direct messages: what customers write to the brand in private, and what it answers elsewhere."""

from typing import Any

import msgspec

from chalicelib.channels.base import ChannelEvent, Echo, InboundMessage, Watermark
from chalicelib.channels.extras import object_of, without_nothing
from chalicelib.channels.wire import decode
from chalicelib.channels.x import wire
from chalicelib.channels.x.media import attached, first_url, time_of, unescaped
from chalicelib.channels.x.occasions import Occasion
from chalicelib.channels.x.people import CHANNEL, person

_CREATED = "message_create"


class _Kind(msgspec.Struct):
    type: str = _CREATED


_KIND = msgspec.json.Decoder(_Kind)


def message(raw: msgspec.Raw, on: Occasion) -> ChannelEvent:
    """A message to or from the brand. Without `for_user_id`, as X sent it at first, whoever is
    written to is the brand."""
    kind = decode(_KIND, raw, on.path).type
    if kind != _CREATED:
        return on.ignored(f"direct_message:{kind}")
    event = decode(wire.DIRECT_MESSAGE, raw, on.path)
    sender, recipient = event.message_create.sender_id, event.message_create.target.recipient_id
    data = event.message_create.message_data or wire.MessageData()
    own = sender == on.account
    customer = recipient if own else sender
    files = attached(data.attachment)
    shared: dict[str, Any] = {
        "channel": CHANNEL,
        "account": on.account or recipient,
        "message_id": f"dm:{event.id}",
        "address": f"dm:{customer}",
        "at": time_of(event.created_timestamp, on.received_at),
        "text": unescaped(data.text),
        "media": files,
        "details": _details(event, data),
    }
    if own:
        return Echo(recipient=person(customer, on.people), **shared)
    pressed = data.quick_reply_response
    return InboundMessage(
        sender=person(customer, on.people),
        kind="button" if pressed else files[0].kind if files else "text",
        payload=(pressed.metadata or None) if pressed else None,
        **shared,
    )


def read(raw: msgspec.Raw, on: Occasion) -> ChannelEvent:
    """Somebody has read all that was written to them until then."""
    receipt = decode(wire.READ_RECEIPT, raw, on.path)
    if receipt.sender_id == on.account:
        return on.ignored("direct_message_mark_read_events:own")
    return Watermark(
        channel=CHANNEL,
        account=on.account,
        sender=person(receipt.sender_id, on.people),
        status="read",
        up_to=time_of(receipt.created_timestamp, on.received_at),
    )


def encrypted(raw: msgspec.Raw, on: Occasion) -> ChannelEvent:
    """A message that only the brand's own devices can read: that it came is all we can tell."""
    event = decode(wire.ENCRYPTED, raw, on.path)
    if event.sender_id == on.account:
        return on.ignored("chat.sent")
    return InboundMessage(
        channel=CHANNEL,
        account=on.account,
        message_id=f"chat:{event.id}",
        sender=person(event.sender_id, {}),
        address=f"dm:{event.sender_id}",
        at=time_of(event.created_at_msec, on.received_at),
        kind="encrypted",
    )


def account_of(raw: msgspec.Raw) -> str:
    """Whose events these are; "" if X does not say."""
    number = decode(wire.NUMBER, raw, "$.for_user_id")
    return "" if number is None else str(number)


def _details(event: wire.DirectMessage, data: wire.MessageData) -> dict[str, Any]:
    began = object_of(event.initiated_via)
    return without_nothing(
        url=first_url(data.entities),
        location=_location(object_of(data.attachment)),
        referral={name: str(number)[:40] for name, number in began.items() if name in _BEGUN},
    )


_BEGUN = frozenset({"tweet_id", "welcome_message_id"})
"""What the customer answered to, where the conversation began with a post or a welcome."""


def _location(attachment: dict[str, Any]) -> dict[str, Any]:
    told = attachment.get("location")
    shared = told.get("shared_coordinate") if isinstance(told, dict) else None
    point = shared.get("coordinates") if isinstance(shared, dict) else None
    numbers = point.get("coordinates") if isinstance(point, dict) else None
    # In the order of GeoJSON.
    if isinstance(numbers, list) and len(numbers) == 2:
        return {"longitude": numbers[0], "latitude": numbers[1]}
    return {}
