"""X: `source` verifies and parses (shapes in `wire`; meaning in `direct`, `posts` and `activity`),
`send` sends, `files` fetches."""

from chalicelib.channels.x.send import OUTLET
from chalicelib.channels.x.source import X

__all__ = ["OUTLET", "X"]
