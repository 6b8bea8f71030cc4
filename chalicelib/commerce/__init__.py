"""IN: shop platforms.

facts        what a shop tells about an order, whichever shop it is
base         what every shop platform does; wire has what their shapes share
shopify      its webhooks
woocommerce  its webhooks
feed         any other shop's orders, in a JSON of our own
orders       what the facts add up to, in any order of arrival; counting what that is to a customer
records      an order as the store keeps it
checkouts    the same for checkouts: what was seen of one, added up
keep_…       both kept, and each thing that follows from them done once (following, consents)
coupons      codes: issued, handed over (honouring: to the shops), redeemed; codes is how they read
"""
