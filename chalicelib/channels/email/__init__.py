"""Mail, however it came in: raw bytes (or what a platform made of them) → an InboundMessage.

`parts` takes the bytes apart, `headers`, `charsets` and `addresses` read what stands in them,
`text` finds the customer's words, `automatic` tells machines from people, `mail` puts it together
and `arriving` makes the event. A mail is what its sender made of it: nothing in it may cost more
than linear time, and nothing raises.
"""
