"""Trustpilot: `source` verifies and reads reviews, `send` replies to them in public."""

from chalicelib.channels.trustpilot.send import OUTLET
from chalicelib.channels.trustpilot.source import TRUSTPILOT

__all__ = ["OUTLET", "TRUSTPILOT"]
