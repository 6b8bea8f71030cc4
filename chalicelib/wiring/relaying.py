"""Relaying: events out to the brand's other systems."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.routing import Routing

if TYPE_CHECKING:
    from chalicelib.channels.base import Transport
    from chalicelib.relaying.calling import Keyring
    from chalicelib.relaying.outbox import Outbox
    from chalicelib.relaying.registering import Registrar
    from chalicelib.relaying.relay import Relay


class Relaying(Routing):
    @property
    def keyring(self) -> "Keyring":
        from chalicelib.relaying.calling import Keyring

        return Keyring.of(self.vault.read("relay"), self.deployment.name("relay"))

    @cached_property
    def relay_transport(self) -> "Transport":
        """Made with the hosts that are trusted now: a change needs new processes."""
        from chalicelib.relaying.transport import guarded, resolve

        if self.make_transport:
            return self.make_transport()
        return guarded(self.keyring.trusted, self.look_up or resolve)

    @cached_property
    def outbox(self) -> "Outbox":
        from chalicelib.outreach.schedule import Target
        from chalicelib.relaying.outbox import Outbox

        return Outbox(
            sqs=self.client("sqs"),
            scheduler=lambda: self.client("scheduler"),
            queue_url=self.queue_url("relay"),
            target=Target(
                group=self.deployment.schedule_group,
                queue_arn=self.deployment.queue_arn("relay"),
                dead_letter_arn=self.deployment.queue_arn("relay-dlq"),
                role_arn=self.deployment.scheduler_role_arn,
            ),
        )

    @cached_property
    def relay(self) -> "Relay":
        from chalicelib.relaying.calling import Caller
        from chalicelib.relaying.delivering import Deliverer
        from chalicelib.relaying.relay import Relay
        from chalicelib.relaying.replaying import Replayer
        from chalicelib.relaying.standing import Standing

        assert self.table
        return Relay(
            deliverer=Deliverer(
                caller=Caller(
                    transport=lambda: self.relay_transport,
                    keyring=lambda: self.keyring,
                    monotonic=self.monotonic,
                ),
                outbox=self.outbox,
                standing=Standing(bus=lambda: self.bus),
                clock=self.clock,
            ),
            replayer=Replayer(outbox=self.outbox, clock=self.clock),
            outbox=self.outbox,
            monotonic=self.monotonic,
            count=self.count,
        )

    @cached_property
    def registrar(self) -> "Registrar":
        from chalicelib.relaying.registering import Registrar
        from chalicelib.relaying.transport import resolve

        assert self.table
        return Registrar(
            keyring=lambda: self.keyring,
            outbox=lambda: self.outbox,
            resolve=self.look_up or resolve,
            clock=self.clock,
        )
