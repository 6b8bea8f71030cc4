"""Every shop platform. A new one is one module and one line here; it is loaded when it is first
asked for."""

from chalicelib.commerce.base import Shop
from chalicelib.lazy import Lazy

SHOPS: Lazy[Shop] = Lazy(
    "chalicelib.commerce",
    {
        "shopify": "shopify:SHOPIFY",
        "woocommerce": "woocommerce:WOOCOMMERCE",
        "orders": "feed:FEED",
    },
)
"""By the name in `/webhooks/{name}`."""
