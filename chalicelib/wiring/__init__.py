"""The composition root: the only package that ties the others together, and to their clients.

Everything is built when first asked for, from the stage and the invoked function's ARN, on one
shared session; a test passes its own parts to `Wiring` instead. Each module adds its parts to those
before it: needs, connecting, doors, keeping, selling, reaching, minding, routing, relaying,
and here the functions themselves.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.settings import Deployment, read_stage
from chalicelib.wiring.relaying import Relaying

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

    from chalicelib.consequences.hands import Hands
    from chalicelib.fleet.registering import Registry
    from chalicelib.fleet.watch import Watch
    from chalicelib.intake import Intake


class Wiring(Relaying):
    """All parts of one running function, and what `app.py` hands over to them."""

    @cached_property
    def intake(self) -> "Intake":
        from chalicelib.intake import Intake

        return Intake(
            sources=self.sources,
            follow=self.pointers.follow,
            carry=self.keep_carried,
            bodies=lambda: self.bodies,
            inbox=self.inbox,
            beside=self.beside,
            orders=self.orders,
            notices=self.notices,
            listening=self.listening,
            recognise=self.merging.recognise,
            bus=lambda: self.bus,
            clock=self.clock,
            count=self.count,
        )

    @cached_property
    def hands(self) -> "Hands":
        from chalicelib.consequences.hands import Hands

        return Hands(
            planner=self.planner,
            inbox=self.inbox,
            cases=lambda: self.cases,
            bus=lambda: self.bus,
            library=lambda: self.library,
            later=lambda: self.later,
            files=lambda: self.files,
            coupons=lambda: self.coupons,
            rulebook=lambda: self.rulebook,
            gathering=lambda: self.gathering,
            router=lambda: self.router,
            playbook=self.playbook,
            clock=self.clock,
        )

    @cached_property
    def watch(self) -> "Watch":
        from chalicelib.fleet.watch import Watch
        from chalicelib.fleet.writing import Writer

        assert self.table
        return Watch(
            rulebook=self.rulebook,
            writer=Writer(bus=lambda: self.bus, pause=self.pause),
            clock=self.clock,
            pause=self.pause,
        )

    @cached_property
    def registry(self) -> "Registry":
        from chalicelib.fleet.registering import Registry

        return Registry(watch=self.watch)

    def observe(self, records: Sequence["SQSRecord"]) -> Mapping[str, Exception]:
        """A batch of device reports; returns the failures by message id."""
        from chalicelib.fleet.reports.receive import receive

        watched, failures = receive(records, self.watch, self.clock())
        self.count(
            {
                "ReportsKept": watched.kept,
                "ReportsLate": watched.late,
                "AlertsRaised": watched.raised,
                "AlertsCleared": watched.cleared,
                "ReportsQuarantined": watched.quarantined,
                "ReportsFailed": len(failures),
            }
        )
        return failures

    def sweep(self, record: "SQSRecord") -> None:
        """Devices whose moment to be looked at has come: one shard, or the start of all."""
        from chalicelib.fleet.sweep_messages import work
        from chalicelib.fleet.sweeping import Sweeper

        swept = work(
            record.body,
            sweeper=Sweeper(watch=self.watch, clock=self.clock),
            monotonic=self.monotonic,
            send=self.sweeps.send,
        )
        self.count(
            {
                "DevicesLookedAt": swept.looked,
                "AlertsRaised": swept.raised,
                "AlertsCleared": swept.cleared,
                "SweepsFailed": len(swept.failures or {}),
            }
        )

    def react(self, record: "SQSRecord") -> None:
        """One event of the bus."""
        from chalicelib.reactions import react

        self.count({f"Reacted{react(record.body, self.hands)}": 1})

    def relay_on(self, records: Sequence["SQSRecord"]) -> Mapping[str, Exception]:
        """Events of the bus to those who want them; returns the failures by message id."""
        return self.relay.work(records)

    def campaign(self, record: "SQSRecord") -> None:
        """The next step of a campaign."""
        from chalicelib.outreach.steps import Step

        came_to = self.campaigns.work(Step.parse(record.body))
        self.count({f"CampaignSteps{came_to.title().replace('_', '')}": 1})

    def deliver(self, record: "SQSRecord") -> None:
        """One notification whose time has come."""
        from chalicelib.outreach.schedule import Due

        status = self.deliverer.deliver(Due.parse(record.body), record.message_id)
        self.count({f"Notifications{status.capitalize()}": 1})


_running: list[Wiring] = []


def wired(function_arn: str) -> Wiring:
    """The wiring of this process, made at its first invocation."""
    if not _running:
        _running.append(Wiring(Deployment.of_function(read_stage(), function_arn)))
    return _running[0]


def rewire(wiring: Wiring | None) -> None:
    """Replace the wiring of this process (None: make it anew when next asked for)."""
    _running[:] = [wiring] if wiring else []
