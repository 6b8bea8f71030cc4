"""The outside world calling a running stack: platforms, devices, staff."""

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr
from hashlib import sha256
from typing import Any

import urllib3

from infra.local.mqtt import publish
from infra.local.signing import signed
from infra.local.stack import Stack

SHOP = "kahve-dukkani.myshopify.com"


class CallFailed(Exception):
    """The stack answered something other than success; the message holds status and answer."""


def _received(raw: bytes) -> dict[str, Any]:
    """What SES tells of a mail it has received and found to be what it claims."""
    mail = message_from_bytes(raw, policy=default)
    passed = {"status": "PASS"}
    verdicts = ("spfVerdict", "dkimVerdict", "dmarcVerdict", "spamVerdict", "virusVerdict")
    return {
        "notificationType": "Received",
        "mail": {
            "messageId": sha256(raw).hexdigest()[:40],
            "source": parseaddr(str(mail["From"]))[1],
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "destination": [str(mail["To"])],
        },
        "receipt": {
            **dict.fromkeys(verdicts, passed),
            "action": {"type": "SNS", "encoding": "BASE64"},
        },
        "content": b64encode(raw).decode(),
    }


@dataclass(frozen=True)
class Callers:
    """Everyone who talks to the stack."""

    stack: Stack
    http: urllib3.PoolManager

    def webhook(self, source: str, body: bytes, *, topic: str = "") -> None:
        """Deliver one webhook, signed as its platform signs. Raises CallFailed."""
        secret = self.stack.webhook_secrets[source]
        url = f"{self.stack.api_url}/webhooks/{source}"
        headers = signed(source, secret, body, datetime.now(UTC), topic=topic, shop=SHOP, url=url)
        self._call("POST", f"/webhooks/{source}", headers, body)

    def mail(self, raw: bytes) -> None:
        """Deliver a mail as SES does: the topic of the stage is told, with the mail in it."""
        sns = self.stack.client("sns")
        name = f":temas-{self.stack.stage}-mail-feedback"
        topics = sns.list_topics()["Topics"]
        topic = next(one["TopicArn"] for one in topics if one["TopicArn"].endswith(name))
        sns.publish(TopicArn=topic, Message=json.dumps(_received(raw)))

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

    def page(self, method: str, url: str, form: dict[str, str] | None = None) -> str:
        """Open a public page as a browser does, or send its form. Raises CallFailed."""
        reply = self.http.request(method, url, fields=form, timeout=30.0)
        if reply.status >= 300:
            raise CallFailed(f"{method} {url[:60]}… answered {reply.status}")
        return reply.data.decode()

    def _call(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> bytes:
        reply = self.http.request(
            method, self.stack.api_url + path, headers=headers, body=body, timeout=30.0
        )
        if reply.status >= 300:
            raise CallFailed(f"{method} {path} answered {reply.status}: {reply.data[:500]!r}")
        return reply.data
