"""Temas, in the order the code is read: channels in → keep once → understand → react → schedule →
decide → deliver.

channels    IN and OUT: a file per platform that verifies, parses and sends
commerce    IN: what shops tell of orders
inbox       KEEP: customers, identities, conversations, messages; each once
reactions   REACT: one table, event → what follows
outreach    REACH: plan, schedule, decide, compose, deliver
fleet       WATCH: device reports, rules, alerts
nearby      NEAR: who comes near a store, from the positions that customers agreed to
relaying    RELAY: events to the brand's other systems, by signed webhooks
web         HTTP: webhooks, the staff API, public pages
store       the only package that knows DynamoDB
intake      what the queue `inbound` brings, handed to those who keep it
matters     what each kind of notification is about, and whether that still holds
wiring      the composition root: builds clients, ties everything together
playbook    what the brand decides (playbook.toml), checked
events, bus, queues, envelope, vault, settings, clock, times, ids, errors, observability

docs/architecture.md has the picture.
"""
