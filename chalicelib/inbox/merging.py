"""Two customers who are one person, made one; and parted again as if it had never been.

A merge moves nothing: the merged one's history stays under its own id and is read together with the
leading one's. So it costs the same whatever the history, and undoing it brings back what was.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock
from chalicelib.errors import Conflict, Contention, InvalidRequest, NotFound
from chalicelib.inbox import joining
from chalicelib.store import customers, locations, merges
from chalicelib.store.records import Customer, Identity, Merge
from chalicelib.store.table import Refused

MAX_ATTEMPTS = 5

ANONYMOUS = frozenset({"chat"})
"""Kinds of handle that name a visit rather than a person: who is known by nothing else may turn out
to be somebody."""


@dataclass(frozen=True, kw_only=True)
class Merging:
    """Merges customers and parts them. Repeating a command that is done changes nothing."""

    bus: Callable[[], Bus]
    clock: Clock
    pause: Callable[[int], None]

    def merge(self, lead_id: str, other_id: str, by: str) -> Customer:
        """Make `other` part of `lead`; returns the lead.

        Raises NotFound; InvalidRequest for a customer with themselves; Conflict if `other` is part
        of somebody else; Contention if they keep changing.
        """
        if lead_id == other_id:
            raise InvalidRequest("a customer can't be merged with themselves: name two")
        for attempt in range(MAX_ATTEMPTS):
            lead, other = customers.get(lead_id), customers.read(other_id)
            if lead.id == other.id or other.id in lead.members:
                self._tell(events.CustomersMerged, lead, other_id, by)
                return lead
            if other.merged_into:
                raise Conflict(
                    f"customer {other.id} is merged into {other.merged_into}: "
                    f"merge that one, or part them first"
                )
            try:
                self._merge(lead, other, by)
            except Refused:
                self.pause(attempt)
            else:
                lead = customers.read(lead.id)
                self._tell(events.CustomersMerged, lead, other.id, by)
                return lead
        raise Contention("one of the customers kept changing: repeat the call")

    def part(self, lead_id: str, member_id: str, by: str) -> Customer:
        """Undo a merge: `member` is a customer of their own again; returns the lead.

        Raises NotFound; Conflict if `member` isn't directly merged into `lead`, or `lead` is itself
        part of another; Contention if they keep changing.
        """
        for attempt in range(MAX_ATTEMPTS):
            lead, member = customers.read(lead_id), customers.read(member_id)
            if member.merged_into is None and member.id not in lead.members:
                self._tell(events.CustomersParted, lead, member.id, by)
                return lead
            if member.merged_into != lead.id:
                raise Conflict(
                    f"customer {member.id} is merged into {member.merged_into}: part them there"
                )
            if lead.merged_into:
                raise Conflict(
                    f"customer {lead.id} is itself merged into {lead.merged_into}: part those first"
                )
            try:
                self._part(lead, member, by)
            except Refused:
                self.pause(attempt)
            else:
                lead = customers.read(lead.id)
                self._tell(events.CustomersParted, lead, member.id, by)
                return lead
        raise Contention("one of the customers kept changing: repeat the call")

    def recognise(self, guest_id: str, known_id: str) -> bool:
        """A message bore handles of both: merge the guest into the known customer if the guest is
        known by nothing but a visit; False (and nothing done) otherwise."""
        try:
            guest = customers.get(guest_id)
        except NotFound:
            return False
        handles = customers.identities_of(guest.family)
        if guest.members or any(key.partition(":")[0] not in ANONYMOUS for key in handles):
            return False
        return self.join(known_id, guest.id)

    def join(self, lead_id: str, other_id: str) -> bool:
        """Merge on a platform's word; False (and nothing done) where staff would be refused.

        Nobody is there to be told why, and no repetition would change it: the delivery that bears
        the word must not fail over it for ever. Raises Unavailable or Contention to be called
        again.
        """
        try:
            self.merge(lead_id, other_id, "temas")
        except (Conflict, InvalidRequest, NotFound):
            return False
        return True

    def _merge(self, lead: Customer, other: Customer, by: str) -> None:
        at = self.clock()
        identities = _identities(other.family)
        taken = other.open_conversation_id if not lead.open_conversation_id else None
        merge = Merge(
            at=at,
            by=by,
            contacts=lead.contacts,
            conversation_id=taken,
            filled=tuple(n for n in joining.PROFILE if not getattr(lead, n) and getattr(other, n)),
        )
        entry = merges.line(
            lead.id, change="merged", other=other.id, by=by, at=at, number=other.version
        )
        merged = joining.merged(lead, other, taken)
        merges.write(
            [
                (lead, merged),
                (other, joining.joined(other, lead.id, merge)),
            ],
            [(one, joining.pointed(one, lead.id)) for one in identities],
            entry,
            moved_conversation=(taken, other.id, lead.id) if taken else None,
            forgotten=_unwelcome(merged),
        )

    def _part(self, lead: Customer, member: Customer, by: str) -> None:
        at = self.clock()
        identities = _identities(member.family)
        own = joining.latest(customers.consent_history(set(lead.family) - set(member.family)))
        theirs = {c for one in identities for c in one.contacts} | set(member.contacts)
        back = joining.given_back(lead, member)
        entry = merges.line(
            lead.id, change="parted", other=member.id, by=by, at=at, number=member.version
        )
        merges.write(
            [
                (lead, joining.parted(lead, member, own, theirs, back)),
                (member, joining.alone(member, lead, back)),
            ],
            [(one, joining.pointed(one, member.id)) for one in identities],
            entry,
            moved_conversation=(back, lead.id, member.id) if back else None,
            # While they were one it was kept under the lead: nobody can say whose it was.
            forgotten=locations.kept_under([lead.id]),
        )

    def _tell(
        self,
        kind: type[events.CustomersMerged | events.CustomersParted],
        lead: Customer,
        other_id: str,
        by: str,
    ) -> None:
        at = self.clock()
        data = kind(customer_id=lead.id, other_id=other_id, by=by)
        number = str(lead.version)
        self.bus().publish([events.event(data, lead.id, other_id, number, at=at)])


def _unwelcome(merged: Customer) -> list[str]:
    """The ids under which a location is kept though the last word of the two is against it."""
    said = merged.consent(customers.LOCATION)
    return [] if said and said.granted else locations.kept_under(merged.family)


def _identities(family: Iterable[str]) -> list[Identity]:
    found = list(customers.identities(customers.identities_of(family)).values())
    if len(found) > merges.MOST_IDENTITIES:
        raise Conflict(
            f"this customer has {len(found)} identities; a merge can point "
            f"{merges.MOST_IDENTITIES}: merge the other way round"
        )
    return found
