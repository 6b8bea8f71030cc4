"""Shopify: `source` verifies and tells topics apart (shapes in `wire`), `orders` says what they
mean."""

from chalicelib.commerce.shopify.source import SHOPIFY

__all__ = ["SHOPIFY"]
