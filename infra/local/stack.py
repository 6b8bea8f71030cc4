"""A running local stack, as `.local/stack.json` describes it (contract C1)."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import boto3
from botocore.config import Config

REGION = "eu-central-1"
STAGE = "local"


class LocalSession:
    """What the project uses of a boto3 session; all of its clients lead to the embedded AWS."""

    def __init__(self, endpoint_url: str, region: str) -> None:
        self.region_name = region
        self._endpoint_url = endpoint_url
        make: Any = boto3.session.Session
        # The embedded AWS knows this key as its root user. Real ones must not even be looked for.
        self._session = make(
            aws_access_key_id="test", aws_secret_access_key="test", region_name=region
        )

    def client(self, service_name: str, **kwargs: Any) -> Any:
        """As boto3's."""
        return self._session.client(service_name, **self._local() | kwargs)

    def resource(self, service_name: str, **kwargs: Any) -> Any:
        """As boto3's."""
        return self._session.resource(service_name, **self._local() | kwargs)

    def _local(self) -> dict[str, Any]:
        # A proxy in the environment is for the outside.
        return {"endpoint_url": self._endpoint_url, "config": Config(proxies={})}


@dataclass(frozen=True, kw_only=True)
class Stack:
    """Addresses and secrets of a running stack. `webhook_secrets` has one text for each source,
    what its platform signs with, and whatsapp_verify_token."""

    api_url: str
    console_url: str
    aws_endpoint_url: str
    region: str
    stage: str
    table: str
    api_key: str
    webhook_secrets: dict[str, str]
    recorder_url: str
    mqtt_port: int

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read `stack.json`. Raises FileNotFoundError when no stack is up."""
        return cls(**json.loads(path.read_text()))

    def save(self, path: Path) -> None:
        """Write `stack.json`, whole or not at all, readable by its owner only: it holds a key."""
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(asdict(self), indent=2) + "\n")
        fresh.replace(path)

    def session(self) -> LocalSession:
        """A new boto3 session on this stack."""
        return LocalSession(self.aws_endpoint_url, self.region)

    def client(self, service: str) -> Any:
        """A boto3 client on this stack."""
        return self.session().client(service)
