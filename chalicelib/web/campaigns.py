"""Staff API: campaigns and segments – written, looked at, started, paused, ended."""

import msgspec

from chalicelib.errors import Conflict
from chalicelib.ids import new_id
from chalicelib.outreach.measuring import findings, groups
from chalicelib.outreach.samples import sample
from chalicelib.outreach.segments.parsing import parse
from chalicelib.store import campaigns
from chalicelib.store.outreach_records import Campaign
from chalicelib.web.campaign_calls import BUDGET, changed, check, preview, template_of, view
from chalicelib.web.campaign_requests import (
    CampaignChanges,
    CampaignRequest,
    SegmentRequest,
    values,
)
from chalicelib.web.campaign_views import (
    CampaignPage,
    CampaignView,
    PreviewView,
    ReportView,
    SegmentView,
)
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint


def post_campaign(call: Call) -> CampaignView:
    """Write a campaign, as a draft: nothing is sent before it is started."""
    now, playbook = call.wiring.clock(), call.wiring.playbook
    draft = Campaign(
        id=new_id("cmp"),
        created_at=now,
        created_by=call.key.name,
        **values(call.body, playbook),
    )
    check(draft, now, call)
    return view(campaigns.put_new(draft))


def list_campaigns(call: Call) -> CampaignPage:
    page, cursor = campaigns.listed(limit=call.limit, before=call.cursor)
    return CampaignPage(campaigns=[view(one) for one in page], next_cursor=cursor)


def get_campaign(call: Call) -> CampaignView:
    """A campaign with how far it is and what it came to so far."""
    return view(campaigns.get(call.path["campaign_id"]))


def patch_campaign(call: Call) -> CampaignView:
    """Change a draft."""
    now, given = call.wiring.clock(), values(call.body, call.wiring.playbook)

    def change(campaign: Campaign) -> Campaign:
        if campaign.status != "draft":
            raise Conflict(f"it is {campaign.status}: only a draft can be changed")
        after = msgspec.structs.replace(campaign, **given)
        check(after, now, call)
        return after

    return view(changed(call, change))


def preview_campaign(call: Call) -> PreviewView:
    """A dry run: nothing is kept, nothing is sent."""
    wiring, now = call.wiring, call.wiring.clock()
    campaign = campaigns.get(call.path["campaign_id"])
    template = template_of(campaign)
    segment = parse(campaign.segment, wiring.playbook.brand.zone)
    shown = msgspec.structs.replace(campaign, contents=template.contents)
    tally = preview(call, BUDGET).decisions(shown, segment, now)
    samples = [
        sample(shown, customer, contact, wiring.playbook, now)
        for chosen in tally.samples.values()
        for customer, contact in chosen
    ]
    return PreviewView.of(tally, samples)


def preview_segment(call: Call) -> SegmentView:
    """How many customers a segment has."""
    wiring = call.wiring
    segment = parse(call.body.segment, wiring.playbook.brand.zone)
    return SegmentView.of(preview(call, BUDGET).count(segment, wiring.clock()))


def get_report(call: Call) -> ReportView:
    """What a campaign's customers did, against those held out by chance."""
    campaign = campaigns.get(call.path["campaign_id"])
    outcomes, did = campaigns.counts(campaign.id)
    sizes = groups(outcomes)
    days = call.wiring.playbook.campaigns.measured_for
    return ReportView.of(campaign, sizes, findings(sizes, did), days)


ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/v1/campaigns",
        scope="campaigns:write",
        summary="Write a campaign",
        handle=post_campaign,
        returns=CampaignView,
        body=CampaignRequest,
        status=201,
    ),
    Endpoint(
        method="GET",
        path="/v1/campaigns",
        scope="campaigns:read",
        summary="Campaigns, latest first",
        handle=list_campaigns,
        returns=CampaignPage,
        query=(LIMIT, CURSOR),
    ),
    Endpoint(
        method="GET",
        path="/v1/campaigns/{campaign_id}",
        scope="campaigns:read",
        summary="One campaign, and what it came to",
        handle=get_campaign,
        returns=CampaignView,
    ),
    Endpoint(
        method="PATCH",
        path="/v1/campaigns/{campaign_id}",
        scope="campaigns:write",
        summary="Change a draft",
        handle=patch_campaign,
        returns=CampaignView,
        body=CampaignChanges,
    ),
    Endpoint(
        method="POST",
        path="/v1/campaigns/{campaign_id}/preview",
        scope="campaigns:read",
        summary="Dry run: who would get it, and why not",
        handle=preview_campaign,
        returns=PreviewView,
        audited=False,
    ),
    Endpoint(
        method="GET",
        path="/v1/campaigns/{campaign_id}/report",
        scope="campaigns:read",
        summary="What a campaign changed",
        handle=get_report,
        returns=ReportView,
    ),
    Endpoint(
        method="POST",
        path="/v1/segments/preview",
        scope="campaigns:read",
        summary="How many customers a segment has",
        handle=preview_segment,
        returns=SegmentView,
        body=SegmentRequest,
        audited=False,
    ),
)
