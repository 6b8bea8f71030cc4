"""Mentions: which notes name an agent, the newest first, and which of them they have read.

A note and what it adds to those whom it names are one transaction: a note that is kept is found.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from chalicelib.errors import Contention
from chalicelib.ids import stable_id
from chalicelib.store import entries, keys
from chalicelib.store.mapping import record
from chalicelib.store.models import EntryItem, Item
from chalicelib.store.models_routing import MentionItem
from chalicelib.store.records import Entry
from chalicelib.store.routing_records import Mention
from chalicelib.store.table import Refused, Transaction, translated

KEPT = timedelta(days=180)
"""How long it is remembered who was named; the notes stay."""

ATTEMPTS = 3
LAST = "M#~"
"""Behind all mentions, before what else an agent's partition holds."""

PAGE, MOST_PAGES = 100, 5
"""How many are looked through in one call for those that are unread."""


def note(line: Entry) -> Entry:
    """Keep a note, and that it names the agents in its `mentions`; the note as it is kept, if it
    was before. Raises Contention (then repeat the call)."""
    for _ in range(ATTEMPTS):
        transaction = Transaction()
        entries.put_once(transaction, line)
        for agent_id in line.details.get("mentions", ()):
            transaction.put("mention", _item(line, agent_id))
        try:
            transaction.commit()
        except Refused as refused:
            for one in refused.refusals:
                if one.old and one.tag == f"entry:{line.key}":
                    there = entries.from_item(EntryItem.from_raw_data(one.old))
                    return msgspec.structs.replace(
                        line, at=there.at, text=there.text, details=there.details
                    )
        else:
            return line
    raise Contention(f"the note {line.key} kept meeting another: repeat the call")


def listed(
    agent_id: str, *, unread: bool, limit: int, after: str | None
) -> tuple[list[Mention], str | None]:
    """An agent's mentions, newest first, and the cursor of the next page. Of the `unread` alone a
    page may have less than `limit`, or none, and others follow."""
    pk, first = keys.mention(agent_id, "")
    found: list[Mention] = []
    # A cursor that is none of ours: nothing comes before the first, and DynamoDB refuses to look.
    if after is not None and after < first:
        return found, None
    for _ in range(MOST_PAGES if unread else 1):
        size = PAGE if unread else limit
        bound = MentionItem.sk.between(first, min(after or LAST, LAST))
        with translated():
            rows = list(
                MentionItem.query(
                    pk, bound, scan_index_forward=False, limit=size + 1, page_size=size + 1
                )
            )
        rows = [row for row in rows if row.sk != after][:size]
        for row in rows:
            after = row.sk
            mention = _from_item(row)
            if not unread or mention.read_at is None:
                found.append(mention)
            if len(found) == limit:
                return found, after
        if len(rows) < size:
            return found, None
    return found, after


def read(agent_id: str, ids: Sequence[str], *, at: datetime) -> str | None:
    """Note that they have read these (at most 100), all or none; the first moment stays. Returns
    one of them that there is none of (any more), if any."""
    transaction = Transaction()
    when = MentionItem.read_at
    for one in ids:
        row = MentionItem(*keys.mention(agent_id, one))
        transaction.update(one, row, [when.set(when | at)], MentionItem.pk.exists())
    try:
        transaction.commit()
    except Refused as refused:
        missing = next((one.tag for one in refused.refusals if one.condition_failed), None)
        if missing is None:
            raise Contention("others are reading the same: repeat the call") from refused
        return missing
    return None


def _item(line: Entry, agent_id: str) -> MentionItem:
    name = keys.moment(line.at, stable_id("men", line.key)[4:16])
    item = MentionItem(*keys.mention(agent_id, name))
    item.note_key, item.conversation_id = line.key, line.conversation_id or ""
    item.at, item.by = line.at, line.details["by"]
    item.expires_at = int((line.at + KEPT).timestamp())
    return item


def _from_item(found: Item) -> Mention:
    return record(Mention, found, id=found.sk.removeprefix("M#"))
