"""What each kind of notification is about: whether that still holds, and the words for it.

Here the packages meet that don't know each other: outreach asks; orders, conversations, devices and
campaigns answer. Pure: records in, `Matter` out.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from chalicelib.matters import campaigns, offers
from chalicelib.matters.conversations import plain, satisfaction
from chalicelib.matters.devices import alert
from chalicelib.matters.orders import review_reminder
from chalicelib.outreach.deliver import Matter
from chalicelib.playbook import Playbook
from chalicelib.store.briefing import Briefing

MATTERS: Mapping[str, Callable[[Briefing, Playbook, datetime], Matter]] = {
    "greeting": plain,
    "reply": plain,
    "opt_out": plain,
    "satisfaction": satisfaction,
    "nps": plain,
    "survey_thanks": plain,
    "team": plain,
    "alert": alert,
    "review_reminder": review_reminder,
    "coupon": offers.coupon,
    "cart": offers.cart,
    "win_back": offers.win_back,
    "campaign": campaigns.campaign,
}


def matter(playbook: Playbook) -> Callable[[Briefing, datetime], Matter]:
    """The function that tells a notification's matter from its briefing at a moment."""

    def tell(brief: Briefing, now: datetime) -> Matter:
        assert brief.notification is not None  # it is what is asked about
        return MATTERS[brief.notification.kind](brief, playbook, now)

    return tell
