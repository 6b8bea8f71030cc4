"""Consuming: exactly what failed stays in the queue, whichever way the mapping is set up."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from chalicelib.queues import PartialFailure, consume, each
from tests.support.faults import failing, refusal, watched
from tests.support.world import World

Bodies = list[str]


def run(
    world: World, work: Callable[[str], None], *, reports_item_failures: bool
) -> Exception | None:
    """One batch of `inbound`, and then what Lambda does with it: without ReportBatchItemFailures
    a batch whose function returns is deleted, with it all but the failures it returned; in both
    cases a batch whose function raises stays."""

    def handle(record: Any) -> None:
        work(record.body)

    records = world.take("inbound")
    try:
        answer: Any = consume(  # type: ignore[func-returns-value]
            {"Records": records},
            each(handle),
            sqs=lambda: world.client("sqs"),
            logger=world.wiring.logger,
        )
    except Exception as error:  # noqa: BLE001
        world.reappear("inbound", records)
        return error
    reported = answer if isinstance(answer, Mapping) and reports_item_failures else {}
    failed = {one["itemIdentifier"] for one in reported.get("batchItemFailures", ())}
    world.delete("inbound", [r for r in records if r["messageId"] not in failed])
    return None


def waiting(world: World) -> Bodies:
    return sorted(record["body"] for record in world.take("inbound"))


def breaking(*bad: str) -> tuple[Callable[[str], None], Bodies]:
    done: Bodies = []

    def work(body: str) -> None:
        if body in bad:
            raise ValueError(body)
        done.append(body)

    return work, done


@pytest.mark.parametrize("reports", [False, True])
def test_a_batch_without_failures_is_done(world: World, reports: bool) -> None:
    world.put("inbound", "a", "b", "c")
    work, done = breaking()

    assert run(world, work, reports_item_failures=reports) is None
    assert (sorted(done), waiting(world)) == (["a", "b", "c"], [])


@pytest.mark.parametrize("reports", [False, True])
def test_exactly_what_failed_stays(world: World, reports: bool) -> None:
    world.put("inbound", "a", "bad", "c")
    work, done = breaking("bad")

    assert isinstance(run(world, work, reports_item_failures=reports), PartialFailure)
    assert isinstance(run(world, work, reports_item_failures=reports), PartialFailure)

    assert sorted(done) == ["a", "c"]
    assert waiting(world) == ["bad"]


@pytest.mark.parametrize("reports", [False, True])
def test_when_all_fail_all_stay(world: World, reports: bool) -> None:
    world.put("inbound", "a", "b")
    work, done = breaking("a", "b")

    with watched() as calls:
        error = run(world, work, reports_item_failures=reports)

    assert isinstance(error, PartialFailure)
    assert "DeleteMessageBatch" not in [call.operation for call in calls]
    assert (done, waiting(world)) == ([], ["a", "b"])


@pytest.mark.parametrize("reports", [False, True])
def test_what_can_not_be_deleted_comes_again(world: World, reports: bool) -> None:
    world.put("inbound", "a", "bad", "c")
    work, _ = breaking("bad")
    hook = failing("DeleteMessageBatch", refusal("ServiceUnavailable"))

    with watched(hook):
        assert run(world, work, reports_item_failures=reports) is not None

    assert waiting(world) == ["a", "bad", "c"]


@pytest.mark.parametrize("reports", [False, True])
def test_what_is_deleted_only_in_part_comes_again_in_part(world: World, reports: bool) -> None:
    world.put("inbound", "a", "bad", "c")
    work, _ = breaking("bad")

    def spoil_first(call: Any) -> None:
        if call.operation == "DeleteMessageBatch":
            call.params["Entries"][0]["ReceiptHandle"] = "gone"

    with watched(spoil_first):
        error = run(world, work, reports_item_failures=reports)

    assert isinstance(error, PartialFailure)
    (again, bad) = waiting(world)
    assert (again in {"a", "c"}, bad) == (True, "bad")


def test_a_failure_is_logged_without_what_the_message_says(
    world: World, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    world.put("inbound", "gizli")

    def work(body: str) -> None:
        raise PartialFailure("no body here")

    run(world, work, reports_item_failures=False)
    logged = capsys.readouterr().out + caplog.text
    assert "message failed" in logged
    assert "gizli" not in logged


def test_an_empty_batch_is_nothing_to_do(world: World) -> None:
    def never(records: Sequence[Any]) -> dict[str, Exception]:
        raise AssertionError

    consume({"Records": []}, never, sqs=lambda: None, logger=world.wiring.logger)
    consume({}, never, sqs=lambda: None, logger=world.wiring.logger)
