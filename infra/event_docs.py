"""`python -m infra.event_docs` writes docs/events.md from the event types themselves."""

from datetime import datetime
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from chalicelib.consequences.hands import Reaction
from chalicelib.events import EVENTS, Data
from chalicelib.reactions import REACTIONS

PAGE = Path(__file__).parents[1] / "docs" / "events.md"

INTRODUCTION = """\
# Events

<!-- made by `python -m infra.event_docs`; edit chalicelib/events/ instead -->

Everything that happens in a stage is told on the EventBridge bus `temas-{stage}`, source `temas`,
with a past-tense detail-type. Anyone in the account may add a rule and subscribe. The detail is

```json
{"metadata": {"id": "evt_…", "occurred_at": "2026-11-22T10:00:00.000Z",
              "stage": "prod", "trace": "…"},
 "data": {}}
```

* `id` is derived from what happened. Delivery is at least once: an event that comes again carries
  the same id, so a subscriber that remembers ids handles each once.
* `trace` is the id of the delivery, case or device that caused it, as it stands in the logs.
* Events carry references, never texts, names or addresses: ask the staff API for those.
* New fields may be added to `data`; none will change its meaning or be taken away without notice.
"""

MISSING = ", may be missing or null"

NAMES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
}


def page() -> str:
    """The whole page, by the modules that the types stand in."""
    parts = [INTRODUCTION]
    for module, kinds in groupby(EVENTS.items(), key=lambda named: named[1].__module__):
        parts.append(f"## {(import_module(module).__doc__ or '').strip().removesuffix('.')}\n")
        parts += [_section(name, kind) for name, kind in kinds]
    return "\n".join(parts)


def _section(name: str, kind: type[Data]) -> str:
    schema = msgspec.json.schema(kind)["$defs"][name]
    required = schema.get("required", [])
    hints = get_type_hints(kind)
    rows = [
        f"| `{field}` | {_type(spec, hints[field])}{'' if field in required else MISSING} |"
        for field, spec in schema["properties"].items()
    ]
    words = " ".join(filter(None, map(_first_sentence, REACTIONS.get(kind, ()))))
    follows = f"What follows in Temas: {words}\n" if words else ""
    doc = " ".join((kind.__doc__ or "").split())
    table = "\n".join(["| data | type |", "|---|---|", *rows])
    return f"### {name}\n\n{doc}\n\n{follows}\n{table}\n".replace("\n\n\n", "\n\n")


def _first_sentence(reaction: Reaction) -> str:
    said, stop, _ = " ".join((reaction.__doc__ or "").split()).partition(". ")
    return said + stop.strip()


def _type(spec: dict[str, Any], hint: Any = None) -> str:
    if hint in (datetime, datetime | None):  # of which the schema says no more than that it is text
        return "time (ISO 8601, UTC)"
    if "enum" in spec:
        return " or ".join(f"`{value}`" for value in spec["enum"])
    if "anyOf" in spec:
        return " or ".join(_type(one) for one in spec["anyOf"] if one.get("type") != "null")
    return NAMES.get(str(spec.get("type")), "value")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.name}")
