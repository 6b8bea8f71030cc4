"""What goes out by itself, and what customers say to that."""

from datetime import datetime

from chalicelib.events.base import Data


class CampaignStarted(Data, frozen=True, kw_only=True):
    """A run of a campaign began."""

    campaign_id: str
    run: int


class CampaignFinished(Data, frozen=True, kw_only=True):
    """A run of a campaign has planned its last recipient."""

    campaign_id: str
    run: int
    planned: int


class NotificationSent(Data, frozen=True, kw_only=True):
    """A notification left; `channel` says by which door."""

    notification_id: str
    customer_id: str
    purpose: str
    kind: str
    channel: str
    order_key: str | None = None
    campaign_id: str | None = None


class ConsentChanged(Data, frozen=True, kw_only=True):
    """A customer granted or withdrew consent for a purpose, on one channel or (None) on all."""

    customer_id: str
    purpose: str
    granted: bool
    at: datetime
    channel: str | None = None


class OptedOut(Data, frozen=True, kw_only=True):
    """A customer wrote that they want no more of what the brand sends by itself on this channel."""

    customer_id: str
    message_key: str
    channel: str
    at: datetime


class OptedIn(Data, frozen=True, kw_only=True):
    """A customer who had wanted no more on this channel wrote that they do again."""

    customer_id: str
    message_key: str
    channel: str
    at: datetime
