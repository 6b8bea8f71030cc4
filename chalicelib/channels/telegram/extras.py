"""Content that is a customer's message though it holds neither words nor a file, and what it tells.

Every function takes the decoded object, {} if it is none or too large, and never fails.
"""

from collections.abc import Callable, Iterator
from typing import Any

from chalicelib.channels.extras import objects_of, without_nothing
from chalicelib.channels.wire import clean_name

_MOST = 50

Told = dict[str, Any]


def location(told: Told) -> Told:
    return without_nothing(location=_place(told))


def venue(told: Told) -> Told:
    where = told.get("location")
    place = _place(where) if isinstance(where, dict) else {}
    named = without_nothing(name=_text(told.get("title")), address=_text(told.get("address")))
    return without_nothing(location={**place, **named})


def contact(told: Told) -> Told:
    return {"contacts": [_card(told)]} if told else {}


def users_shared(told: Told) -> Told:
    return without_nothing(contacts=[_card(one) for one in objects_of(told.get("users"))[:_MOST]])


def dice(told: Told) -> Told:
    return without_nothing(emoji=_text(told.get("emoji")))


def poll(told: Told) -> Told:
    options = [_text(one.get("text")) for one in objects_of(told.get("options"))[:_MOST]]
    asked = without_nothing(question=_text(told.get("question")), options=options)
    return without_nothing(poll=asked)


def story(told: Told) -> Told:
    """A story's page is known if its chat has a public name."""
    number, chat = told.get("id"), told.get("chat")
    name = _text(chat.get("username")) if isinstance(chat, dict) else None
    url = f"https://t.me/{name}/s/{number}" if name and isinstance(number, int) else None
    return without_nothing(
        story=without_nothing(id=None if number is None else str(number)[:_MOST], url=url)
    )


def checklist(told: Told) -> Told:
    tasks = [_text(one.get("text")) for one in objects_of(told.get("tasks"))[:_MOST]]
    return without_nothing(
        checklist=without_nothing(title=_text(told.get("title")), tasks=tasks),
    )


def payment(told: Told) -> Told:
    """`amount` is in the currency's smallest units, as Telegram has it."""
    paid = without_nothing(amount=told.get("total_amount"), currency=_text(told.get("currency")))
    return without_nothing(payment=paid, reference=_text(told.get("telegram_payment_charge_id")))


def nothing(_: Told) -> Told:
    return {}


def rich_words(told: Told) -> str | None:
    """The words of a rich message: its blocks' texts, which are nested as deep as their styles."""
    blocks = objects_of(told.get("blocks"))
    return "\n".join("".join(_words(one, words=False)) for one in blocks).strip() or None


def _words(value: object, *, words: bool) -> Iterator[str]:
    if isinstance(value, str) and words:
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _words(one, words=words)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _words(one, words=name == "text")


TOLD: dict[str, Callable[[Told], Told]] = {
    # A venue comes with its location, so it is looked for first.
    "venue": venue,
    "location": location,
    "contact": contact,
    "dice": dice,
    "poll": poll,
    "game": nothing,
    "story": story,
    "checklist": checklist,
    "paid_media": nothing,
    "invoice": nothing,
    "successful_payment": payment,
    "users_shared": users_shared,
    "user_shared": nothing,
    "chat_shared": nothing,
    "passport_data": nothing,
    "giveaway": nothing,
    "rich_message": nothing,
}
"""What to tell of each, by the message's field; they are looked for in this order."""

PAYLOADS = {"successful_payment": "invoice_payload"}
"""Where the payload is that the brand gave along and the customer sends back."""


def _place(told: Told) -> Told:
    names = ("latitude", "longitude")
    return {name: told[name] for name in names if isinstance(told.get(name), int | float)}


def _card(told: Told) -> Told:
    name = clean_name(_text(told.get("first_name")), _text(told.get("last_name")))
    phone = _text(told.get("phone_number"))
    return without_nothing(
        name=name or _text(told.get("username")), phones=[phone] if phone else []
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
