"""Dead letters go back into their queue when what made them fail is mended."""

import pytest

from infra.local.stack import Stack
from infra.redrive import redrive

pytestmark = pytest.mark.e2e


def test_dead_letters_go_back_with_all_that_they_carried(stack: Stack) -> None:
    sqs = stack.client("sqs")
    for name in ("temas-spare-inbound", "temas-spare-inbound-dlq"):  # no function reads these
        sqs.create_queue(QueueName=name)
    dead = sqs.get_queue_url(QueueName="temas-spare-inbound-dlq")["QueueUrl"]
    live = sqs.get_queue_url(QueueName="temas-spare-inbound")["QueueUrl"]
    attributes = {"trace": {"DataType": "String", "StringValue": "ş"}}
    for number in range(23):
        sqs.send_message(
            QueueUrl=dead, MessageBody=f"message {number}", MessageAttributes=attributes
        )

    assert redrive(sqs, "spare", "inbound") == 23
    assert redrive(sqs, "spare", "inbound") == 0

    received = []
    while more := sqs.receive_message(
        QueueUrl=live, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    ).get("Messages"):
        received += more
    assert {message["Body"] for message in received} == {f"message {n}" for n in range(23)}
    assert all(message["MessageAttributes"]["trace"]["StringValue"] == "ş" for message in received)
