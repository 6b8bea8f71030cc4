"""Send dead letters back into their queue: `python -m infra.redrive QUEUE --stage STAGE`.

For when what made them fail is mended. Messages that fail again come back, five tries later.
"""

import argparse
import sys
import time
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.functions import APP_NAME
from infra.local.layout import layout
from infra.local.stack import STAGE, Stack

QUEUES = ("inbound", "telemetry", "sweep", "reactions", "campaigns", "due", "relay")
# How an SQS that has no such operation says so.
_UNKNOWN = {"InvalidAction", "UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"}


def redrive(client: Any, stage: str, queue: str) -> int:
    """Move every message of the dead-letter queue; returns how many. `client` is a boto3 SQS
    client. The destination is named: what SNS, EventBridge, the scheduler or IoT put into the
    dead-letter queue themselves has no queue that it came from."""
    name = f"{APP_NAME}-{stage}-{queue}"
    source = client.get_queue_url(QueueName=f"{name}-dlq")["QueueUrl"]
    target = client.get_queue_url(QueueName=name)["QueueUrl"]
    source_arn = _arn(client, source)
    try:
        client.start_message_move_task(SourceArn=source_arn, DestinationArn=_arn(client, target))
    except ClientError as error:
        if error.response["Error"]["Code"] not in _UNKNOWN:
            raise
        return _move_by_hand(client, source, target)
    return _await_move(client, source_arn)


def _arn(client: Any, url: str) -> str:
    answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


def _await_move(client: Any, source_arn: str) -> int:
    while True:
        (task,) = client.list_message_move_tasks(SourceArn=source_arn, MaxResults=1)["Results"]
        moved = int(task.get("ApproximateNumberOfMessagesMoved", 0))
        if task["Status"] in {"COMPLETED", "CANCELLED"}:
            return moved
        if task["Status"] == "FAILED":
            raise RuntimeError(f"moved {moved}, then: {task.get('FailureReason', 'no reason')}")
        time.sleep(2)


def _move_by_hand(client: Any, source: str, target: str) -> int:
    answer = client.get_queue_attributes(
        QueueUrl=source, AttributeNames=["ApproximateNumberOfMessages"]
    )
    waiting = int(answer["Attributes"]["ApproximateNumberOfMessages"])
    moved = 0
    while moved < waiting:  # and not until empty: what fails again would go round for ever
        received = client.receive_message(
            QueueUrl=source,
            MaxNumberOfMessages=min(10, waiting - moved),
            MessageAttributeNames=["All"],
            WaitTimeSeconds=1,
        ).get("Messages", [])
        if not received:
            break
        for message in received:
            # Sent before deleted: in between, a message is twice rather than nowhere.
            client.send_message(
                QueueUrl=target,
                MessageBody=message["Body"],
                MessageAttributes=message.get("MessageAttributes", {}),
            )
            client.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
            moved += 1
    return moved


def main(arguments: list[str]) -> int:
    """Run as a program. The stage `local` is that of the running local stack."""
    parser = argparse.ArgumentParser(prog="python -m infra.redrive")
    parser.add_argument("queue", choices=QUEUES)
    parser.add_argument("--stage", required=True)
    options = parser.parse_args(arguments)
    if options.stage == STAGE:
        where = layout().stack_file
        if not where.exists():
            print("no local stack is up")
            return 1
        client = Stack.load(where).client("sqs")
    else:
        make: Any = boto3.client
        client = make("sqs")
    moved = redrive(client, options.stage, options.queue)
    print(f"{moved} messages are back in {APP_NAME}-{options.stage}-{options.queue}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
