"""Running a campaign: page by page through all customers, so that a worker may end anywhere and
another one goes on within a page, and nobody gets it twice.

A page is: read it, keep the plans of those who match, wake them, save the place. What was done of a
page before its worker ended is done again to the same effect, because each plan has a key. Whoever
finds the campaign changed behind their back (paused, cancelled, another worker's page) stops.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import msgspec

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock
from chalicelib.errors import Contention
from chalicelib.outreach import campaigns as reckoning
from chalicelib.outreach.decide import zone_of
from chalicelib.outreach.plan import new
from chalicelib.outreach.purposes import PURPOSES
from chalicelib.outreach.segments.facts import facts
from chalicelib.outreach.segments.matching import matches
from chalicelib.outreach.segments.parsing import Segment, parse
from chalicelib.outreach.steps import Step, Steps
from chalicelib.outreach.waking import Waking
from chalicelib.playbook import Playbook
from chalicelib.store import audience, bulk, campaigns, templates
from chalicelib.store.notification_records import Notification
from chalicelib.store.outreach_records import Campaign
from chalicelib.store.records import Customer

BUDGET = 20.0
"""Seconds after which a worker hands over, well before its function's time-out."""

EARLY = timedelta(seconds=5)


@dataclass(frozen=True)
class Runner:
    """Works the steps of campaigns. `monotonic` gives seconds, for its time budget."""

    playbook: Playbook
    steps: Callable[[], Steps]
    waking: Callable[[], Waking]
    bus: Callable[[], Bus]
    clock: Clock
    monotonic: Callable[[], float]
    budget: float = BUDGET

    def work(self, step: Step) -> str:
        """Work one message of the queue; returns what it came to.

        Raises Unavailable to be called again with the same message.
        """
        campaign = campaigns.find(step.campaign_id)
        if campaign is None:
            return "gone"
        if campaign.finished_at and step.run == campaign.run:
            # The worker that ended the run may not have got round to saying so.
            self._tell_end(campaign)
            return "ended"
        entered = self._enter(campaign, step)
        if entered is None:
            return "stale"
        if entered.leg == 1:
            self._tell_begin(entered)
        return _Run(self, parse(entered.segment, self._zone)).go_on(entered)

    def _enter(self, campaign: Campaign, step: Step) -> Campaign | None:
        """The campaign as this step's worker has it; None if the step is not (or no more) its
        turn: it comes again, or late, or the campaign is paused or cancelled."""
        now = self.clock()
        if campaign.status == "scheduled" and step.run == campaign.run + 1:
            if campaign.starts_at and now < campaign.starts_at - EARLY:
                return None
            contents = templates.get(campaign.template).contents
            return self._saved(campaign, reckoning.begun(campaign, contents, now))
        if campaign.status != "running" or step.run != campaign.run:
            return None
        if step.leg == campaign.leg + 1:
            return self._saved(campaign, msgspec.structs.replace(campaign, leg=step.leg))
        return campaign if step.leg == campaign.leg else None

    def _saved(self, before: Campaign, after: Campaign) -> Campaign:
        saved = campaigns.save(before, after)
        if saved is None:
            raise Contention(f"campaign {before.id} has just changed")
        return saved

    def _tell_begin(self, campaign: Campaign) -> None:
        started = events.CampaignStarted(campaign_id=campaign.id, run=campaign.run)
        self._publish(started, campaign, campaign.started_at)

    def _tell_end(self, campaign: Campaign) -> None:
        """The end of a run, to the world and, where another one follows, to the clock."""
        if campaign.status == "scheduled" and campaign.starts_at:
            self.steps().at(Step.first(campaign), campaign.starts_at, self.clock())
        finished = events.CampaignFinished(
            campaign_id=campaign.id, run=campaign.run, planned=campaign.planned
        )
        self._publish(finished, campaign, campaign.finished_at)

    def _publish(self, data: events.Data, campaign: Campaign, at: datetime | None) -> None:
        name = (campaign.id, str(campaign.run))
        happened = events.event(data, *name, at=at or self.clock(), trace=campaign.id)
        self.bus().publish([happened])

    @cached_property
    def _zone(self) -> ZoneInfo:
        return self.playbook.brand.zone


@dataclass(frozen=True)
class _Run:
    """One worker's part of a run."""

    runner: Runner
    segment: Segment

    def go_on(self, campaign: Campaign) -> str:
        until = self.runner.monotonic() + self.runner.budget
        while campaign.status == "running":
            saved = campaigns.save(campaign, self._page(campaign))
            if saved is None:
                return "overtaken"
            campaign = saved
            rest = reckoning.wait(campaign, self.runner.clock())
            if campaign.cursor and (rest or self.runner.monotonic() >= until):
                return self._hand_over(campaign, rest)
        self.runner._tell_end(campaign)
        return "ended"

    def _hand_over(self, campaign: Campaign, rest: timedelta) -> str:
        """The next message first: a worker that ends before it has noted it leaves its own
        message, whose repeat sends another one, and one of the two will find itself late."""
        following = Step.following(campaign)
        self.runner.steps().send(following, rest)
        campaigns.save(campaign, msgspec.structs.replace(campaign, leg=following.leg))
        return "handed_over"

    def _page(self, campaign: Campaign) -> Campaign:
        """Plan for the customers of the page that is next; returns the campaign as it is then."""
        assert campaign.cursor is not None
        now, playbook = self.runner.clock(), self.runner.playbook
        per_minute = campaign.per_minute or playbook.campaigns.per_minute
        page = audience.page(campaign.cursor, reckoning.page_size(per_minute))
        matching = [
            customer
            for customer, members in page.people
            if matches(self.segment, facts(customer, members, playbook), now)
        ]
        interval = reckoning.MINUTE / per_minute
        notes, paced = self._plans(campaign, matching, interval, now)
        if notes:
            bulk.put_missing(notes)
            self.runner.waking().wake(notes, now)
        after = msgspec.structs.replace(
            campaign,
            cursor=page.after,
            seen=campaign.seen + page.looked_at,
            planned=campaign.planned + len(notes),
            paced=paced,
        )
        return after if page.after else reckoning.ended(after, self.runner._zone, now)

    def _plans(
        self,
        campaign: Campaign,
        customers: Sequence[Customer],
        interval: timedelta,
        now: datetime,
    ) -> tuple[list[Notification], dict[str, datetime]]:
        notes, taken, brand = [], dict(campaign.paced), self.runner._zone
        purpose = next(name for name in PURPOSES if name == campaign.purpose)
        for customer in customers:
            base = None
            if campaign.local_hour:
                zone = zone_of(customer, brand)
                started = campaign.starts_at or campaign.started_at or now
                base = reckoning.local_moment(started, campaign.local_hour, zone, brand)
            moment, taken = reckoning.paced(taken, base, now, interval)
            notes.append(new(reckoning.plan(campaign, customer.id, moment, purpose), now))
        return notes, taken
