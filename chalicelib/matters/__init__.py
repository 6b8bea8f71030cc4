"""What each kind of notification is about: whether that still holds, and the words for it.

Here the packages meet that don't know each other: outreach asks; orders, conversations, devices and
campaigns answer. Pure: records in, `Matter` out.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from chalicelib.matters import campaigns, nearby, offers
from chalicelib.matters.conversations import longer, plain, satisfaction, unsolved
from chalicelib.matters.devices import MessageOf, alert, well_again
from chalicelib.matters.maintenance import PlansOf, maintenance
from chalicelib.matters.orders import review_reminder
from chalicelib.outreach.deliver import Matter
from chalicelib.playbook import Playbook
from chalicelib.store.briefing import Briefing

MATTERS: Mapping[str, Callable[[Briefing, Playbook, datetime], Matter]] = {
    "greeting": plain,
    "reply": plain,
    "opt_out": plain,
    "longer": longer,
    "satisfaction": satisfaction,
    "nps": plain,
    "survey_thanks": plain,
    "article": unsolved,
    "hand_off": unsolved,
    "team": plain,
    "incident": plain,
    "review_reminder": review_reminder,
    "coupon": offers.coupon,
    "cart": offers.cart,
    "win_back": offers.win_back,
    "nearby": nearby.nearby,
    "campaign": campaigns.campaign,
}


OF_DEVICES: Mapping[str, Callable[[Briefing, MessageOf, datetime], Matter]] = {
    "alert": alert,
    "well_again": well_again,
}


def matter(
    playbook: Playbook, plans_of: PlansOf | None = None, message_of: MessageOf | None = None
) -> Callable[[Briefing, datetime], Matter]:
    """The function that tells a notification's matter from its briefing at a moment. `plans_of` are
    the maintenance plans that hold for a device, `message_of` what a rule says; by default they are
    the playbook's."""
    plans = plans_of or (lambda _device: playbook.devices.maintenance)
    said = {one.name: one.message for one in playbook.devices.rules}
    said |= {one.name: one.message for one in playbook.devices.maintenance}
    message = message_of or (lambda _model, rule: said.get(rule))

    def tell(brief: Briefing, now: datetime) -> Matter:
        assert brief.notification is not None  # it is what is asked about
        if brief.notification.kind == "maintenance":
            return maintenance(brief, plans, now)
        if found := OF_DEVICES.get(brief.notification.kind):
            return found(brief, message, now)
        return MATTERS[brief.notification.kind](brief, playbook, now)

    return tell
