"""Message templates, as they lie in the table."""

from chalicelib.errors import NotFound
from chalicelib.store import keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import Item
from chalicelib.store.models_outreach import TemplateItem
from chalicelib.store.outreach_records import MessageTemplate
from chalicelib.store.table import Key, get_many, translated


def from_item(found: Item) -> MessageTemplate:
    return record(MessageTemplate, found, name=found.pk.removeprefix("T#"))


def get(name: str) -> MessageTemplate:
    """Raises NotFound."""
    key = keys.template(name)
    found = get_many([key]).get(key)
    if found is None:
        raise NotFound(f"no template {name}: write it with PUT /v1/templates/{name}")
    return from_item(found)


def put(template: MessageTemplate) -> None:
    """Keep a template, in the place of an older one of this name: the last word counts."""
    pk, sk = keys.template(template.name)
    found = get_many([(pk, sk)]).get((pk, sk))
    earlier = from_item(found).version if found else None
    item = TemplateItem(pk=pk, sk=sk, **fields(template, "name", "version"))
    item.version = (earlier or 0) + 1
    item.gsi2pk, item.gsi2sk = "T", template.name
    with translated():
        item.save(add_version_condition=False)


def listed(*, limit: int, after: str | None = None) -> tuple[list[MessageTemplate], str | None]:
    """Templates by name, and the cursor of the next page."""
    bound = Item.gsi2sk > after if after else None
    with translated():
        rows = list(Item.listing.query("T", bound, limit=limit, page_size=limit))
    order: list[Key] = [(row.pk, row.sk) for row in rows]
    loaded = get_many(order, consistent=False)
    cursor = rows[-1].gsi2sk if len(rows) == limit else None
    return [from_item(loaded[key]) for key in order if key in loaded], cursor
