"""Webhook endpoints for tests: made through the staff API, answering as they are told."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib import events
from chalicelib.channels import signatures
from chalicelib.channels.base import HttpReply, NotSent, Unknown
from chalicelib.store import relay_deliveries
from chalicelib.store.relay_records import DEAD, RelayDelivery
from tests.support.http_calls import Staff
from tests.support.transports import answer
from tests.support.world import DEPLOYMENT, Platforms, World

URL = "https://desk.example/in"

Reply = HttpReply | NotSent | Unknown


@dataclass(frozen=True, kw_only=True)
class Got:
    """One call as an endpoint got it."""

    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Desks:
    """Every endpoint there is, as a `Transport`. `says` gives the answer to a call; by default all
    is well. What is no webhook is for the platforms."""

    platforms: Platforms
    got: list[Got] = field(default_factory=list)
    says: Callable[[Got], Reply] = lambda _: answer(204)

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Reply:
        if "webhook-id" not in headers:
            return self.platforms.post(url, headers=headers, body=body)
        call = Got(url=url, headers=dict(headers), body=body)
        self.got.append(call)
        return self.says(call)

    put = post

    def get(self, url: str, *, headers: Mapping[str, str], limit: int = 0) -> Reply:
        return self.platforms.get(url, headers=headers, limit=limit)

    def at(self, url: str) -> list[Got]:
        return [one for one in self.got if one.url == url]

    def answers(self, *replies: Reply | int) -> None:
        """These in turn, the last one again and again."""
        left = [answer(one) if isinstance(one, int) else one for one in replies]
        self.says = lambda _: left.pop(0) if len(left) > 1 else left[0]


def desks(world: World, **parts: Any) -> Desks:
    """The outside of a world whose bus hands every event on."""
    outside = Desks(platforms=world.platforms)
    world.relay_events()
    world.restart(make_transport=lambda: outside, **parts)
    return outside


def endpoint(someone: Staff, url: str = URL, *types: str, **more: Any) -> str:
    """The id of a new endpoint."""
    return str(made(someone, url, *types, **more)["endpoint"]["id"])


def made(someone: Staff, url: str = URL, *types: str, **more: Any) -> Any:
    """A new endpoint, and its secret."""
    body = {"url": url, "types": list(types or ("*",)), **more}
    said = someone.post("/v1/webhook-endpoints", body)
    assert said.status == 201, said.text
    return said.json


def tell(world: World, *names: str, severity: events.Severity = "warning") -> list[str]:
    """Put an alert for each of these devices on the bus; returns the events' ids."""
    told = [
        events.event(
            events.AlertRaised(
                alert_id=f"alr_{name}",
                device_id=name,
                rule="hot",
                severity=severity,
                raised_at=world.now,
            ),
            name,
            at=world.now,
        )
        for name in names
    ]
    world.wiring.bus.publish(told)
    return [one.id for one in told]


def check(world: World, got: Got, *secrets: str) -> None:
    """Verify a call as a receiver would. Raises SignatureError."""
    signatures.check_standard_webhook(got.headers, got.body, list(secrets), world.now)


def alone(world: World, rounds: int = 200) -> None:
    """Work the queue `relay` until nothing is left to do right now."""
    for _ in range(rounds):
        if not world.work("relay", "relay"):
            return
    raise AssertionError("the queue relay never came to rest")


def deliveries(someone: Staff, hook: str) -> dict[str, Any]:
    """What became of each event, by its id."""
    found = someone.get(f"/v1/webhook-endpoints/{hook}/deliveries?limit=100").json["deliveries"]
    return {one["id"]: one for one in found}


def dead(someone: Staff, hook: str) -> list[Any]:
    found = someone.get(f"/v1/webhook-endpoints/{hook}/dead-letters?limit=100")
    letters: list[Any] = found.json["deliveries"]
    return letters


def restart(world: World, outside: Desks, **parts: Any) -> None:
    """New processes, which know every endpoint that there is by now."""
    world.restart(make_transport=lambda: outside, **parts)


def relay_secret(world: World, secret: Mapping[str, Any]) -> None:
    """What an operator has stored for outgoing webhooks, read by new processes."""
    world.client("secretsmanager").put_secret_value(
        SecretId=DEPLOYMENT.name("relay"), SecretString=json.dumps(secret)
    )
    world.restart()


def buried(world: World, hook: str, *event_ids: str) -> None:
    """Dead letters of an endpoint, under these ids."""
    assert world.wiring.table
    for event_id in event_ids:
        letter = RelayDelivery(
            endpoint_id=hook,
            event_id=event_id,
            event_type="AlertRaised",
            body='{"type":"AlertRaised"}',
            first_at=world.now,
            status=DEAD,
            reason="no_attempts_left",
            attempt=10,
            finished_at=world.now,
        )
        relay_deliveries.put(letter, world.now)
