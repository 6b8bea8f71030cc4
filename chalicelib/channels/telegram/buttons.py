"""Pressed inline buttons."""

from datetime import datetime

import msgspec

from chalicelib.channels.base import Answer, ChannelEvent, InboundMessage
from chalicelib.channels.extras import without_nothing
from chalicelib.channels.telegram.messages import CHANNEL, ignored
from chalicelib.channels.telegram.people import person
from chalicelib.channels.telegram.places import Place, is_group
from chalicelib.channels.telegram.wire import CALLBACK_QUERY, CallbackQuery
from chalicelib.channels.wire import Id, decode
from chalicelib.errors import ParseError


class _Query(msgspec.Struct):
    id: Id


class _Press(msgspec.Struct):
    callback_query: _Query


_PRESS = msgspec.json.Decoder(_Press)


def press(raw: msgspec.Raw, received_at: datetime, kind: str) -> ChannelEvent:
    """The press as a message: its text is the button's label where Telegram shows the keyboard.
    A press carries no time: it keeps the one at which the delivery was received."""
    query = decode(CALLBACK_QUERY, raw, f"$.{kind}")
    if query.data is None:
        return ignored("callback_without_data")
    pressed = query.message
    place = Place.of(pressed) if pressed else Place(chat=query.sender.id)
    group = pressed is not None and is_group(pressed.chat.id)
    return InboundMessage(
        channel=CHANNEL,
        account=(pressed.business_connection_id or "") if pressed else "",
        message_id=f"cb:{query.id}",
        sender=person(query.sender),
        address=place.address,
        at=received_at,
        kind="button",
        text=_label(query),
        payload=query.data,
        reply_to=f"{place.chat}:{pressed.message_id}" if pressed else None,
        group=str(place.chat) if group else None,
        details=without_nothing(thread=place.topic),
    )


def acknowledgement(body: bytes) -> Answer | None:
    """What makes the pressed button stop waiting: Telegram carries out a call that it finds in the
    answer to its own. None for every other update."""
    if b'"callback_query"' not in body:
        return None
    try:
        number = decode(_PRESS, body).callback_query.id
    except ParseError:
        return None
    call = {"method": "answerCallbackQuery", "callback_query_id": number}
    return Answer(text=msgspec.json.encode(call).decode(), content_type="application/json")


def _label(query: CallbackQuery) -> str | None:
    keyboard = query.message.reply_markup if query.message else None
    rows = keyboard.inline_keyboard if keyboard else None
    found = (b.text for row in rows or () for b in row if b.callback_data == query.data)
    return next(found, None)
