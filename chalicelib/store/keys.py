"""The key of every item, in one place: see `models` for the map."""

from datetime import datetime
from hashlib import sha256

from chalicelib.clock import iso
from chalicelib.mailboxes import canonical
from chalicelib.store.table import Key


def customer(customer_id: str) -> Key:
    return f"C#{customer_id}", "C"


def identity(key: str) -> Key:
    return f"I#{key}", "I"


def conversation(conversation_id: str) -> Key:
    return f"V#{conversation_id}", "V"


def entry(key: str) -> Key:
    return f"E#{key}", "E"


def recipient(entry_key: str, recipient_: str) -> Key:
    return f"E#{entry_key}", f"R#{recipient_}"


def order(key: str) -> Key:
    return f"O#{key}", "O"


def notification(notification_id: str) -> Key:
    return f"N#{notification_id}", "N"


def device(device_id: str) -> Key:
    return f"D#{device_id}", "D"


def alert(device_id: str, alert_id: str) -> Key:
    return f"D#{device_id}", f"A#{alert_id}"


def quarantine(device_id: str) -> Key:
    """What an unknown device said, and what nobody could read of a known one."""
    return f"D#{device_id}", "Q"


def sweep(device_id: str) -> Key:
    """When to look at a device that says nothing."""
    return f"D#{device_id}", "S"


def ownership(device_id: str, since: datetime) -> Key:
    """The time a device was somebody's."""
    return f"D#{device_id}", f"O#{iso(since)}"


def group_member(group: str, device_id: str) -> Key:
    return f"GRP#{group}", f"D#{device_id}"


def device_model(model: str) -> Key:
    return f"M#{model}", "M"


def device_model_version(model: str, version: int) -> Key:
    return f"M#{model}", f"V#{version:06d}"


def trouble(model: str, rule: str) -> str:
    """Where the alerts of one model and rule gather, and become incidents."""
    return f"F#{model}#{rule}"


def troubled(model: str, rule: str, raised_at: datetime, device_id: str) -> Key:
    """One alert of a model and rule, by time."""
    return trouble(model, rule), f"A#{moment(raised_at, device_id)}"


def latest_incident(model: str, rule: str) -> Key:
    return trouble(model, rule), "I"


def incident(incident_id: str) -> Key:
    return f"INC#{incident_id}", "INC"


INCIDENT_SHARDS = 16
"""Over how many partitions an incident's alerts and their counts are spread, so that alerts of many
devices at once rarely meet."""


def incident_shard(alert_id: str) -> int:
    return sha256(alert_id.encode()).digest()[0] % INCIDENT_SHARDS


def incident_part(incident_id: str, shard: int) -> str:
    return f"INC#{incident_id}#{shard:02d}"


def incident_member(incident_id: str, device_id: str, alert_id: str) -> Key:
    return incident_part(incident_id, incident_shard(alert_id)), f"A#{device_id}#{alert_id}"


def incident_owner(incident_id: str, owner_id: str) -> Key:
    """That an owner has heard of an incident; the key doesn't say who it is."""
    name = sha256(f"{incident_id}#{owner_id}".encode()).hexdigest()[:32]
    return incident_part(incident_id, incident_shard(name)), f"O#{name}"


def incident_count(incident_id: str, shard: int) -> Key:
    return incident_part(incident_id, shard), "COUNT"


SWEEP_SHARDS = 16
"""Into how many listings devices to look at are spread, so that none is a hot partition."""


def sweeps(shard: int) -> str:
    return f"SWEEP#{shard:02d}"


def sweep_shard(device_id: str) -> int:
    return sha256(device_id.encode()).digest()[0] % SWEEP_SHARDS


def suppression(channel: str, address: str) -> Key:
    """Of mail addresses it is the mailbox that counts, however it was written to."""
    name = canonical(address) if channel == "email" else address
    return f"S#{channel}:{name}", "S"


def ledger(customer_id: str) -> Key:
    return f"C#{customer_id}", "LEDGER"


def mood(customer_id: str) -> Key:
    return f"C#{customer_id}", "MOOD"


def location(customer_id: str) -> Key:
    return f"C#{customer_id}", "LOCATION"


def survey(survey_id: str) -> Key:
    return f"Q#{survey_id}", "Q"


def answered(survey_id: str) -> Key:
    return f"Q#{survey_id}", "ANSWERED"


def asked(customer_id: str, channel: str) -> Key:
    return f"C#{customer_id}", f"ASKED#{channel}"


def review(review_id: str) -> Key:
    return f"W#{review_id}", "W"


def product_review(product: str, at: datetime, review_id: str) -> Key:
    return f"P#{product}", f"W#{moment(at, review_id)}"


def rating(product: str) -> Key:
    return f"P#{product}", "RATING"


def coupon(code: str) -> Key:
    return f"U#{code}", "U"


def issued(key: str) -> Key:
    """What was issued by the step of this name."""
    return f"U!{key}", "U"


def checkout(key: str) -> Key:
    return f"X#{key}", "X"


def template(name: str) -> Key:
    return f"T#{name}", "T"


def campaign(campaign_id: str) -> Key:
    return f"G#{campaign_id}", "G"


def campaign_count(campaign_id: str, shard: int) -> Key:
    return f"G#{campaign_id}", f"COUNT#{shard:02d}"


CUSTOMER_SHARDS = 16
"""Into how many listings all customers are spread, so that sweeping them is no hot partition."""


def all_customers(shard: int) -> str:
    return f"CUSTOMERS#{shard:02d}"


def customer_shard(customer_id: str) -> int:
    return sha256(customer_id.encode()).digest()[0] % CUSTOMER_SHARDS


def agent(agent_id: str) -> Key:
    return f"AGENT#{agent_id}", "AGENT"


def held(agent_id: str, conversation_id: str) -> Key:
    """A conversation that is an agent's."""
    return f"AGENT#{agent_id}", f"V#{conversation_id}"


def mention(agent_id: str, name: str) -> Key:
    """A note that names an agent."""
    return f"AGENT#{agent_id}", f"M#{name}"


def waiting(team: str, place: str) -> Key:
    """A place in a team's queue."""
    return f"QUEUE#{team}", place


def api_key(digest: str) -> Key:
    return f"K#{digest}", "K"


ARTICLES: Key = ("ARTICLES", "REVISION")
"""Counts the changes to articles."""


def article(article_id: str) -> Key:
    return f"ART#{article_id}", "ART"


def article_version(article_id: str, version: int) -> Key:
    return f"ART#{article_id}", f"V#{version:06d}"


def article_votes(article_id: str, version: int, language: str) -> Key:
    """What readers of the page said of one version in one language."""
    return f"ART#{article_id}", f"H#{version:06d}#{language}"


def article_votes_of_day(article_id: str, day: str, version: int, language: str) -> Key:
    """The same of one day ("2026-11-20")."""
    return f"ART#{article_id}", f"HD#{day}#{version:06d}#{language}"


def ballot(number: str) -> Key:
    """That a ballot has been cast."""
    return f"BALLOT#{number}", "BALLOT"


def erasure(customer_id: str) -> Key:
    """The record of a customer's erasure: all that tells of them afterwards."""
    return f"ERASURE#{customer_id}", "ERASURE"


def consent_proof(customer_id: str, place: str) -> Key:
    """A line of consent that outlives the erasure of who said it."""
    return f"ERASURE#{customer_id}", place


def contacts(customer_id: str, category: str) -> Key:
    """The conversations in which a customer asked about something."""
    return f"C#{customer_id}", f"CONTACTS#{category}"


def relay_endpoint(endpoint_id: str) -> Key:
    return f"HOOK#{endpoint_id}", "HOOK"


def relay_delivery(endpoint_id: str, event_id: str) -> Key:
    """What became of one event at one endpoint."""
    return f"HOOK#{endpoint_id}", f"D#{event_id}"


def dead_letters(endpoint_id: str) -> str:
    return f"HOOK#{endpoint_id}#dead"


def timeline(customer_id: str) -> str:
    return f"C#{customer_id}"


FAMILY = "~"
"""Behind every moment: where a customer stands in their own timeline once they are merged."""


def moment(at: datetime, unique: str) -> str:
    """A sort key by time; `unique` keeps two things of one millisecond apart."""
    return f"{iso(at)}#{unique}"
