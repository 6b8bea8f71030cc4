"""What a segment can ask of a customer, and of which kind each answer is."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, get_args

from chalicelib.channels.registry import OUTLETS
from chalicelib.outreach.purposes import CHAT_FIRST, PURPOSES
from chalicelib.outreach.segments.tokens import Token, mistake

Kind = Literal["number", "money", "time", "text", "texts", "consent"]

COMPARED = ("=", "!=", "<", "<=", ">", ">=")
EQUALLED = ("=", "!=", "in")
TIMED = ("before", "after", "within", "=", "!=")

OPERATORS: dict[Kind, tuple[str, ...]] = {
    "number": (*COMPARED, "in"),
    "money": COMPARED,
    "time": TIMED,
    "text": EQUALLED,
    "texts": EQUALLED,
    "consent": EQUALLED,
}
"""Which comparisons each kind knows; "texts" may hold several, of which one must fit."""

FIELDS: dict[str, Kind] = {
    "orders": "number",
    "spent": "money",
    "last_order": "time",
    "last_seen": "time",
    "created": "time",
    "tag": "texts",
    "language": "text",
    "country": "text",
    "channel": "texts",
    "preferred_channel": "text",
    "device": "texts",
}

CONSENT = "consent"
ANSWERS = ("granted", "withdrawn", "unknown")
"""What can be said of a consent."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field that was asked for; of a consent, `purpose` and perhaps the one `channel`."""

    name: str
    kind: Kind
    purpose: str = ""
    channel: str | None = None


def field(token: Token) -> Field:
    """The field a word names. Raises InvalidRequest with what may have been meant."""
    name = token.lower
    if name in FIELDS:
        return Field(name=name, kind=FIELDS[name])
    first, *rest = name.split(".")
    if first == CONSENT and rest:
        return _consent(token, rest)
    if token.kind == "end":
        raise mistake(
            token.at, "something is missing at the end: write a condition such as orders >= 2"
        )
    known = [*FIELDS, *(f"{CONSENT}.{purpose}" for purpose in PURPOSES)]
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    meant = f": did you mean {close[0]}?" if close else ""
    listed = ", ".join([*FIELDS, "consent.<purpose>"])
    raise mistake(token.at, f"there is no field {token.shown}{meant} Fields are {listed}")


def _consent(token: Token, rest: list[str]) -> Field:
    purpose, *channels = rest
    if purpose not in PURPOSES:
        close = get_close_matches(purpose, PURPOSES, n=1)
        meant = f": did you mean consent.{close[0]}?" if close else ":"
        raise mistake(
            token.at,
            f"no consent is kept for {token.shown}{meant} write one of "
            f"{', '.join(f'consent.{name}' for name in PURPOSES)}",
        )
    if len(channels) > 1 or (channels and channels[0] not in known_channels()):
        raise mistake(
            token.at,
            f"found {token.shown}: after the purpose may come one channel of "
            f"{', '.join(known_channels())}",
        )
    return Field(
        name=CONSENT, kind="consent", purpose=purpose, channel=channels[0] if channels else None
    )


def known_channels() -> tuple[str, ...]:
    """Every channel on which a customer can have an address."""
    return (*CHAT_FIRST, *(name for name in OUTLETS if name not in CHAT_FIRST and name.isalpha()))


assert set(OPERATORS) == set(get_args(Kind))
