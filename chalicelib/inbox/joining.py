"""What two merged customers are together, and what each is again when they part. Pure."""

from collections.abc import Iterable, Mapping

import msgspec

from chalicelib.inbox.planning import newest
from chalicelib.store.records import Consent, Contact, Customer, Identity, Merge

PROFILE = (
    "name", "locale", "country", "time_zone", "preferred_channel", "last_channel", "quiet_hours",
)  # fmt: skip
"""What the leading customer takes from the other where it has nothing itself."""


def merged(lead: Customer, other: Customer, taken: str | None) -> Customer:
    """The leading customer with all that was known of the other; their own word counts first, and
    of two words on a purpose the later one."""
    return msgspec.structs.replace(
        lead,
        **{name: getattr(lead, name) or getattr(other, name) for name in PROFILE},
        contacts=newest(other.contacts, lead.contacts),
        consents=latest([*other.consents.items(), *lead.consents.items()]),
        open_conversation_id=lead.open_conversation_id or taken,
        members=(*lead.members, *other.family),
    )


def parted(
    lead: Customer,
    member: Customer,
    own: Mapping[str, Consent],
    theirs: set[Contact],
    back: str | None,
) -> Customer:
    """The leading customer without what came with the member. `own` are the consents said as the
    lead, `theirs` the contacts that belong to the member's handles."""
    before = member.merge.contacts if member.merge else ()
    filled = member.merge.filled if member.merge else ()
    return msgspec.structs.replace(
        lead,
        **{n: None for n in filled if getattr(lead, n) == getattr(member, n)},
        contacts=tuple(c for c in lead.contacts if c not in theirs or c in before),
        consents=dict(own),
        open_conversation_id=None if back else lead.open_conversation_id,
        members=tuple(one for one in lead.members if one not in member.family),
    )


def latest(lines: Iterable[tuple[str, Consent]]) -> dict[str, Consent]:
    """Of all that was said about each purpose, the last word; a withdrawal wins over a grant of
    the same moment."""
    found: dict[str, Consent] = {}
    for purpose, consent in lines:
        known = found.get(purpose)
        place = consent.at, not consent.granted
        if known is None or place >= (known.at, not known.granted):
            found[purpose] = consent
    return found


def pointed(identity: Identity, lead_id: str) -> Identity:
    home = identity.owner
    return msgspec.structs.replace(
        identity, customer_id=lead_id, home=home if home != lead_id else None
    )


def joined(other: Customer, lead_id: str, merge: Merge) -> Customer:
    kept = None if merge.conversation_id else other.open_conversation_id
    return msgspec.structs.replace(
        other, merged_into=lead_id, merge=merge, open_conversation_id=kept
    )


def given_back(lead: Customer, member: Customer) -> str | None:
    """The conversation that came with the member, if it is the lead's open one still."""
    taken = member.merge.conversation_id if member.merge else None
    return taken if taken and lead.open_conversation_id == taken else None


def alone(member: Customer, lead: Customer, back: str | None) -> Customer:
    """What the person withdrew while both were one counts for both."""
    said = [(purpose, c) for purpose, c in lead.consents.items() if not c.granted]
    return msgspec.structs.replace(
        member,
        merged_into=None,
        merge=None,
        consents=latest([*member.consents.items(), *said]),
        open_conversation_id=back or member.open_conversation_id,
    )
