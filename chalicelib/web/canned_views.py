"""Canned answers as they are written, and as staff see them."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from chalicelib.playbook_values import Locale
from chalicelib.store.staff_records import Canned
from chalicelib.web.views import View

CannedText = Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]
Variable = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Value = Annotated[str, msgspec.Meta(max_length=1000)]
Values = Annotated[dict[Variable, Value], msgspec.Meta(max_length=20)]


class CannedRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The text in every language. {name}, {brand}, {agent} and {order} are filled in by themselves;
    `variables` name those that whoever sends the answer gives."""

    tr: CannedText
    en: CannedText
    variables: Annotated[list[Variable], msgspec.Meta(max_length=20)] = []


class RenderRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For which conversation (none: for somebody called Ayşe, with order #1001), with what filled
    in, in which language (none: the customer's)."""

    conversation_id: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    variables: Values = {}
    language: Literal["tr", "en"] | None = None


class CannedView(View, frozen=True, kw_only=True):
    name: str
    tr: str
    en: str
    updated_at: datetime
    updated_by: str
    version: int
    variables: tuple[str, ...] = ()

    @classmethod
    def of(cls, answer: Canned) -> "CannedView":
        return cls(
            name=answer.name,
            tr=answer.texts["tr"],
            en=answer.texts["en"],
            updated_at=answer.updated_at,
            updated_by=answer.updated_by,
            version=answer.version or 1,
            variables=answer.variables,
        )


class CannedPage(View, frozen=True, kw_only=True):
    canned: list[CannedView]
    next_cursor: str | None = None


class Rendered(View, frozen=True, kw_only=True):
    """How it reads; nothing is sent."""

    text: str
    language: Locale


class Removed(View, frozen=True, kw_only=True):
    name: str
