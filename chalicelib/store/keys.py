"""The key of every item, in one place: see `models` for the map."""

from datetime import datetime

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


def suppression(channel: str, address: str) -> Key:
    """Of mail addresses it is the mailbox that counts, however it was written to."""
    name = canonical(address) if channel == "email" else address
    return f"S#{channel}:{name}", "S"


def api_key(digest: str) -> Key:
    return f"K#{digest}", "K"


def timeline(customer_id: str) -> str:
    return f"C#{customer_id}"


FAMILY = "~"
"""Behind every moment: where a customer stands in their own timeline once they are merged."""


def moment(at: datetime, unique: str) -> str:
    """A sort key by time; `unique` keeps two things of one millisecond apart."""
    return f"{iso(at)}#{unique}"
