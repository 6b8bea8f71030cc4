"""Every platform on which customers write: a new one is one module and one line here.

A platform's module is loaded when it is first asked for. Mail goes out by SES, which is AWS's, and
nobody answers a call: so `email` and `voice` have no outlet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.channels.base import Channel, Outlet
from chalicelib.lazy import Lazy

PACKAGE = "chalicelib.channels"


@dataclass(frozen=True, slots=True)
class Platform:
    """A module of this package: its name is that of its webhook and of its secrets; `source` and
    `outlets`, by channel, name what is in it."""

    name: str
    source: str
    outlets: Mapping[str, str] = field(default_factory=dict)


WHATSAPP_BY_TWILIO = "whatsapp by twilio"
"""WhatsApp is one channel with two ways out; accounts that begin with "twilio:" go this one."""

PLATFORMS = (
    Platform("whatsapp", "WHATSAPP", {"whatsapp": "OUTLET"}),
    Platform("messenger", "MESSENGER", {"messenger": "OUTLET"}),
    Platform("instagram", "INSTAGRAM", {"instagram": "OUTLET"}),
    Platform("telegram", "TELEGRAM", {"telegram": "OUTLET"}),
    Platform("twilio", "TWILIO", {"sms": "SMS_OUTLET", WHATSAPP_BY_TWILIO: "WHATSAPP_OUTLET"}),
    Platform("ses", "SES"),
    Platform("sendgrid", "SENDGRID"),
    Platform("chat", "CHAT", {"chat": "OUTLET"}),
    Platform("x", "X", {"x": "OUTLET"}),
    Platform("slack", "SLACK", {"slack": "OUTLET"}),
    Platform("zendesk", "ZENDESK", {"zendesk": "OUTLET"}),
    Platform("freshdesk", "FRESHDESK", {"freshdesk": "OUTLET"}),
    Platform("trustpilot", "TRUSTPILOT", {"trustpilot": "OUTLET"}),
    Platform("google", "GOOGLE", {"google": "OUTLET"}),
)

CHANNELS: Lazy[Channel] = Lazy(PACKAGE, {one.name: f"{one.name}:{one.source}" for one in PLATFORMS})
"""What comes in, by the name in `/webhooks/{name}`. A source may speak for several channels: Twilio
for sms, whatsapp and voice, SES and SendGrid for email."""

OUTLETS: Lazy[Outlet] = Lazy(
    PACKAGE,
    {
        channel: f"{one.name}:{outlet}"
        for one in PLATFORMS
        for channel, outlet in one.outlets.items()
    },
)
"""How a message goes out, by channel."""

_SECRETS = {channel: one.name for one in PLATFORMS for channel in one.outlets}


class Way(NamedTuple):
    """An outlet, and the name of the part of the platform secrets that it needs."""

    outlet: Outlet
    secrets: str


def way(channel: str, account: str = "") -> Way | None:
    """The way out on a channel, from this account of the brand's; None if there is none."""
    by_twilio = channel == "whatsapp" and account.startswith("twilio:")
    name = WHATSAPP_BY_TWILIO if by_twilio else channel
    return Way(OUTLETS[name], _SECRETS[name]) if name in OUTLETS else None
