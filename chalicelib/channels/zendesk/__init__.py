"""Zendesk: `source` verifies; `native` reads the events of its own webhooks, `tickets` what a brand
lays out in a trigger; `send` answers with a public comment."""

from chalicelib.channels.zendesk.send import OUTLET
from chalicelib.channels.zendesk.source import ZENDESK

__all__ = ["OUTLET", "ZENDESK"]
