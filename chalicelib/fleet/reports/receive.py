"""Device reports as the queue `telemetry` brings them, each device failing for itself."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib.errors import ParseError
from chalicelib.fleet.reports.batches import parse_reports
from chalicelib.fleet.reports.report import DEVICE_ID, Report
from chalicelib.fleet.reports.strangers import NOBODY
from chalicelib.fleet.watch import Refusal, Watch, Watched


def receive(
    records: Sequence[SQSRecord], watch: Watch, now: datetime
) -> tuple[Watched, Mapping[str, Exception]]:
    """Watch a batch of messages; returns the tallies, and the failures by message id.

    A report's time is checked against the moment it reached the queue, not against `now`: a
    report that waited there, or in the dead-letter queue, is no more late for that. What can't be
    read goes into the quarantine: trying it again would not help it.
    """
    reports: list[Report] = []
    refused: list[Refusal] = []
    said: dict[str, set[str]] = {}
    for record in records:
        about = said[record.message_id] = set[str]()
        for one in parse_reports(record.body, _received(record, now)):
            if isinstance(one, ParseError):
                refused.append(Refusal(_device_of(record.body), str(one), record.body))
                about.add(refused[-1].device_id)
            else:
                reports.append(one)
                about.add(one.device_id)
    watched = watch.observe(reports, refused)
    return watched, _failures(said, watched.failures)


def _failures(
    said: Mapping[str, set[str]], failures: Mapping[str, Exception]
) -> dict[str, Exception]:
    """The messages of devices that failed."""
    return {
        message_id: failures[device_id]
        for message_id, about in said.items()
        for device_id in about
        if device_id in failures
    }


def _device_of(body: str) -> str:
    """Whose a message is that can't be read, as far as that can be."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return NOBODY
    name = given.get("temas_device_id") if isinstance(given, dict) else None
    return name if isinstance(name, str) and DEVICE_ID.fullmatch(name) else NOBODY


def _received(record: SQSRecord, now: datetime) -> datetime:
    sent = record.attributes.sent_timestamp
    return datetime.fromtimestamp(int(sent) / 1000, UTC) if sent else now
