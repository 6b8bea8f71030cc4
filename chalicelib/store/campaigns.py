"""Campaigns, as they lie in the table, and the counts of what they came to."""

from collections import Counter
from hashlib import sha256

import msgspec
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.clock import to_millis
from chalicelib.errors import NotFound
from chalicelib.store import keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import Item
from chalicelib.store.models_outreach import CampaignItem, CountItem
from chalicelib.store.outreach_records import Campaign
from chalicelib.store.table import Key, Transaction, get_many, get_raw, translated, update_if

COUNT_SHARDS = 100
OUTCOME, BEHAVIOUR = "n_", "b_"
"""How the attributes of a count begin: "n_skipped:no_consent", "b_treated:ordered"."""


def from_item(found: Item) -> Campaign:
    return record(Campaign, found, id=found.pk.removeprefix("G#"))


def put_new(campaign: Campaign) -> Campaign:
    """Keep a campaign that was not there before; its id is new."""
    pk, sk = keys.campaign(campaign.id)
    item = CampaignItem(pk=pk, sk=sk, version=1, **fields(campaign, "id", "version"))
    item.gsi2pk, item.gsi2sk = "G", keys.moment(campaign.created_at, campaign.id)
    with translated():
        item.save(condition=CampaignItem.pk.does_not_exist(), add_version_condition=False)
    return from_item(item)


def find(campaign_id: str) -> Campaign | None:
    key = keys.campaign(campaign_id)
    found = get_many([key]).get(key)
    return from_item(found) if found else None


def get(campaign_id: str) -> Campaign:
    """Raises NotFound."""
    found = find(campaign_id)
    if found is None:
        raise NotFound(f"no campaign {campaign_id}")
    return found


def listed(*, limit: int, before: str | None = None) -> tuple[list[Campaign], str | None]:
    """Campaigns, latest first, and the cursor of the next page."""
    bound = Item.gsi2sk < before if before else None
    with translated():
        rows = list(
            Item.listing.query("G", bound, scan_index_forward=False, limit=limit, page_size=limit)
        )
    order: list[Key] = [(row.pk, row.sk) for row in rows]
    loaded = get_many(order, consistent=False)
    cursor = rows[-1].gsi2sk if len(rows) == limit else None
    return [from_item(loaded[key]) for key in order if key in loaded], cursor


def save(before: Campaign, after: Campaign) -> Campaign | None:
    """The campaign as it is now with what `after` changes in it; None if somebody else has changed
    it since `before` was read.

    A repeat of a call whose answer got lost knows its own work again.
    """
    attributes = CampaignItem.get_attributes()
    actions: list[Action] = [CampaignItem.version.add(1)]
    for name in Campaign.__struct_fields__:
        value = getattr(after, name)
        if name in ("id", "version") or value == getattr(before, name):
            continue
        empty = value is None or value in ("", (), {})
        actions.append(attributes[name].remove() if empty else attributes[name].set(value))
    row = CampaignItem(*keys.campaign(before.id))
    if not update_if(row, actions, CampaignItem.version == before.version):
        return _ours(get(before.id), before, after)
    return _numbered(after, before)


def _ours(now: Campaign, before: Campaign, after: Campaign) -> Campaign | None:
    return now if now == _numbered(after, before) else None


def _numbered(after: Campaign, before: Campaign) -> Campaign:
    """As the table keeps it: its moments have milliseconds."""
    moments = ("starts_at", "ends_at", "started_at", "finished_at")
    rounded = {name: to_millis(at) for name in moments if (at := getattr(after, name))}
    return msgspec.structs.replace(after, version=(before.version or 0) + 1, **rounded)


def add_count(
    transaction: Transaction, campaign_id: str, notification_id: str, outcome: str, reason: str
) -> None:
    """Count an outcome in the transaction that records it, spread over shards so that writers
    rarely meet."""
    row = _count(campaign_id, notification_id)
    transaction.update("count", row, [Path(f"{OUTCOME}{outcome}:{reason}").add(1)])


def add_behaviour(
    transaction: Transaction, campaign_id: str, customer_id: str, group: str, behaviour: str
) -> None:
    """Count what a customer of this group did, in the transaction that remembers it was counted."""
    row = _count(campaign_id, customer_id)
    path = Path(f"{BEHAVIOUR}{group}:{behaviour}")
    transaction.update(f"count:{campaign_id}:{behaviour}", row, [path.add(1)])


def _count(campaign_id: str, name: str) -> CountItem:
    shard = int.from_bytes(sha256(name.encode()).digest()[:4]) % COUNT_SHARDS
    return CountItem(*keys.campaign_count(campaign_id, shard))


def counts(campaign_id: str) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """What a campaign came to, in one request: outcomes by (outcome, reason), and behaviours by
    (group, behaviour)."""
    outcomes: Counter[tuple[str, str]] = Counter()
    behaviours: Counter[tuple[str, str]] = Counter()
    for row in get_raw(keys.campaign_count(campaign_id, shard) for shard in range(COUNT_SHARDS)):
        for name, value in row.items():
            first, _, second = name[len(OUTCOME) :].partition(":")
            if name.startswith(OUTCOME):
                outcomes[first, second] += int(value["N"])
            elif name.startswith(BEHAVIOUR):
                behaviours[first, second] += int(value["N"])
    return outcomes, behaviours
