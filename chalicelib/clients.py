"""AWS clients of one process: made when first asked for, all from one session."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from chalicelib.settings import Deployment

ATTEMPTS = 3


@dataclass(frozen=True)
class Clients:
    """The clients of a deployment. `make` builds one by service name, in place of the default."""

    deployment: Deployment
    make: Callable[[str], Any] | None = None
    _made: dict[str, Any] = field(default_factory=dict)
    _connection: list[Any] = field(default_factory=list)

    def get(self, service: str) -> Any:
        """The client of a service ("sqs")."""
        if service not in self._made:
            self._made[service] = (self.make or self.production)(service)
        return self._made[service]

    def production(self, service: str) -> Any:
        """A client as it runs in production: short time-outs, few attempts."""
        from botocore.config import Config

        # A mail that timed out may have gone out: only our own rules may repeat it.
        attempts = 1 if service == "ses" else ATTEMPTS
        config = Config(
            connect_timeout=2,
            read_timeout=10 if service == "ses" else 5,
            retries={"total_max_attempts": attempts, "mode": "standard"},
        )
        client = self.session.create_client(
            service, region_name=self.deployment.region, config=config
        )
        if service == "sqs":
            _without_lineage(client)
        return client

    @cached_property
    def session(self) -> Any:
        """One session for all clients: each further one costs 50 ms of a cold start. Where the
        table is bound already, it is the one that pynamodb made. It is botocore's: boto3 would
        wrap it in resources that nobody here uses, for another 50 ms."""
        if self._connection:
            return self._connection[0].session
        from botocore.session import get_session

        from chalicelib.service_models import go_straight

        return go_straight(get_session())

    @cached_property
    def table(self) -> str:
        """Binds the models to the stage's table; everything that keeps or reads asks for it."""
        from chalicelib.service_models import go_straight
        from chalicelib.store.table import bind

        connection = bind(self.deployment.table, self.deployment.region)
        go_straight(connection.session)
        self._connection.append(connection)
        return self.deployment.table

    def queue_url(self, queue: str) -> str:
        """The address of one of the stage's queues, asked for once."""
        name = self.deployment.name(queue)
        if name not in self._made:
            self._made[name] = self.get("sqs").get_queue_url(QueueName=name)["QueueUrl"]
        url: str = self._made[name]
        return url


def _without_lineage(client: Any) -> None:
    """Long work sends itself the next part: a campaign's next page, an erasure's, a sweep's. Lambda
    takes such a chain for a runaway loop and drops the message after about sixteen links, by what
    botocore adds to each call; without that, a chain is as long as its work."""
    from botocore.handlers import add_recursion_detection_header

    client.meta.events.unregister("before-call", add_recursion_detection_header)
