"""Reaching customers: plans, schedules, campaigns, deliveries."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.errors import ConfigurationError
from chalicelib.wiring.selling import Selling

if TYPE_CHECKING:
    from chalicelib.outreach.deliver import Deliverer
    from chalicelib.outreach.later import Later
    from chalicelib.outreach.links import Links
    from chalicelib.outreach.plan import Planner
    from chalicelib.outreach.running import Runner
    from chalicelib.outreach.schedule import Schedule
    from chalicelib.outreach.steps import Steps


class Reaching(Selling):
    @cached_property
    def schedule(self) -> "Schedule":
        from chalicelib.outreach.schedule import Schedule

        return Schedule(
            scheduler=self.client("scheduler"),
            sqs=self.client("sqs"),
            queue_url=self.queue_url("due"),
            queue_arn=self.deployment.queue_arn("due"),
            dead_letter_arn=self.deployment.queue_arn("due-dlq"),
            role_arn=self.deployment.scheduler_role_arn,
            group=self.deployment.schedule_group,
        )

    @cached_property
    def planner(self) -> "Planner":
        from chalicelib.outreach.plan import Planner

        assert self.table
        return Planner(schedule=lambda: self.schedule, clock=self.clock)

    @cached_property
    def later(self) -> "Later":
        from chalicelib.outreach.later import Later
        from chalicelib.outreach.schedule import Target

        return Later(
            scheduler=self.client("scheduler"),
            sqs=self.client("sqs"),
            queue_url=self.queue_url("reactions"),
            target=Target(
                group=self.deployment.schedule_group,
                queue_arn=self.deployment.queue_arn("reactions"),
                dead_letter_arn=self.deployment.queue_arn("reactions-dlq"),
                role_arn=self.deployment.scheduler_role_arn,
            ),
            stage=self.deployment.stage,
        )

    @cached_property
    def steps(self) -> "Steps":
        from chalicelib.outreach.schedule import Target
        from chalicelib.outreach.steps import Steps

        return Steps(
            scheduler=self.client("scheduler"),
            sqs=self.client("sqs"),
            queue_url=self.queue_url("campaigns"),
            target=Target(
                group=self.deployment.schedule_group,
                queue_arn=self.deployment.queue_arn("campaigns"),
                dead_letter_arn=self.deployment.queue_arn("campaigns-dlq"),
                role_arn=self.deployment.scheduler_role_arn,
            ),
        )

    @cached_property
    def campaigns(self) -> "Runner":
        from chalicelib.outreach.running import Runner
        from chalicelib.outreach.waking import Waking

        assert self.table
        return Runner(
            playbook=self.playbook,
            steps=lambda: self.steps,
            waking=lambda: Waking(
                schedule=lambda: self.schedule,
                sqs=self.client("sqs"),
                queue_url=self.queue_url("due"),
            ),
            bus=lambda: self.bus,
            clock=self.clock,
            monotonic=self.monotonic,
        )

    @property
    def links(self) -> "Links":
        from chalicelib.outreach.links import Links

        secret = self.vault.read("links")
        key, base_url = secret.get("signing_key"), secret.get("base_url")
        if not key or not base_url:
            raise ConfigurationError(
                f"the secret {self.deployment.name('links')} lacks signing_key or base_url: "
                "`make deploy` sets both"
            )
        return Links(key=str(key).encode(), base_url=str(base_url).rstrip("/"))

    @cached_property
    def deliverer(self) -> "Deliverer":
        from chalicelib.matters import matter
        from chalicelib.outreach.deliver import Deliverer
        from chalicelib.outreach.recording import Recorder
        from chalicelib.outreach.sending import Sender
        from chalicelib.outreach.ses import Mailer

        assert self.table
        return Deliverer(
            playbook=self.playbook,
            matter=matter(
                self.playbook,
                lambda device: self.rulebook.rules_for(device.model, device.overrides).plans,
                lambda model, rule: self.rulebook.message_of(model, rule),  # noqa: PLW0108  built when asked for
            ),
            sender=Sender(
                playbook=self.playbook,
                send_message=self.send_message,
                send_mail=lambda mail: Mailer(
                    client=self.client("ses"), configuration_set=self.deployment.name("mail")
                ).send(mail),
                account_of=self.account_of,
                outlet=self.outlet,
                links=lambda: self.links,
                clock=self.clock,
            ),
            window=self.window,
            idempotent=lambda channel: (
                (outlet := self.outlet(channel, "")) is not None and outlet.idempotent
            ),
            recorder=Recorder(
                schedule=lambda: self.schedule,
                bus=lambda: self.bus,
                clock=self.clock,
                pause=self.pause,
            ),
            clock=self.clock,
            pause=self.pause,
        )
