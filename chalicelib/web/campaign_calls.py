"""What the calls about campaigns share: checking, changing, looking."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from chalicelib.errors import Contention, InvalidRequest, NotFound
from chalicelib.outreach import campaigns as reckoning
from chalicelib.outreach.drafting import check_template, checked
from chalicelib.outreach.previewing import Preview
from chalicelib.outreach.segments.parsing import Segment
from chalicelib.store import campaigns, templates
from chalicelib.store.outreach_records import Campaign, MessageTemplate
from chalicelib.web.campaign_views import CampaignView
from chalicelib.web.endpoints import Call

BUDGET, START_BUDGET = 7.0, 4.0
"""Seconds for a preview, and for finding that somebody is there: a call may take ten."""

ATTEMPTS = 8
"""Against a run that saves its pages meanwhile."""


def check(campaign: Campaign, now: datetime, call: Call) -> Segment:
    segment = checked(campaign, now, call.wiring.playbook.brand.zone)
    template_of(campaign)
    return segment


def template_of(campaign: Campaign) -> MessageTemplate:
    """The campaign's template, fit to be sent. Raises InvalidRequest."""
    try:
        template = templates.get(campaign.template)
    except NotFound as error:
        raise InvalidRequest(f"template: {error}") from error
    check_template(template)
    return template


def view(campaign: Campaign) -> CampaignView:
    return CampaignView.of(campaign, outcomes(campaign))


def status(campaign: Campaign) -> str:
    return reckoning.status(campaign, outcomes(campaign).total())


def outcomes(campaign: Campaign) -> Counter[tuple[str, str]]:
    return campaigns.counts(campaign.id)[0] if campaign.run else Counter()


def preview(call: Call, budget: float) -> Preview:
    return Preview(
        playbook=call.wiring.playbook,
        window=call.wiring.window,
        monotonic=call.wiring.monotonic,
        budget=budget,
    )


def changed(call: Call, change: Callable[[Campaign], Campaign]) -> Campaign:
    """The campaign as `change` makes it, however its run changes it meanwhile."""
    for attempt in range(ATTEMPTS):
        before = campaigns.get(call.path["campaign_id"])
        after = change(before)
        if after == before:
            return before
        if saved := campaigns.save(before, after):
            return saved
        call.wiring.pause(attempt)
    raise Contention("the campaign keeps changing: repeat the call")
