"""What every function needs: the deployment, its clients, the playbook, logs, secrets, the bus."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.channels.base import (
    Transport,
)
from chalicelib.clients import Clients
from chalicelib.clock import Clock, utc_now
from chalicelib.settings import Deployment

if TYPE_CHECKING:
    from chalicelib.bus import Bus
    from chalicelib.channels.base import (
        Account,
    )
    from chalicelib.playbook import Playbook
    from chalicelib.vault import Vault

# The packages are imported where they are built: every function loads only what it works with,
# which is what keeps cold starts short (docs/decisions/0004).


@dataclass(frozen=True)
class Needs:
    """The settings of one running function, and the parts that all others are made with.

    `make_client` builds an AWS client by service name; `transport` is the way out to platforms;
    `look_up` resolves the hosts that staff name; `sleep` takes seconds. The defaults are
    production's.
    """

    deployment: Deployment
    clock: Clock = utc_now
    make_client: Callable[[str], Any] | None = None
    make_transport: Callable[[], Transport] | None = None
    look_up: Callable[[str, int], Sequence[str]] | None = None
    playbook_override: "Playbook | None" = None
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic

    @cached_property
    def clients(self) -> Clients:
        return Clients(self.deployment, self.make_client)

    def client(self, service: str) -> Any:
        return self.clients.get(service)

    @property
    def table(self) -> str:
        return self.clients.table

    def queue_url(self, queue: str) -> str:
        return self.clients.queue_url(queue)

    @cached_property
    def playbook(self) -> "Playbook":
        from chalicelib.playbook import load

        return self.playbook_override or load(self.deployment.stage)

    @cached_property
    def logger(self) -> Any:
        from chalicelib.observability import make_logger

        return make_logger()

    @cached_property
    def metrics(self) -> Any:
        from chalicelib.observability import make_metrics

        return make_metrics(self.deployment.stage)

    def count(self, counts: Mapping[str, int]) -> None:
        from chalicelib.observability import count

        count(self.metrics, counts)

    @cached_property
    def vault(self) -> "Vault":
        from chalicelib.vault import Vault

        return Vault(
            client=lambda: self.client("secretsmanager"),
            name=self.deployment.name,
            monotonic=self.monotonic,
        )

    @cached_property
    def bus(self) -> "Bus":
        from chalicelib.bus import Bus

        return Bus(
            client=self.client("events"), name=self.deployment.bus, stage=self.deployment.stage
        )

    def pause(self, attempt: int) -> None:
        """Between attempts against contention: random, so that workers don't march in step."""
        self.sleep(random.uniform(0, min(0.05 * 2**attempt, 1.0)))  # noqa: S311

    @cached_property
    def transport(self) -> Transport:
        from chalicelib.channels.http import HttpsTransport

        return self.make_transport() if self.make_transport else HttpsTransport()

    def platform(self, part: str, account: str) -> "Account":
        """Our account on a platform: its part of the secrets, with what its `accounts` say of this
        one laid over it."""
        common = self.vault.part("platforms", part)
        own = common.get("accounts", {}).get(account, {})
        return {**common, **own}
