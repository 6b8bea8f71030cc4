"""IN: shop platforms.

facts        what a shop tells about an order, whichever shop it is
base         what every shop platform does; wire has what their shapes share
shopify      its webhooks
woocommerce  its webhooks
feed         any other shop's orders, in a JSON of our own
orders       what the facts add up to, in any order of arrival
records      an order as the store keeps it
"""
