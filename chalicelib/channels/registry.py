"""Every channel, in and out. A new platform is one file and one line in each table."""

from chalicelib.channels import chat, telegram, whatsapp
from chalicelib.channels.base import Channel, Outlet

SOURCES: tuple[Channel, ...] = (
    whatsapp.WHATSAPP,
    telegram.TELEGRAM,
    chat.CHAT,
)

CHANNELS: dict[str, Channel] = {source.name: source for source in SOURCES}
"""What comes in, by the name in `/webhooks/{name}`; one source may speak for several channels."""

OUTLETS: dict[str, Outlet] = {
    "whatsapp": whatsapp.OUTLET,
    "telegram": telegram.OUTLET,
    "chat": chat.OUTLET,
}
"""How a message goes out, by channel."""
