"""Raw bodies in S3: those too large for the queue, and those of which something was left alone.

The bucket forgets everything after 30 days.
"""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.channels.base import Delivery
from chalicelib.errors import Unavailable


@dataclass(frozen=True, kw_only=True)
class Bodies:
    """The raw bucket of a stage. `client` is an S3 client."""

    client: Any
    bucket: str

    def read(self, key: str, bucket: str | None = None) -> bytes:
        """A body by its key (in another bucket of the account, if named). Raises Unavailable."""
        try:
            found = self.client.get_object(Bucket=bucket or self.bucket, Key=key)
            body: bytes = found["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(f"the raw body {key} can't be read from S3") from error
        return body

    def keep(self, delivery: Delivery, what: str) -> str:
        """Put a delivery aside under the name of what it is kept for; returns its key. Doing it
        twice is doing it once. Raises Unavailable."""
        key = f"aside/{delivery.source}/{what.replace('/', '_')}/{delivery.delivery_id}"
        try:
            self.client.put_object(Bucket=self.bucket, Key=key, Body=delivery.body)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable("the raw bucket is not answering") from error
        return key
