"""What devices are connected by: the registry of AWS IoT, the queue their reports go to, and the
rules that hold for them."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.needs import Needs

if TYPE_CHECKING:
    from chalicelib.fleet.reports.forwarding import Forwarding
    from chalicelib.fleet.rules.rulebook import Rulebook
    from chalicelib.fleet.things.provisioning import Provisioner


class Connecting(Needs):
    @cached_property
    def forwarding(self) -> "Forwarding":
        from chalicelib.fleet.reports.forwarding import Forwarding

        return Forwarding(
            sqs=self.client("sqs"),
            queue_url=lambda: self.queue_url("telemetry"),
            pause=self.pause,
        )

    @cached_property
    def sweeps(self) -> "Forwarding":
        from chalicelib.fleet.reports.forwarding import Forwarding

        return Forwarding(
            sqs=self.client("sqs"),
            queue="sweep",
            queue_url=lambda: self.queue_url("sweep"),
            pause=self.pause,
        )

    @cached_property
    def provisioner(self) -> "Provisioner":
        from chalicelib.fleet.things.iot import IotThings
        from chalicelib.fleet.things.provisioning import Provisioner

        assert self.table
        return Provisioner(
            stage=self.deployment.stage,
            things=IotThings(
                client=self.client("iot"),
                arn=self.deployment.iot_arn,
                policy=self.deployment.name("device"),
            ),
            clock=self.clock,
        )

    @cached_property
    def rulebook(self) -> "Rulebook":
        from chalicelib.device_sections import ModelPlan
        from chalicelib.fleet.rules.rulebook import Rulebook
        from chalicelib.store.device_models import find

        def read(model: str) -> ModelPlan | None:
            found = find(model)
            return found.plan if found else None

        assert self.table
        devices = self.playbook.devices
        return Rulebook(
            defaults=ModelPlan(rules=devices.rules, maintenance=devices.maintenance),
            read=read,
            zone=self.playbook.brand.zone,
            clock=self.clock,
        )
