"""What a message costs on the wire: pinned, so that it never grows unnoticed (docs/benchmarks.md).

A change that moves these numbers is a decision: change them here, with the reason, and in the docs
by `make bench`.
"""

from tests.bench.traffic import count

KEEP = ("dynamodb.BatchGetItem", "dynamodb.TransactWriteItems", "eventbridge.PutEvents")


def test_a_webhook_is_one_request() -> None:
    assert count(1, customers=1).api.requests == ("sqs.SendMessage",)


def test_a_message_alone_is_four_requests_and_five_write_units() -> None:
    counted = count(1, customers=1)
    assert counted.ingest.requests == KEEP
    assert counted.requests_each == 4
    # The entry 2, its line in the timeline 1, the conversation 2.
    assert counted.ingest.write_units == 5
    assert counted.ingest.read_units == 1


def test_ten_messages_of_ten_customers_are_no_more_requests_than_one() -> None:
    counted = count(10, customers=10)
    assert counted.ingest.requests == KEEP
    assert counted.requests_each == 1.3
    assert counted.ingest.write_units == 50
    assert counted.ingest.read_units == 10


def test_ten_messages_of_one_customer_touch_the_conversation_once() -> None:
    counted = count(10, customers=1)
    assert counted.ingest.requests == KEEP
    assert counted.ingest.write_units == 32
    assert counted.ingest.read_units == 1
