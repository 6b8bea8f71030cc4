"""Who answers, and what waits for them, as frozen values. Pure."""

from datetime import datetime
from typing import Literal

from chalicelib.store.records import Record

Presence = Literal["online", "away", "offline"]


class Agent(Record, frozen=True, kw_only=True):
    """Somebody who answers. `languages` they speak (none named: all), `skills` they have,
    `capacity` how many conversations they may have open (None: as their team's), `open` how many
    they have.
    `assigned_at` is when they last got one, `changed_at` when staff last changed what is known of
    them, `present_at` when they last came or went."""

    id: str
    name: str
    teams: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    capacity: int | None = None
    presence: Presence = "offline"
    open: int = 0
    assigned_at: datetime | None = None
    changed_at: datetime | None = None
    present_at: datetime | None = None


class Waiting(Record, frozen=True, kw_only=True):
    """A conversation in a team's queue. `place` tells its turn: texts in order, the next first."""

    team: str
    place: str
    conversation_id: str

    @property
    def name(self) -> str:
        """As the conversation remembers it."""
        return f"{self.team}#{self.place}"


class Mention(Record, frozen=True, kw_only=True):
    """A note (`note_key`, its entry) that names an agent: by whom, when, and when they read it."""

    id: str
    note_key: str
    conversation_id: str
    at: datetime
    by: str
    read_at: datetime | None = None
