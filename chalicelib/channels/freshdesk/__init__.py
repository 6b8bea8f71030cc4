"""Freshdesk: `source` verifies and reads what an automation rule sends, `send` answers."""

from chalicelib.channels.freshdesk.send import OUTLET
from chalicelib.channels.freshdesk.source import FRESHDESK

__all__ = ["FRESHDESK", "OUTLET"]
