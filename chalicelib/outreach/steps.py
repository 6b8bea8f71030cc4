"""The messages that carry a campaign on: now, after a rest, or at its time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import ParseError, Unavailable
from chalicelib.outreach.schedule import ALREADY, LONGEST_DELAY, Target, one_time
from chalicelib.store.outreach_records import Campaign


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A message on the queue `campaigns`: work on this run of the campaign. `leg` numbers the
    messages of a run, so that one of them that comes again, late, is known for what it is."""

    campaign_id: str
    run: int
    leg: int

    @classmethod
    def parse(cls, body: str) -> "Step":
        """Raises ParseError."""
        try:
            return msgspec.json.decode(body, type=cls)
        except msgspec.DecodeError as error:
            raise ParseError(f"not a message of the queue campaigns: {error}") from error

    @classmethod
    def first(cls, campaign: Campaign) -> "Step":
        """That begins the campaign's next run."""
        return cls(campaign_id=campaign.id, run=campaign.run + 1, leg=1)

    @classmethod
    def following(cls, campaign: Campaign) -> "Step":
        """That carries the present run on."""
        return cls(campaign_id=campaign.id, run=campaign.run, leg=campaign.leg + 1)


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Puts steps on the queue. Clients are boto3's scheduler and sqs."""

    scheduler: Any
    sqs: Any
    queue_url: str
    target: Target

    def send(self, step: Step, rest: timedelta = timedelta(0)) -> None:
        """To be worked after a rest of at most a quarter of an hour. Raises Unavailable."""
        seconds = min(ceil(max(rest.total_seconds(), 0)), LONGEST_DELAY)
        later = {"DelaySeconds": seconds} if seconds else {}
        try:
            self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=_body(step), **later)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(f"the queue campaigns is not answering: {error}") from error

    def at(self, step: Step, moment: datetime, now: datetime) -> None:
        """To be worked at that moment; doing it twice is doing it once. Raises Unavailable."""
        if moment - now <= timedelta(seconds=LONGEST_DELAY):
            self.send(step, moment - now)
            return
        name = f"{step.campaign_id}-{step.run}-{int(moment.timestamp())}"
        try:
            self.scheduler.create_schedule(**one_time(name, moment, self.target, _body(step)))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code != ALREADY:
                raise Unavailable(f"the scheduler is not answering: {code}") from error
        except BotoCoreError as error:
            raise Unavailable(f"the scheduler is not answering: {error}") from error


def _body(step: Step) -> str:
    return msgspec.json.encode(step).decode()
