"""The open channel: `source` documents, verifies and parses it (shapes in `wire`), `send` sends."""

from chalicelib.channels.chat.send import OUTLET
from chalicelib.channels.chat.source import CHAT

__all__ = ["CHAT", "OUTLET"]
