"""Telegram bots: `source` verifies and parses (shapes in `wire`, meaning in `messages`), `send`
sends."""

from chalicelib.channels.telegram.send import OUTLET
from chalicelib.channels.telegram.source import TELEGRAM

__all__ = ["OUTLET", "TELEGRAM"]
