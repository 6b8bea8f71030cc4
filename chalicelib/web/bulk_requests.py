"""What is asked for many conversations at once, and what became of each."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from chalicelib.events import ResolvedReason
from chalicelib.web.case_labels import CategoryId, Labels, Text
from chalicelib.web.views import View

MOST = 100

Action = Literal["resolve", "label", "assign", "snooze", "note"]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Short = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]

TAKES: dict[str, frozenset[str]] = {
    "resolve": frozenset({"reason"}),
    "label": frozenset({"category", "labels", "add_labels"}),
    "assign": frozenset({"team", "assignee"}),
    "snooze": frozenset({"until"}),
    "note": frozenset({"text"}),
}
"""What each action takes besides."""


class BulkRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which conversations, what to do, and what it takes: resolve a `reason`; label a `category`,
    `labels` (instead of those there) or `add_labels` (beside them); assign a `team` or `assignee`;
    snooze `until` (null: no longer); note its `text`."""

    ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=MOST)]
    action: Action
    reason: ResolvedReason | msgspec.UnsetType = msgspec.UNSET
    category: CategoryId | msgspec.UnsetType = msgspec.UNSET
    labels: Labels | msgspec.UnsetType = msgspec.UNSET
    add_labels: Labels | msgspec.UnsetType = msgspec.UNSET
    team: Short | None | msgspec.UnsetType = msgspec.UNSET
    assignee: Short | None | msgspec.UnsetType = msgspec.UNSET
    until: datetime | None | msgspec.UnsetType = msgspec.UNSET
    text: Text | msgspec.UnsetType = msgspec.UNSET

    @property
    def given(self) -> set[str]:
        rest = self.__struct_fields__[2:]
        return {name for name in rest if getattr(self, name) is not msgspec.UNSET}


class BulkResult(View, frozen=True, kw_only=True):
    """What became of one: 200, or the status and words that a call for it alone would have had."""

    id: str
    status: int
    detail: str | None = None


class BulkResults(View, frozen=True, kw_only=True):
    results: list[BulkResult]
    done: int
    """How many of them are 200."""
