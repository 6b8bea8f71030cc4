"""WooCommerce: `source` verifies and tells topics apart, `wire` has its shapes and PHP's ways of
saying nothing, `orders` their meaning, `arrival` when an order counts as delivered."""

from chalicelib.commerce.woocommerce.source import WOOCOMMERCE

__all__ = ["WOOCOMMERCE"]
