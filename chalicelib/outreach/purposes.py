"""The purposes and kinds of notifications, and through which channels each kind goes."""

from dataclasses import dataclass
from typing import Literal

from chalicelib.channels.registry import OUTLETS
from chalicelib.playbook import Playbook
from chalicelib.times import Span

PurposeName = Literal["reply", "service", "safety", "survey", "review", "marketing"]
PURPOSES: tuple[PurposeName, ...] = (
    "reply", "service", "safety", "survey", "review", "marketing",
)  # fmt: skip

Kind = Literal["greeting", "reply", "review_reminder", "satisfaction", "alert"]

FINAL = frozenset({"sent", "skipped", "cancelled", "failed", "uncertain"})
"""Outcomes: a notification has exactly one, and it never changes."""


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a kind travels. `channels` it may use, best first; `lateness` it may have at most (None:
    any); `proactive` kinds are refused by a suppressed address, answers are not."""

    channels: tuple[str, ...]
    lateness: Span | None
    proactive: bool


CHAT_FIRST = (
    "whatsapp", "telegram", "messenger", "instagram", "chat", "sms", "x", "slack", "email",
)  # fmt: skip
"""Channels of one's own, those that people read at once before the others."""


def answered() -> tuple[str, ...]:
    """Where an answer may go, best first: to reviews and other helpdesks' tickets, too."""
    others = (name for name in OUTLETS if name not in CHAT_FIRST and name.isalpha())
    return (*CHAT_FIRST, *others)


def manner(kind: str, playbook: Playbook) -> Manner:
    """The manner of a kind under this playbook. Raises KeyError for a kind that doesn't exist."""
    return {
        "greeting": Manner(
            channels=CHAT_FIRST, lateness=playbook.greeting.max_lateness, proactive=False
        ),
        "reply": Manner(channels=answered(), lateness=None, proactive=False),
        "review_reminder": Manner(
            channels=("email",), lateness=playbook.review.max_lateness, proactive=True
        ),
        "satisfaction": Manner(
            channels=CHAT_FIRST, lateness=playbook.satisfaction.max_lateness, proactive=True
        ),
        "alert": Manner(channels=CHAT_FIRST, lateness=playbook.alerts.max_lateness, proactive=True),
    }[kind]
