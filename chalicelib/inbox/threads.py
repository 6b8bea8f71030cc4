"""A thread as it reads: edits, deletions and reactions put where they belong. Pure.

They are kept as lines of their own, in whatever order they came; what a message looks like now is
worked out when it is read.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from chalicelib.store.records import Entry

_ABOUT = ("edit", "deletion", "reaction")


def folded(entries: Sequence[Entry]) -> list[Entry]:
    """The entries in their order, less those that are about another of them: what those say is in
    the other's `text` and `details` (edited_at, deleted, reactions)."""
    present = {entry.key for entry in entries}
    about: dict[str, list[Entry]] = {}
    for entry in entries:
        target = _target(entry)
        if target in present:
            about.setdefault(target, []).append(entry)
    return [
        _changed(entry, about.get(entry.key, ()))
        for entry in entries
        if _target(entry) not in present
    ]


def _target(entry: Entry) -> str:
    return str(entry.details.get("target", "")) if entry.kind in _ABOUT else ""


def _changed(entry: Entry, about: Iterable[Entry]) -> Entry:
    reactions: dict[str, dict[str, Any]] = {}
    for one in sorted(about, key=lambda line: (line.at, line.key)):
        if one.kind == "edit":
            entry = _edited(entry, one)
        elif one.kind == "deletion":
            entry = _deleted(entry)
        elif emoji := one.details.get("emoji"):
            reactions[_actor(one)] = {"emoji": emoji, "at": one.at}
        else:
            reactions.pop(_actor(one), None)
    if not reactions:
        return entry
    details = {**entry.details, "reactions": list(reactions.values())}
    return msgspec.structs.replace(entry, details=details)


def _edited(entry: Entry, edit: Entry) -> Entry:
    if entry.details.get("deleted"):
        return entry
    details = {**entry.details, **edit.details.get("changes", {}), "edited_at": edit.at}
    if media := edit.details.get("media"):
        details["media"] = media
    text = entry.text if edit.text is None else edit.text
    return msgspec.structs.replace(entry, text=text, details=details)


def _deleted(entry: Entry) -> Entry:
    return msgspec.structs.replace(entry, text=None, details={"deleted": True})


def _actor(reaction: Entry) -> str:
    return str(reaction.details.get("by", ""))
