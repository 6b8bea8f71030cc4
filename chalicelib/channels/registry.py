"""Every channel, in and out. A new platform is one file and one line in each table it belongs to.

A platform is loaded when it is first asked for.
"""

from typing import NamedTuple

from chalicelib.channels.base import Channel, Outlet
from chalicelib.lazy import Lazy

CHANNELS: Lazy[Channel] = Lazy(
    "chalicelib.channels",
    {
        "whatsapp": "whatsapp:WHATSAPP",
        "messenger": "messenger:MESSENGER",
        "instagram": "instagram:INSTAGRAM",
        "telegram": "telegram:TELEGRAM",
        "twilio": "twilio:TWILIO",
        "ses": "ses:SES",
        "sendgrid": "sendgrid:SENDGRID",
        "chat": "chat:CHAT",
        "zendesk": "zendesk:ZENDESK",
        "freshdesk": "freshdesk:FRESHDESK",
        "trustpilot": "trustpilot:TRUSTPILOT",
        "google": "google:GOOGLE",
    },
)
"""What comes in, by the name in `/webhooks/{name}`. A source may speak for several channels: Twilio
for sms, whatsapp and voice, SES and SendGrid for email."""

OUTLETS: Lazy[Outlet] = Lazy(
    "chalicelib.channels",
    {
        "whatsapp": "whatsapp:OUTLET",
        "whatsapp by twilio": "twilio:WHATSAPP_OUTLET",
        "messenger": "messenger:OUTLET",
        "instagram": "instagram:OUTLET",
        "telegram": "telegram:OUTLET",
        "sms": "twilio:SMS_OUTLET",
        "chat": "chat:OUTLET",
        "zendesk": "zendesk:OUTLET",
        "freshdesk": "freshdesk:OUTLET",
        "trustpilot": "trustpilot:OUTLET",
        "google": "google:OUTLET",
    },
)
"""How a message goes out, by channel. Mail goes by SES, which is AWS's; nobody answers a call."""

SECRETS = {"sms": "twilio", "whatsapp by twilio": "twilio"}
"""The part of the platform secrets that an outlet needs, where it isn't called as the channel."""

BY_TWILIO = "twilio:"
"""How a WhatsApp account begins that is Twilio's."""


class Way(NamedTuple):
    """An outlet, and the name of the part of the platform secrets that it needs."""

    outlet: Outlet
    secrets: str


def way(channel: str, account: str = "") -> Way | None:
    """The way out on a channel, from this account of the brand's; None if there is none."""
    by_twilio = channel == "whatsapp" and account.startswith(BY_TWILIO)
    name = "whatsapp by twilio" if by_twilio else channel
    return Way(OUTLETS[name], SECRETS.get(name, name)) if name in OUTLETS else None
