"""Every shop platform. A new one is one file and one line here."""

from chalicelib.commerce import shopify
from chalicelib.commerce.base import Shop

SHOPS: dict[str, Shop] = {shop.name: shop for shop in (shopify.SHOPIFY,)}
"""By the name in `/webhooks/{name}`."""
