"""Device reports as the queue `telemetry` brings them, each failing for itself."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib.errors import ParseError
from chalicelib.fleet.reports import Report, parse_report
from chalicelib.fleet.watch import Watch, Watched


def receive(
    records: Sequence[SQSRecord], watch: Watch, now: datetime
) -> tuple[Watched, Mapping[str, Exception]]:
    """Watch a batch of reports; returns the tallies, and the failures by message id.

    A report's time is checked against the moment it reached the queue, not against `now`: a
    report that waited there, or in the dead-letter queue, is no more late for that.
    """
    failures: dict[str, Exception] = {}
    reports: dict[str, Report] = {}
    for record in records:
        try:
            reports[record.message_id] = parse_report(record.body, _received(record, now))
        except ParseError as error:
            failures[record.message_id] = error
    watched = watch.observe(list(reports.values()))
    for message_id, report in reports.items():
        if failure := watched.failures.get(report.device_id):
            failures[message_id] = failure
    return watched, failures


def _received(record: SQSRecord, now: datetime) -> datetime:
    sent = record.attributes.sent_timestamp
    return datetime.fromtimestamp(int(sent) / 1000, UTC) if sent else now
