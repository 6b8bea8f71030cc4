"""Secrets: read from Secrets Manager when first needed, kept in memory for five minutes.

Five minutes is how long a rotated secret may take to be noticed; all secrets of a list are valid
at once, so rotation is: add the new one, wait, make the platform use it, remove the old one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import ConfigurationError, Unavailable

KEEP_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Vault:
    """The secrets of one stage. `client` gives boto3's secretsmanager client, `monotonic` seconds;
    `name` turns "webhooks" into the secret's full name."""

    client: Callable[[], Any]
    name: Callable[[str], str]
    monotonic: Callable[[], float]
    _kept: dict[str, tuple[float, Mapping[str, Any]]] = field(default_factory=dict)

    def read(self, thing: str) -> Mapping[str, Any]:
        """The secret's JSON object. Raises ConfigurationError or Unavailable."""
        kept = self._kept.get(thing)
        if kept and self.monotonic() - kept[0] < KEEP_SECONDS:
            return kept[1]
        value = self._fetch(self.name(thing))
        self._kept[thing] = (self.monotonic(), value)
        return value

    def part(self, thing: str, key: str) -> Mapping[str, Any]:
        """One channel's part of a secret; ConfigurationError if it isn't set."""
        part = self.read(thing).get(key)
        if not isinstance(part, dict) or not part:
            name = self.name(thing)
            raise ConfigurationError(
                f"the secret {name} has nothing for {key!r}: add it with "
                f"`aws secretsmanager put-secret-value --secret-id {name}` (README: webhooks)"
            )
        return part

    def _fetch(self, name: str) -> Mapping[str, Any]:
        try:
            text = self.client().get_secret_value(SecretId=name)["SecretString"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                raise ConfigurationError(
                    f"there is no secret {name}: `make deploy` creates it"
                ) from error
            raise Unavailable(f"Secrets Manager is not answering for {name}") from error
        except BotoCoreError as error:
            raise Unavailable(f"Secrets Manager is not answering for {name}") from error
        try:
            return msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise ConfigurationError(f"the secret {name} is not a JSON object") from error
