"""Staff API: what staff see of campaigns and segments."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from chalicelib.outreach import campaigns as reckoning
from chalicelib.outreach.measuring import Finding, Groups
from chalicelib.outreach.previewing import Tally
from chalicelib.outreach.samples import Sample
from chalicelib.store.audience import share
from chalicelib.store.outreach_records import Campaign
from chalicelib.web.views import View


class CampaignView(View, frozen=True, kw_only=True):
    """A campaign. `status` is draft, scheduled, running, paused, done or cancelled. `progress` (0
    to 1) is how far the present run is: all customers looked at and everything planned settled.
    `looked_at` and `planned` are the run's, `waiting` what is planned and not settled yet;
    `outcomes` count every run's, by outcome and reason."""

    id: str
    name: str
    status: str
    purpose: str
    segment: str
    template: str
    created_at: datetime
    created_by: str
    starts_at: datetime | None = None
    local_hour: str | None = None
    every: str | None = None
    ends_at: datetime | None = None
    per_minute: int = 0
    holdout_percent: float = 0
    run: int
    started_at: datetime | None = None
    finished_at: datetime | None = None
    looked_at: int
    planned: int
    waiting: int
    progress: float
    outcomes: dict[str, dict[str, int]]

    @classmethod
    def of(cls, campaign: Campaign, counts: Counter[tuple[str, str]]) -> "CampaignView":
        own = ("status", "looked_at", "waiting", "progress", "outcomes")
        shared = {n: getattr(campaign, n) for n in cls.__struct_fields__ if n not in own}
        waiting = reckoning.waiting(campaign, counts.total())
        return cls(
            **shared,
            status=reckoning.status(campaign, counts.total()),
            looked_at=campaign.seen,
            waiting=waiting,
            progress=_progress(campaign, waiting),
            outcomes=_by_outcome(counts),
        )


def _progress(campaign: Campaign, waiting: int) -> float:
    if not campaign.run:
        return 0.0
    settled = 1 - min(waiting / campaign.planned, 1) if campaign.planned else 1.0
    return round(share(campaign.cursor) * settled, 3)


def _by_outcome(counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (outcome, reason), number in sorted(counts.items()):
        found.setdefault(outcome, {})[reason] = number
    return found


class CampaignPage(View, frozen=True, kw_only=True):
    campaigns: list[CampaignView]
    next_cursor: str | None = None


class SegmentView(View, frozen=True, kw_only=True):
    """How many customers match. Unless `complete`, these are those found in the time that a call
    may take, and `about` is what that comes to for all."""

    looked_at: int
    matching: int
    complete: bool
    about: int | None = None

    @classmethod
    def of(cls, tally: Tally) -> "SegmentView":
        return cls(
            looked_at=tally.looked_at,
            matching=tally.matching,
            complete=tally.complete,
            about=about(tally),
        )


def about(tally: Tally) -> int | None:
    if tally.complete or not tally.share:
        return None
    return round(tally.matching / tally.share)


class PreviewView(View, frozen=True, kw_only=True):
    """A dry run, as if it were decided now: of those who match, how many would get it (`send`, by
    channel too), get it later (`postpone`, by reason), belong to the control group (`holdout`), or
    not get it (`skip`, by reason). Unless `complete`, of those looked at in the time that a call
    may take. `samples` show how it reads to some of them."""

    looked_at: int
    matching: int
    complete: bool
    about: int | None = None
    send: int
    by_channel: dict[str, int]
    holdout: int
    postpone: dict[str, int]
    skip: dict[str, int]
    samples: list[Sample]

    @classmethod
    def of(cls, tally: Tally, samples: list[Sample]) -> "PreviewView":
        by_name = _by_outcome(tally.verdicts)
        return cls(
            looked_at=tally.looked_at,
            matching=tally.matching,
            complete=tally.complete,
            about=about(tally),
            send=sum(by_name.get("send", {}).values()),
            by_channel=dict(tally.channels),
            holdout=sum(by_name.get("holdout", {}).values()),
            postpone=by_name.get("postpone", {}),
            skip=by_name.get("skip", {}),
            samples=samples,
        )


class FindingView(View, frozen=True, kw_only=True):
    """One behaviour in both groups: how many of how many, the rates, their difference with its 95 %
    confidence interval (Newcombe 1998, method 10), and what that means in words."""

    behaviour: str
    treated: int
    control: int
    treated_rate: float | None = None
    control_rate: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    verdict: str
    words: dict[str, str]
    note: dict[str, str]

    @classmethod
    def of(cls, found: Finding) -> "FindingView":
        difference = found.difference
        return cls(
            behaviour=found.behaviour,
            treated=found.treated,
            control=found.control,
            treated_rate=_rate(found.treated, found.treated_of),
            control_rate=_rate(found.control, found.control_of),
            difference=round(difference.value, 5) if difference else None,
            low=round(difference.low, 5) if difference else None,
            high=round(difference.high, 5) if difference else None,
            verdict=found.verdict,
            words={"tr": found.words.tr, "en": found.words.en},
            note={"tr": found.note.tr, "en": found.note.en},
        )


def _rate(count: int, total: int) -> float | None:
    return round(count / total, 5) if total else None


class ReportView(View, frozen=True, kw_only=True):
    """What a campaign changed. `treated` and `control` are the groups' sizes: those it was sent to
    (or tried to) and those held out; both passed the same rules. Each behaviour counts once a
    customer, up to `measured_days` after their turn."""

    campaign_id: str
    name: str
    treated: int
    control: int
    measured_days: float
    findings: list[FindingView]

    @classmethod
    def of(
        cls, campaign: Campaign, sizes: Groups, found: list[Finding], measured_for: timedelta
    ) -> "ReportView":
        return cls(
            campaign_id=campaign.id,
            name=campaign.name,
            treated=sizes.treated,
            control=sizes.control,
            measured_days=measured_for / timedelta(days=1),
            findings=[FindingView.of(one) for one in found],
        )
