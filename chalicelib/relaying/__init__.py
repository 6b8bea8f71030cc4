"""RELAY: every event to the brand's other systems, by signed HTTPS calls (Standard Webhooks).

signing     secrets that are worked out and never stored, and the headers of a call
schedule    ten attempts over three days
choosing    which endpoint wants which event
addresses   where a call may go, and where never
transport   the way out: connects to no address but those it has checked
messages    what the queue `relay` carries
outbox      puts those on the queue, now or at their moment
calling     one call, and what its answer means
delivering  one delivery: whether to call, and what follows
standing    whether an endpoint may be called, is left alone, or is switched off
replaying   deliveries once more
relay       a batch of the queue
registering endpoints: made, changed, given another secret

An endpoint gets each event at least once, in no particular order, or a dead letter. docs/relay.md.
"""
