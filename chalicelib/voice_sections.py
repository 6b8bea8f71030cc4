"""The playbook's `[voice]`: what weighs how much among what customers come with. Pure.

What each name means is told beside it in `playbook.toml`.
"""

from collections.abc import Collection, Iterator
from typing import Annotated

import msgspec

from chalicelib.playbook_values import Section

Weight = Annotated[float, msgspec.Meta(gt=0, le=1000)]


class SeverityWeights(Section, frozen=True, kw_only=True):
    info: Weight = 1
    warning: Weight = 3
    critical: Weight = 9


class Voice(Section, frozen=True, kw_only=True):
    severity: SeverityWeights = SeverityWeights()
    nature: dict[str, Weight] = {}


def mistakes(
    voice: Voice, categories: Collection[str] | None
) -> Iterator[tuple[tuple[str, ...], str]]:
    """What the types alone can't see, as (path, problem with its fix)."""
    for name in voice.nature:
        if name not in (categories or ()):
            known = ", ".join(categories or ()) or "none, as there is no [triage]"
            yield ("voice", "nature", name), f"{name!r} is no category: write one of {known}"
