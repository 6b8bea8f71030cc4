"""What staff said conversations are about: the last word on each, listed by time."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.store import entries, keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import ConversationItem, EntryItem, Item
from chalicelib.store.models_staff import LabelItem
from chalicelib.store.records import MESSAGE, Conversation, Entry
from chalicelib.store.staff_records import Label
from chalicelib.store.table import Key, Refused, Transaction, get_many, translated

LISTING = "LABELLED"

MACHINES = (None, "model", "keywords")
"""Who gave a category if no person did."""


def key(conversation_id: str) -> Key:
    return f"V#{conversation_id}", "LABEL"


def last(conversation_id: str) -> Label | None:
    found = get_many([key(conversation_id)]).get(key(conversation_id))
    return _from_item(found) if found else None


def last_of(conversation_ids: Iterable[str]) -> dict[str, Label]:
    """The last word on each of these conversations (at most 100), by conversation."""
    found = get_many(map(key, conversation_ids), consistent=False)
    said = map(_from_item, found.values())
    return {label.conversation_id: label for label in said}


def say(case: Conversation, label: Label, entry: Entry) -> bool:
    """Keep what staff say of a conversation, with a line of the timeline; False if it has changed
    since it was read, or the line is there already."""
    transaction = Transaction()
    transaction.update(
        "conversation",
        ConversationItem(*keys.conversation(case.id)),
        _setting(case, label),
        _as_read(case),
    )
    transaction.put("label", _item(label))
    entries.put_once(transaction, entry)
    try:
        transaction.commit()
    except Refused:
        return False
    return True


def _setting(case: Conversation, label: Label) -> list[Action]:
    said = ConversationItem.labels
    actions: list[Action] = [said.set(list(label.labels)) if label.labels else said.remove()]
    if label.example and label.example == label.category:
        actions.append(ConversationItem.category.set(label.category))
        if label.category != case.category or case.category_by in MACHINES:
            actions.append(ConversationItem.category_by.set(label.by))
    return actions


def _as_read(case: Conversation) -> Condition:
    category, labels = ConversationItem.category, ConversationItem.labels
    same = category == case.category if case.category else category.does_not_exist()
    as_well = labels == list(case.labels) if case.labels else labels.does_not_exist()
    return same & as_well & ConversationItem.pk.exists()  # type: ignore[no-any-return]


def listed(*, limit: int, after: str | None) -> tuple[list[Label], str | None]:
    """What was said since, oldest first, and the cursor of the next page."""
    bound = Item.gsi2sk > after if after else None
    with translated():
        rows = list(Item.listing.query(LISTING, bound, limit=limit, page_size=limit))
    order: list[Key] = [(row.pk, row.sk) for row in rows]
    loaded = get_many(order, consistent=False)
    cursor = rows[-1].gsi2sk if len(rows) == limit else None
    return [_from_item(loaded[one]) for one in order if one in loaded], cursor


def since(moment: datetime) -> str:
    """The cursor of all that was said after a moment."""
    return keys.moment(moment, "~")


def first_words(family: Sequence[str], case: Conversation) -> str | None:
    """The text of a conversation's first message with one; None if it has none (any more)."""
    wanted = (
        (EntryItem.conversation_id == case.id)
        & (EntryItem.direction == "in")
        & (EntryItem.kind == MESSAGE)
        & EntryItem.text.exists()
    )
    found: list[Item] = []
    with translated():
        for customer_id in family:
            found += Item.timeline.query(
                keys.timeline(customer_id),
                range_key_condition=EntryItem.gsi1sk >= keys.moment(case.opened_at, ""),
                filter_condition=wanted,
                limit=1,
                page_size=20,
            )
    first = min(found, key=lambda row: row.gsi1sk or "", default=None)
    return getattr(first, "text", None)


def _item(label: Label) -> LabelItem:
    pk, sk = key(label.conversation_id)
    item = LabelItem(pk=pk, sk=sk, **fields(label, "conversation_id"))
    item.gsi2pk, item.gsi2sk = LISTING, keys.moment(label.at, label.conversation_id)
    return item


def _from_item(found: Item) -> Label:
    return record(Label, found, conversation_id=found.pk.removeprefix("V#"))
