"""A DynamoDB in memory whose listings (gsi2) are kept in order, as the real one keeps them: a page
is found by search, not by walking through the table. It answers on the wire, in this process, what
a sweep asks for, and adds up what it would have billed. What it doesn't know it refuses.
"""

import json
import re
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSResponse

from tests.bench.capacity import Wire, query_units, read_units, write_units
from tests.bench.traffic import key_of
from tests.bench.wire import Recorder, canned

Body = Mapping[str, Any]


@dataclass
class Shelf(Recorder):
    """Stands on the wire in a Recorder's place; `others` answers what is no business of DynamoDB.

    `seen` counts every HTTP request by its operation.
    """

    name: str = ""
    others: Callable[[str, Body], Any] | None = None
    seen: Counter[str] = field(default_factory=Counter)
    items: dict[tuple[str, str], Wire] = field(default_factory=dict)
    written: float = 0.0
    read: float = 0.0
    _listings: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)

    def __call__(self, request: Any, event_name: str, **_: Any) -> AWSResponse:
        operation = event_name.partition(".")[2]
        self.seen[operation] += 1
        body: Body = json.loads(request.body or b"{}")
        service, called = operation.split(".")
        answer: Any
        if service == "dynamodb":
            answer = _ANSWERS[called](self, body)
        elif self.others is not None:
            answer = self.others(operation, body)
        else:
            raise ValueError(f"nobody answers {operation}")
        return canned(request.url, json.dumps(answer).encode())

    def _query(self, asked: Body) -> Any:
        """A page of a listing from its start, up to a bound."""
        condition = asked["KeyConditionExpression"]
        found = re.fullmatch(r"\(#\d+ = (:\d+) AND #\d+ <= (:\d+)\)", condition)
        if found is None or asked["IndexName"] != "gsi2":
            raise ValueError(f"a query of {asked.get('IndexName')} by {condition}")
        listing, bound = (asked["ExpressionAttributeValues"][name]["S"] for name in found.groups())
        rows = self._listings.get(listing, [])
        end = min(bisect_right(rows, (bound, "\uffff")), asked["Limit"])
        page = [
            {"pk": {"S": pk}, "sk": {"S": sk}, "gsi2pk": {"S": listing}, "gsi2sk": {"S": by}}
            for by, pk, sk in rows[:end]
        ]
        self.read += query_units(page)
        return {"Items": page, "Count": len(page), "ScannedCount": len(page)}

    def _batch_get(self, asked: Body) -> Any:
        wanted = asked["RequestItems"][self.name]
        found = [self.items.get(key_of(key)) for key in wanted["Keys"]]
        self.read += read_units(found, consistent=bool(wanted.get("ConsistentRead")))
        return {"Responses": {self.name: [one for one in found if one]}, "UnprocessedKeys": {}}

    def _batch_write(self, asked: Body) -> Any:
        for entry in asked["RequestItems"][self.name]:
            self._put(entry["PutRequest"]["Item"], transactional=False)
        return {"UnprocessedItems": {}}

    def _put_item(self, asked: Body) -> Any:
        if not self._holds(asked, asked["Item"]):
            raise ValueError(f"another version of {asked['Item']['pk']} is there")
        self._put(asked["Item"], transactional=False)
        return {}

    def _transact(self, asked: Body) -> Any:
        for action in asked["TransactItems"]:
            ((_, write),) = action.items()
            if not self._holds(write, write.get("Item") or write["Key"]):
                raise ValueError(f"another version is there of {write}")
        for action in asked["TransactItems"]:
            ((kind, write),) = action.items()
            if kind == "Put":
                self._put(write["Item"], transactional=True)
            else:
                self._put(self._updated(write), transactional=True)
        return {}

    def _holds(self, write: Body, key: Wire) -> bool:
        """Whether a write's condition does: that it has this version, or none."""
        condition, kept = write.get("ConditionExpression"), self.items.get(key_of(key), {})
        if condition is None:
            return True
        name, _, value = condition.partition(" = ")
        if not value:
            raise ValueError(f"no rule for the condition {condition}")
        attribute = write["ExpressionAttributeNames"][name]
        return bool(kept.get(attribute) == write["ExpressionAttributeValues"][value])

    def _updated(self, update: Body) -> Wire:
        """What an update makes of an item; it may only set and remove."""
        item: dict[str, Any] = {**update["Key"], **self.items.get(key_of(update["Key"]), {})}
        names, values = update["ExpressionAttributeNames"], update["ExpressionAttributeValues"]
        for verb, rest in re.findall(r"(SET|REMOVE) ([^A-Z]+)", update["UpdateExpression"]):
            for part in rest.split(","):
                name, _, value = part.strip().partition(" = ")
                if verb == "SET":
                    item[names[name]] = values[value]
                else:
                    item.pop(names[name], None)
        return item

    def _put(self, item: Wire, *, transactional: bool) -> None:
        key, before = key_of(item), self.items.get(key_of(item))
        self.written += write_units(before, item, transactional=transactional)
        if before is not None and "gsi2pk" in before:
            rows = self._listings[before["gsi2pk"]["S"]]
            del rows[bisect_left(rows, (before["gsi2sk"]["S"], *key))]
        self.items[key] = item
        if "gsi2pk" in item:
            insort(self._listings.setdefault(item["gsi2pk"]["S"], []), (item["gsi2sk"]["S"], *key))


_ANSWERS: Mapping[str, Callable[[Shelf, Body], Any]] = {
    "Query": Shelf._query,
    "BatchGetItem": Shelf._batch_get,
    "BatchWriteItem": Shelf._batch_write,
    "PutItem": Shelf._put_item,
    "TransactWriteItems": Shelf._transact,
}
