"""The open feed of orders: `source` verifies and documents it, `wire` has its shape, `orders` what
it means."""

from chalicelib.commerce.feed.source import FEED

__all__ = ["FEED"]
