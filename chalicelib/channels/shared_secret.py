"""What the platforms that sign nothing have in common: whoever calls must know a secret."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.channels import signatures
from chalicelib.channels.base import Channel, Secrets


class SharedSecretChannel(Channel):
    """A platform that can only be told which URL or header to call with: the secret in there says
    who calls, and nothing vouches for the body."""

    def verify(
        self,
        *,
        headers: Mapping[str, str],
        body: bytes,
        secrets: Secrets,
        now: datetime,
        url: str = "",
    ) -> None:
        signatures.check_shared_secret(headers, url, secrets)
