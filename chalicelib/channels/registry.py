"""Every channel, in and out. A new platform is one file and one line in each table."""

from chalicelib.channels import chat, telegram, whatsapp
from chalicelib.channels.base import Channel, Send

CHANNELS: dict[str, Channel] = {
    channel.name: channel for channel in (whatsapp.WHATSAPP, telegram.TELEGRAM, chat.CHAT)
}
"""Channels whose webhooks come in, by the name in `/webhooks/{name}`."""

SENDERS: dict[str, Send] = {
    "whatsapp": whatsapp.send,
    "telegram": telegram.send,
    "chat": chat.send,
}
"""How a message goes out, by channel."""
