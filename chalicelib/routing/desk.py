"""The desk: what of a playbook routing goes by, as questions about one conversation. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.clock import iso
from chalicelib.playbook import Playbook
from chalicelib.routing import targets
from chalicelib.routing.choosing import Asked, Choice, choose_team, tier_of
from chalicelib.routing.steps import with_step
from chalicelib.routing_sections import Team
from chalicelib.store.records import Conversation, Customer
from chalicelib.store.routing_records import Waiting
from chalicelib.times import WorkingHours


@dataclass(frozen=True, kw_only=True)
class Desk:
    """`playbook` is all it knows."""

    playbook: Playbook

    def team(self, team_id: str | None) -> Team | None:
        """None for one that the playbook has given up since."""
        return next((one for one in self.playbook.teams if one.id == team_id), None)

    def hours(self, team_id: str | None) -> WorkingHours:
        team = self.team(team_id)
        return team.open_hours(self.playbook.hours) if team else self.playbook.hours

    def choose(
        self, case: Conversation, customer: Customer | None, reason: str, now: datetime
    ) -> Choice | None:
        """The team that a conversation should be with."""
        asked = Asked(
            category=case.category,
            language=case.language,
            channel=case.channel,
            tier=tier_of(customer, self.playbook.tiers) if customer else None,
            reason=reason,
            critical=case.severity == "critical",
        )
        brand = self.playbook.hours
        return choose_team(
            self.playbook.teams, asked, lambda team: team.open_hours(brand).open_at(now)
        )

    def promised(self, case: Conversation) -> datetime | None:
        """By when the customer can expect an answer, if they wait for one: a time that was promised
        stays, even if it is later."""
        if case.waiting_since is None or self.playbook.sla is None:
            return None
        if case.promised_at is not None:
            return case.promised_at
        due = targets.response(case, self.playbook.sla, self.hours(case.team))
        return due.due_at if due else None

    def changes(
        self, case: Conversation, more: Mapping[str, Any], team: str | None, assignee: str | None
    ) -> dict[str, Any]:
        """What else changes in a conversation when it is this team's and this agent's: the promise
        and the step."""
        then = msgspec.structs.replace(case, team=team, assignee=assignee, **more)
        changes = {**more, "promised_at": self.promised(then)}
        return with_step(then, changes)


def place(case: Conversation, team: str) -> Waiting:
    """Its turn in a team's queue: what is urgent first, then what is grave, then by how long the
    customer has waited."""
    rank = "0" if targets.is_urgent(case) else "1" if case.severity == "warning" else "2"
    since = case.waiting_since or case.opened_at
    return Waiting(team=team, place=f"{rank}#{iso(since)}#{case.id}", conversation_id=case.id)
