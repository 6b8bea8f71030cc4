"""The purposes and kinds of notifications, and through which channels each kind goes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from chalicelib.channels.registry import OUTLETS
from chalicelib.playbook import Playbook
from chalicelib.times import Span

PurposeName = Literal["reply", "service", "safety", "survey", "review", "marketing"]
PURPOSES: tuple[PurposeName, ...] = (
    "reply", "service", "safety", "survey", "review", "marketing",
)  # fmt: skip

Kind = Literal[
    "greeting", "reply", "opt_out", "satisfaction", "nps", "survey_thanks", "team", "incident",
    "alert", "well_again", "maintenance", "review_reminder", "coupon", "cart", "win_back", "nearby",
    "campaign", "longer", "article", "hand_off",
]  # fmt: skip

ConsentName = Literal[PurposeName, "location"]
"""What a customer can agree to: what we send, by purpose, and the use of their location, for which
nothing is sent."""

FINAL = frozenset({"sent", "skipped", "cancelled", "failed", "uncertain"})
"""Outcomes: a notification has exactly one, and it never changes."""


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a kind travels. `channels` it may use, best first; `lateness` it may have at most (None:
    any); `proactive` kinds are what we send by ourselves: a suppressed address refuses them and the
    frequency caps count them, answers not. `gap` is how long after the last one of its kind the
    customer is left in peace, whatever becomes of this one."""

    channels: tuple[str, ...]
    lateness: timedelta | None
    proactive: bool
    gap: Span | None = None


CHAT_FIRST = (
    "whatsapp", "telegram", "messenger", "instagram", "chat", "sms", "x", "slack", "email",
)  # fmt: skip
"""Channels of one's own, those that people read at once before the others."""

MAIL_FIRST = ("email", *(channel for channel in CHAT_FIRST if channel != "email"))

MAIL = ("email",)

UNHURRIED = timedelta(days=3)
"""What a kind that the playbook gives no limit may be late."""


def answered() -> tuple[str, ...]:
    """Where an answer may go, best first: to reviews and other helpdesks' tickets, too."""
    others = (name for name in OUTLETS if name not in CHAT_FIRST and name.isalpha())
    return (*CHAT_FIRST, *others)


def manner(kind: str, playbook: Playbook) -> Manner:
    """The manner of a kind under this playbook. Raises KeyError for a kind that doesn't exist."""
    nps, cart, win_back = playbook.nps, playbook.cart, playbook.win_back
    nearby, maintenance = playbook.nearby, playbook.maintenance
    satisfaction = playbook.satisfaction
    return {
        "greeting": _answer(CHAT_FIRST, playbook.greeting.max_lateness),
        "reply": _answer(answered(), None),
        "opt_out": _answer(CHAT_FIRST, playbook.greeting.max_lateness),
        "longer": _answer(CHAT_FIRST, playbook.greeting.max_lateness),
        "survey_thanks": _answer(CHAT_FIRST, playbook.greeting.max_lateness),
        "article": _answer(CHAT_FIRST, playbook.greeting.max_lateness),
        "hand_off": _answer(CHAT_FIRST, playbook.greeting.max_lateness),
        "team": _answer(MAIL, None),
        "incident": _answer(MAIL, None),
        "satisfaction": _own(CHAT_FIRST, satisfaction.max_lateness, satisfaction.every),
        "nps": _own(CHAT_FIRST, nps.max_lateness if nps else None, nps.every if nps else None),
        "alert": _own(CHAT_FIRST, playbook.alerts.max_lateness),
        "well_again": _own(CHAT_FIRST, playbook.alerts.max_lateness),
        "maintenance": _own(CHAT_FIRST, maintenance.max_lateness if maintenance else None),
        "review_reminder": _own(MAIL, playbook.review.max_lateness),
        "coupon": _own(MAIL, UNHURRIED),
        "cart": _own(MAIL, cart.max_lateness if cart else None),
        "win_back": _own(MAIL, win_back.max_lateness if win_back else None),
        "nearby": _own(
            CHAT_FIRST, nearby.max_lateness if nearby else None, nearby.gap if nearby else None
        ),
        "campaign": _own(MAIL_FIRST, playbook.campaigns.max_lateness),
    }[kind]


def _answer(channels: tuple[str, ...], lateness: Span | None) -> Manner:
    return Manner(channels=channels, lateness=lateness, proactive=False)


def _own(channels: tuple[str, ...], lateness: timedelta | None, gap: Span | None = None) -> Manner:
    # A kind that the playbook has since given up was planned under an older one: it ends soon.
    return Manner(channels=channels, lateness=lateness or UNHURRIED, proactive=True, gap=gap)
