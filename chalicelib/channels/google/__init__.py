"""Google reviews (Business Profile): `source` verifies and reads Pub/Sub's calls, `reviews` the
reviews they point at, `api` gets these; `send` replies."""

from chalicelib.channels.google.send import OUTLET
from chalicelib.channels.google.source import GOOGLE

__all__ = ["GOOGLE", "OUTLET"]
