"""Articles, as they lie in the table: the present one of each, and every version there was.

Each change counts one on, in the same transaction, so that who keeps articles in memory sees by one
small read whether they are still the present ones.
"""

from collections.abc import Iterable, Sequence

from pynamodb.expressions.update import Action

from chalicelib.errors import Contention, NotFound
from chalicelib.store import keys
from chalicelib.store.article_records import Article
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import Item
from chalicelib.store.models_selfservice import ArticleItem, ArticleVersionItem, RevisionItem
from chalicelib.store.table import Key, Refused, Transaction, get_many, translated


def from_item(found: Item) -> Article:
    return record(Article, found, id=found.pk.removeprefix("ART#"))


def get(article_id: str) -> Article:
    """Raises NotFound."""
    found = find([article_id]).get(article_id)
    if found is None:
        raise NotFound(f"no article {article_id}: write it with PUT /v1/articles/{article_id}")
    return found


def find(article_ids: Iterable[str]) -> dict[str, Article]:
    """Those of these articles that are there, by id."""
    found = get_many(keys.article(one) for one in article_ids)
    return {one.id: one for one in map(from_item, found.values())}


def put(article: Article, *, known: int) -> None:
    """Keep this as the next version of the article, of which the `known`th was the last (0: none).
    Raises Contention if it has changed meanwhile."""
    transaction = Transaction()
    values = fields(article, "id", "published", "version")
    values |= {"published": article.published, "version": article.version}
    row = ArticleItem(*keys.article(article.id), gsi2pk="ART", gsi2sk=article.id, **values)
    unknown = ArticleItem.pk.does_not_exist()
    transaction.put("article", row, ArticleItem.version == known if known else unknown)
    version = keys.article_version(article.id, article.version)
    transaction.put("version", ArticleVersionItem(*version, **values))
    counting: list[Action] = [RevisionItem.type.set(RevisionItem), RevisionItem.revision.add(1)]
    transaction.update("revision", RevisionItem(*keys.ARTICLES), counting)
    try:
        transaction.commit()
    except Refused as refused:
        raise Contention(f"article {article.id} has just changed: repeat the call") from refused


def revision() -> int:
    """How often articles have changed so far."""
    found = get_many([keys.ARTICLES], consistent=False).get(keys.ARTICLES)
    return int(found.revision) if isinstance(found, RevisionItem) else 0


def listed(*, limit: int, after: str | None = None) -> tuple[list[Article], str | None]:
    """Articles by id, and the cursor of the next page."""
    bound = Item.gsi2sk > after if after else None
    with translated():
        rows = list(Item.listing.query("ART", bound, limit=limit, page_size=limit))
    order: list[Key] = [(row.pk, row.sk) for row in rows]
    loaded = get_many(order, consistent=False)
    cursor = rows[-1].gsi2sk if len(rows) == limit else None
    return [from_item(loaded[key]) for key in order if key in loaded], cursor


def every() -> list[Article]:
    """All articles, a hundred a request."""
    found: list[Article] = []
    cursor: str | None = None
    while True:
        page, cursor = listed(limit=100, after=cursor)
        found += page
        if cursor is None:
            return found


def count(most: int) -> int:
    """How many there are, counted up to `most`."""
    with translated():
        return sum(1 for _ in Item.listing.query("ART", limit=most, page_size=most))


def versions(
    article_id: str, *, limit: int, before: str | None = None
) -> tuple[Sequence[Article], str | None]:
    """Every version of an article, the latest first, and the cursor of the next page."""
    pk, _ = keys.article(article_id)
    end = keys.article_version(article_id, int(before) if before else 10**6)[1]
    bound = ArticleVersionItem.sk.between("V#", end if not before else _under(end))
    with translated():
        query = ArticleVersionItem.query(
            pk, bound, scan_index_forward=False, limit=limit, page_size=limit
        )
        found = [from_item(row) for row in query]
    cursor = str(found[-1].version) if len(found) == limit and found[-1].version > 1 else None
    return found, cursor


def _under(sort: str) -> str:
    """The end of a range that leaves `sort` itself out."""
    return f"V#{int(sort.removeprefix('V#')) - 1:06d}"
