"""How often a customer has asked about the same thing: a short list beside the customer, by
category, so that knowing it costs one read however long they have been one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pynamodb.expressions.update import Action

from chalicelib.errors import Contention
from chalicelib.store import keys
from chalicelib.store.article_records import Contacted
from chalicelib.store.models_selfservice import ContactsItem
from chalicelib.store.table import Key, get_many, update_if

MAX_ATTEMPTS = 4


def note(
    family: Sequence[str], category: str, contact: Contacted, *, most: int, since: datetime
) -> list[Contacted]:
    """Remember that a customer (whose ids these are, their own first) asks about this category in
    this conversation; returns all such contacts from `since` on, oldest first, at most the newest
    `most`. Raises Contention."""
    first = keys.contacts(family[0], category)
    for _ in range(MAX_ATTEMPTS):
        rows = get_many(keys.contacts(one, category) for one in family)
        known = {key: _read(item) for key, item in rows.items()}
        every = {one.conversation_id: one for part in known.values() for one in part}
        if contact.conversation_id not in every:
            own = [*known.get(first, []), contact]
            if not _written(first, own, rows.get(first), most):
                continue
            every[contact.conversation_id] = contact
        recent = [one for one in every.values() if one.at >= since]
        return sorted(recent, key=lambda one: (one.at, one.conversation_id))[-most:]
    raise Contention(f"the contacts of {family[0]} kept changing: repeat the call")


def _written(key: Key, contacts: list[Contacted], there: Any, most: int) -> bool:
    newest = sorted(contacts, key=lambda one: one.at)[-most:]
    actions: list[Action] = [
        ContactsItem.type.set(ContactsItem),
        ContactsItem.contacts.set(newest),
        ContactsItem.version.add(1),
    ]
    unknown = ContactsItem.pk.does_not_exist()
    holds = ContactsItem.version == there.version if there else unknown
    return update_if(ContactsItem(*key), actions, holds)


def _read(item: Any) -> list[Contacted]:
    return msgspec.convert(item.contacts, list[Contacted])
