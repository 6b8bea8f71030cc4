"""Every shop platform. A new one is one package and one line here."""

from chalicelib.commerce import feed, shopify, woocommerce
from chalicelib.commerce.base import Shop

SHOPS: dict[str, Shop] = {
    shop.name: shop for shop in (shopify.SHOPIFY, woocommerce.WOOCOMMERCE, feed.FEED)
}
"""By the name in `/webhooks/{name}`."""
