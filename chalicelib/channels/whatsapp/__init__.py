"""WhatsApp Cloud API: `source` verifies and parses (its wire in `wire` and `shapes`, its meaning in
`people`, `messages`, `details` and `changes`), `send` sends (what goes over the line in `content`),
`media` fetches files."""

from chalicelib.channels.whatsapp.send import OUTLET
from chalicelib.channels.whatsapp.source import WHATSAPP

__all__ = ["OUTLET", "WHATSAPP"]
