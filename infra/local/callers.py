"""The outside world calling a running stack: platforms, devices, staff."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import urllib3

from infra.local.mqtt import publish
from infra.local.signing import signed
from infra.local.stack import Stack

SHOP = "kahve-dukkani.myshopify.com"


class CallFailed(Exception):
    """The stack answered something other than success; the message holds status and answer."""


@dataclass(frozen=True)
class Callers:
    """Everyone who talks to the stack."""

    stack: Stack
    http: urllib3.PoolManager

    def webhook(self, source: str, body: bytes, *, topic: str = "") -> None:
        """Deliver one webhook, signed as its platform signs. Raises CallFailed."""
        secret = self.stack.webhook_secrets[source]
        headers = signed(source, secret, body, datetime.now(UTC), topic=topic, shop=SHOP)
        self._call("POST", f"/webhooks/{source}", headers, body)

    def staff(self, method: str, path: str, body: Any = None) -> Any:
        """Call the staff API; returns the decoded answer. Raises CallFailed."""
        headers = {
            "authorization": f"Bearer {self.stack.api_key}",
            "content-type": "application/json",
        }
        sent = None if body is None else json.dumps(body).encode()
        return json.loads(self._call(method, f"/v1{path}", headers, sent))

    def device(self, device_id: str, body: bytes) -> None:
        """Report over MQTT, as a device does."""
        publish(self.stack.mqtt_port, f"temas/devices/{device_id}/status", body)

    def mails(self) -> list[dict[str, Any]]:
        """Every mail that left, with its raw headers."""
        reply = self.http.request("GET", f"{self.stack.recorder_url}/_recorder/mails")
        mails: list[dict[str, Any]] = json.loads(reply.data)
        return mails

    def _call(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> bytes:
        reply = self.http.request(
            method, self.stack.api_url + path, headers=headers, body=body, timeout=30.0
        )
        if reply.status >= 300:
            raise CallFailed(f"{method} {path} answered {reply.status}: {reply.data[:500]!r}")
        return reply.data
