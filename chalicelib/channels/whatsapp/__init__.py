"""WhatsApp Cloud API: `source` verifies and parses (shapes in `wire`, meaning in `messages`),
`send` sends."""

from chalicelib.channels.whatsapp.send import OUTLET
from chalicelib.channels.whatsapp.source import WHATSAPP

__all__ = ["OUTLET", "WHATSAPP"]
