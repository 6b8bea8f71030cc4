"""The table itself: binding it, reading several things at once, writing several things or none."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import PynamoDBException, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.errors import StoreRejected, Unavailable
from chalicelib.store.models import Item

Key = tuple[str, str]

CONDITION_FAILED = "ConditionalCheckFailed"
_INVALID = {"ValidationError", "ItemCollectionSizeLimitExceeded"}
_CONDITIONAL = {"ConditionalCheckFailedException", "TransactionCanceledException"}
_TRANSIENT = {
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "InternalServerError",
    "ServiceUnavailable",
    "TransactionConflictException",
    "TransactionInProgressException",
    "LimitExceededException",
}


def bind(table_name: str, region: str) -> Connection:
    """Point every model at one table; returns the connection, whose session others may share."""
    Item.Meta.table_name = table_name
    Item.Meta.region = region  # type: ignore[attr-defined]
    return Item._get_connection().connection


@contextmanager
def translated() -> Iterator[None]:
    """DynamoDB's refusals as our own: throttling and outages as `Unavailable`, bad writes as
    `StoreRejected`. A failed condition is an answer, not a fault: it passes as pynamodb raised it.
    """
    try:
        yield
    except PynamoDBException as error:
        code = error.cause_response_code
        if error.cause is None or code in _CONDITIONAL:
            raise
        if code is None or code in _TRANSIENT:
            raise Unavailable(f"DynamoDB is not answering ({code or error.cause})") from error
        raise StoreRejected(f"DynamoDB refused the call: {code}") from error


def get_many(keys: Iterable[Key], *, consistent: bool = True) -> dict[Key, Item]:
    """The items under these keys (of any type), by key; absent ones are left out. One request
    for up to 100 keys."""
    wanted = set(keys)
    if not wanted:
        return {}
    with translated():
        found = Item.batch_get(wanted, consistent_read=consistent)
        return {(item.pk, item.sk): item for item in found}


def get_raw(keys: Iterable[Key]) -> list[dict[str, Any]]:
    """Items whose attributes no model names, as DynamoDB writes them; at most 100, eventually
    consistent."""
    wanted: Any = [{"pk": pk, "sk": sk} for pk, sk in keys]
    found: list[dict[str, Any]] = []
    connection = Item._get_connection()
    while wanted:
        with translated():
            answer = connection.batch_get_item(wanted)
        found += answer["Responses"].get(connection.table_name, [])
        left = answer.get("UnprocessedKeys", {}).get(connection.table_name, {}).get("Keys", [])
        wanted = [{name: value["S"] for name, value in key.items()} for key in left]
    return found


def update_if(item: Item, actions: Sequence[Action], condition: Condition) -> bool:
    """Update an item (only its keys count); False if the condition doesn't hold."""
    try:
        with translated():
            item.update(actions=list(actions), condition=condition, add_version_condition=False)
    except UpdateError as error:
        if error.cause_response_code == f"{CONDITION_FAILED}Exception":
            return False
        raise
    return True


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why one action stopped a transaction: `tag` names the action, `old` the item as it stands."""

    tag: str
    code: str
    old: dict[str, Any] | None

    @property
    def condition_failed(self) -> bool:
        return self.code == CONDITION_FAILED


class Refused(Exception):
    """A transaction wrote nothing; `refusals` say which actions stood in the way."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__(", ".join(f"{r.tag}: {r.code}" for r in refusals))
        self.refusals = refusals


class Transaction:
    """All of its writes or none. Each has a tag, by which a refusal names it.

    `commit` raises Refused when a condition fails or another writer is in the way, Unavailable
    when DynamoDB does not answer.
    """

    def __init__(self) -> None:
        self._write = TransactWrite(connection=Item._get_connection().connection)
        self._tags: dict[str, list[str]] = {"check": [], "delete": [], "put": [], "update": []}

    def __len__(self) -> int:
        return sum(map(len, self._tags.values()))

    def require(self, tag: str, kind: type[Item], key: Key, condition: Condition) -> None:
        """Write nothing here, but let the condition hold for the rest to be written."""
        self._write.condition_check(kind, *key, condition=condition)
        self._tags["check"].append(tag)

    def put(self, tag: str, item: Item, condition: Condition | None = None) -> None:
        self._write.save(item, condition=condition, return_values="ALL_OLD")
        self._tags["put"].append(tag)

    def delete(self, tag: str, item: Item, condition: Condition | None = None) -> None:
        """Delete an item (only its keys count), whether or not it is there."""
        self._write.delete(item, condition=condition, add_version_condition=False)
        self._tags["delete"].append(tag)

    def update(
        self, tag: str, item: Item, actions: list[Action], condition: Condition | None = None
    ) -> None:
        self._write.update(
            item,
            actions=actions,
            condition=condition,
            return_values="ALL_OLD",
            add_version_condition=False,
        )
        self._tags["update"].append(tag)

    def commit(self) -> None:
        if not len(self):
            return
        try:
            with translated():
                self._write._commit()
        except TransactWriteError as error:
            refusals = self._refusals(error)
            if any(refusal.code in _INVALID for refusal in refusals):
                raise StoreRejected(f"DynamoDB refused {Refused(refusals)}") from error
            raise Refused(refusals) from error

    def _refusals(self, error: TransactWriteError) -> list[Refusal]:
        # pynamodb sends checks, deletes, puts and updates in this order, whatever came first.
        tags = [tag for kind in ("check", "delete", "put", "update") for tag in self._tags[kind]]
        return [
            Refusal(tag=tag, code=reason.code, old=reason.raw_item)
            for tag, reason in zip(tags, error.cancellation_reasons, strict=False)
            if reason is not None and reason.code not in (None, "None")
        ]
