"""Consuming a queue so that one bad message never costs its batch mates anything.

Lambda deletes a batch only if the function returns; with `ReportBatchItemFailures` on the mapping
it also honours a list of failures, but chalice can't switch that on, and without it that list is
ignored and the failed messages would be deleted. So this is right under both: delete the successes
ourselves, then raise. What is left in the queue is exactly what failed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.errors import TemasError

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

Handler = Callable[[Sequence["SQSRecord"]], Mapping[str, Exception]]
"""Works a whole batch; returns the failures by message id."""


class PartialFailure(TemasError):
    """Some messages of a batch failed and stay in the queue; the others are deleted."""

    title = "Part of a batch failed"


def each(work: Callable[["SQSRecord"], None], *, boundary: type[Exception] = Exception) -> Handler:
    """A batch handler that works record by record.

    The boundary is wide on purpose: whatever goes wrong with one message, the others go on, and
    the failed one is retried and then waits in the dead-letter queue.
    """

    def handle(records: Sequence["SQSRecord"]) -> dict[str, Exception]:
        failures: dict[str, Exception] = {}
        for record in records:
            try:
                work(record)
            except boundary as error:
                failures[record.message_id] = error
        return failures

    return handle


def consume(
    event: Mapping[str, Any], handler: Handler, *, sqs: Callable[[], Any], logger: "Logger"
) -> None:
    """Work a batch with `handler`; raise PartialFailure when some failed and the rest is deleted,
    or what the batch processor raises when all failed. `sqs()` gives the client, asked only then.
    """
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

    records = [SQSRecord(record) for record in event.get("Records", [])]
    failures = handler(records) if records else {}
    if failures:
        _settle(records, failures, sqs, logger)


def _settle(
    records: Sequence["SQSRecord"],
    failures: Mapping[str, Exception],
    sqs: Callable[[], Any],
    logger: "Logger",
) -> None:
    """Log and count the failures, delete the others, raise."""
    # Only here: it brings asyncio, which a batch without failures need not wait for.
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

    def outcome(record: SQSRecord) -> None:
        failure = failures.get(record.message_id)
        if failure is not None:
            logger.warning(
                "message failed",
                message_id=record.message_id,
                attempt=record.attributes.approximate_receive_count,
                error=type(failure).__name__,
                reason=str(failure) if isinstance(failure, TemasError) else "unexpected",
                exc_info=None if isinstance(failure, TemasError) else failure,
            )
            raise failure

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    with processor(records=[record.raw_event for record in records], handler=outcome):
        processor.process()
    if not processor.fail_messages:
        return
    _delete([record for record in records if record.message_id not in failures], sqs)
    raise PartialFailure(
        f"{len(processor.fail_messages)} of {len(records)} messages failed; they stay in the queue"
    )


def _delete(done: Sequence["SQSRecord"], sqs: Callable[[], Any]) -> None:
    if not done:
        return
    client = sqs()
    name = done[0].event_source_arn.rsplit(":", 1)[-1]
    url = client.get_queue_url(QueueName=name)["QueueUrl"]
    # An entry that can't be deleted comes once more, and everything here is safe to repeat.
    client.delete_message_batch(
        QueueUrl=url,
        Entries=[
            {"Id": str(number), "ReceiptHandle": record.receipt_handle}
            for number, record in enumerate(done)
        ],
    )
