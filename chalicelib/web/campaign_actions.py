"""Staff API: campaigns started, paused, resumed, cancelled."""

from collections.abc import Callable

import msgspec

from chalicelib.errors import Conflict, InvalidRequest
from chalicelib.outreach import campaigns as reckoning
from chalicelib.outreach.steps import Step
from chalicelib.store.outreach_records import Campaign
from chalicelib.web.campaign_calls import START_BUDGET, changed, check, preview, status, view
from chalicelib.web.campaign_views import CampaignView
from chalicelib.web.endpoints import Call, Endpoint


def start_campaign(call: Call) -> CampaignView:
    """Start a draft, at once or at its `starts_at`. Everything is checked once more; a campaign to
    nobody is refused. A repeat of the call changes nothing."""
    now = call.wiring.clock()

    def start(campaign: Campaign) -> Campaign:
        if campaign.status == "scheduled":
            return campaign
        if campaign.status != "draft":
            raise Conflict(f"it is {campaign.status}: only a draft can be started")
        segment = check(campaign, now, call)
        if not preview(call, START_BUDGET).anybody(segment, now):
            raise InvalidRequest("segment: no customer matches it: POST /v1/segments/preview helps")
        starts_at = campaign.starts_at or now
        return msgspec.structs.replace(campaign, status="scheduled", starts_at=starts_at)

    return view(on_its_way(changed(call, start), call))


def pause_campaign(call: Call) -> CampaignView:
    """Send nothing more until it is resumed. What is planned waits, as long as it may be late."""

    def pause(campaign: Campaign) -> Campaign:
        if status(campaign) not in ("running", "scheduled", "paused"):
            raise Conflict(f"it is {campaign.status}: there is nothing to pause")
        return msgspec.structs.replace(campaign, status="paused")

    return view(changed(call, pause))


def resume_campaign(call: Call) -> CampaignView:
    """Go on where it was paused. Of a running campaign, this mends a run that has got stuck."""

    def resume(campaign: Campaign) -> Campaign:
        if status(campaign) not in ("paused", "running", "scheduled"):
            raise Conflict(f"it is {campaign.status}: there is nothing to resume")
        return reckoning.resumed(campaign) if campaign.status == "paused" else campaign

    return view(on_its_way(changed(call, resume), call))


def cancel_campaign(call: Call) -> CampaignView:
    """End it for good: what has not gone out never will."""

    def cancel(campaign: Campaign) -> Campaign:
        if status(campaign) == "done":
            raise Conflict("it is done: there is nothing left to cancel")
        return msgspec.structs.replace(campaign, status="cancelled")

    return view(changed(call, cancel))


def on_its_way(campaign: Campaign, call: Call) -> Campaign:
    """With the message on its way that carries it on; another one does no harm."""
    steps = call.wiring.steps
    if campaign.status == "running":
        steps.send(Step.following(campaign))
    elif campaign.status == "scheduled" and campaign.starts_at:
        steps.at(Step.first(campaign), campaign.starts_at, call.wiring.clock())
    return campaign


def _action(name: str, summary: str, handle: Callable[[Call], CampaignView]) -> Endpoint:
    return Endpoint(
        method="POST",
        path=f"/v1/campaigns/{{campaign_id}}/{name}",
        scope="campaigns:send",
        summary=summary,
        handle=handle,
        returns=CampaignView,
    )


ENDPOINTS = (
    _action("start", "Start a campaign", start_campaign),
    _action("pause", "Pause a campaign", pause_campaign),
    _action("resume", "Resume a paused campaign", resume_campaign),
    _action("cancel", "Cancel a campaign", cancel_campaign),
)
