"""Every shop platform. A new one is one module and one line here; it is loaded when it is first
asked for."""

from chalicelib.commerce.base import CreateCode, Shop
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

CODES: Lazy[CreateCode] = Lazy(
    "chalicelib.commerce",
    {"shopify": "shopify.discounts:create", "woocommerce": "woocommerce.coupons:create"},
)
"""What makes a code of ours known to a shop, by its platform's part of the secrets."""
