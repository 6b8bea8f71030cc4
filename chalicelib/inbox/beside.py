"""Keep what is no turn of a conversation: on the timeline, in the conversation it is about if there
is one, but opening none."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from chalicelib import events
from chalicelib.errors import Contention, TemasError
from chalicelib.events import Event
from chalicelib.inbox.arrivals import Arrival, home, placed
from chalicelib.inbox.keep import Kept
from chalicelib.inbox.people import People
from chalicelib.store import customers, entries
from chalicelib.store.plans import MAX_ACTIONS
from chalicelib.store.records import Entry, Identity
from chalicelib.store.table import Refused

MAX_ATTEMPTS = 5


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Keeps arrivals beside conversations. `people` makes customers of those to whom the brand
    wrote first."""

    people: People
    pause: Callable[[int], None]

    def keep(self, arrivals: Collection[Arrival], kept: Kept) -> None:
        """Keep them all, once; what became of them goes into `kept`."""
        every = list({arrival.entry.key: arrival for arrival in arrivals}.values())
        for start in range(0, len(every), MAX_ACTIONS):
            part = every[start : start + MAX_ACTIONS]
            try:
                self._keep(part, kept)
            except TemasError as error:
                kept.failures.update({arrival.entry.key: error for arrival in part})

    def _keep(self, arrivals: Sequence[Arrival], kept: Kept) -> None:
        identities = customers.identities(h.key for a in arrivals for h in a.handles)
        targets = entries.get_entries({a.target for a in arrivals if a.target})
        wanted: dict[str, tuple[Entry, Arrival]] = {}
        for arrival in arrivals:
            entry = self._placed(arrival, identities, targets)
            if entry is None:
                kept.strangers += 1
            else:
                wanted[entry.key] = (entry, arrival)
        if not wanted:
            return
        present = {one.key: one for one in self._lay_down([entry for entry, _ in wanted.values()])}
        for key, (entry, arrival) in wanted.items():
            old = present.get(key)
            if entry.kind == "deletion" and arrival.target:
                entries.redact(arrival.target)
            if old is None:
                kept.entries.append(entry)
            else:
                kept.duplicates.add(key)
            if old is None or old.delivery_id == entry.delivery_id:
                # Also when this very delivery kept it and was cut off before its event was out.
                kept.events.append(_event(old or entry))

    def _placed(
        self,
        arrival: Arrival,
        identities: Mapping[str, Identity],
        targets: Mapping[str, Entry],
    ) -> Entry | None:
        """The entry with its customer and conversation; None if it is about a stranger."""
        if target := targets.get(arrival.target or ""):
            return placed(arrival.entry, target.customer_id or "", target.conversation_id)
        known = [identities[h.key] for h in arrival.handles if h.key in identities]
        if known:
            owner = home(arrival, identities) or known[0].customer_id
            return placed(arrival.entry, owner, known[0].conversation_id)
        if arrival.known_only or not arrival.handles:
            return None
        person = self.people.resolve(
            arrival.handles, contacts=arrival.contacts, name=arrival.name, locale=arrival.locale
        )
        return placed(arrival.entry, person.home, person.customer.open_conversation_id)

    def _lay_down(self, wanted: Sequence[Entry]) -> list[Entry]:
        for attempt in range(MAX_ATTEMPTS):
            try:
                return entries.keep_beside(wanted)
            except Refused:
                self.pause(attempt)
        raise Contention(f"{len(wanted)} entries kept meeting other writers")


def _event(entry: Entry) -> Event:
    extended = events.TimelineExtended(
        entry_key=entry.key,
        kind=entry.kind,
        customer_id=entry.customer_id or "",
        at=entry.at,
        channel=entry.channel,
        conversation_id=entry.conversation_id,
    )
    return events.event(extended, entry.key, at=entry.at, trace=entry.delivery_id)
