"""IN: shop platforms.

facts      what a shop tells about an order, whichever shop it is
shopify    how Shopify tells it: verify and parse (shapes in shopify_wire, meaning in
           shopify_orders)
orders     what the facts add up to, in any order of arrival
records    an order as the store keeps it
"""
