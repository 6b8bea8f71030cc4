"""What every consequence works with, and the event it follows from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.bus import Bus
from chalicelib.clock import Clock
from chalicelib.commerce.coupons import Coupons
from chalicelib.files import Files
from chalicelib.inbox.cases import Cases
from chalicelib.inbox.keep import Inbox
from chalicelib.outreach.later import Later
from chalicelib.outreach.plan import Planner
from chalicelib.playbook import Playbook
from chalicelib.selfservice.library import Library

if TYPE_CHECKING:
    from chalicelib.fleet.incidents.gathering import Gathering
    from chalicelib.fleet.rules.rulebook import Rulebook
    from chalicelib.routing.router import Router


@dataclass(frozen=True, kw_only=True)
class Hands:
    """What reactions work with."""

    planner: Planner
    inbox: Inbox
    cases: Callable[[], Cases]
    files: Callable[[], Files]
    coupons: Callable[[], Coupons]
    bus: Callable[[], Bus]
    library: Callable[[], Library]
    later: Callable[[], Later]
    rulebook: "Callable[[], Rulebook]"
    gathering: "Callable[[], Gathering]"
    router: "Callable[[], Router]"
    playbook: Playbook
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class Happened:
    """An event as a reaction gets it: its id, its time, its data."""

    id: str
    at: datetime
    data: Any


Reaction = Callable[[Happened, Hands], None]
"""May run twice, late or in the wrong order: what it plans has a key, what it opens a name."""
