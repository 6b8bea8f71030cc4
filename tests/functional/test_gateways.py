"""Reports by HTTP: each is let in or refused by itself, and what was let in is in the queue."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import ParseError, Unavailable
from chalicelib.fleet.reports.forwarding import MOST_BYTES, Forwarding, batches
from chalicelib.fleet.reports.report import parse_report
from chalicelib.web import staff as mounted
from tests.support.aws_calls import counted, failing, intercepted
from tests.support.http_calls import Answer, problem_of, staff
from tests.support.world import World

GATEWAY = "devices:report"


def report(world: World, device: str = "d1", **said: Any) -> dict[str, Any]:
    return {"device_id": device, "at": world.now.isoformat(), **said}


def post(world: World, *reports: Any) -> Answer:
    return staff(world, GATEWAY).post("/v1/reports", {"reports": reports})


def queued(world: World) -> list[dict[str, Any]]:
    """What waits for `watch`, in the order of device ids."""
    found = []
    while records := world.take("telemetry"):
        found += [json.loads(record["body"]) for record in records]
        world.delete("telemetry", records)
    return sorted(found, key=lambda body: str(body["temas_device_id"]))


class FlakyQueue:
    """SQS that refuses the entries it is told to, inside a success."""

    def __init__(self, refuses: Callable[[int, str], bool]) -> None:
        self.refuses = refuses
        self.calls: list[list[str]] = []
        self.kept: list[str] = []

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> Any:
        number = len(self.calls)
        self.calls.append([entry["Id"] for entry in Entries])
        failed = [entry for entry in Entries if self.refuses(number, entry["Id"])]
        self.kept += [entry["MessageBody"] for entry in Entries if entry not in failed]
        return {"Failed": [{"Id": entry["Id"], "Code": "InternalError"} for entry in failed]}


def forwarding(queue: FlakyQueue, pauses: list[int]) -> Forwarding:
    return Forwarding(sqs=queue, queue_url=lambda: "q", pause=pauses.append)


# --- let in ---------------------------------------------------------------------------------------


def test_a_gateway_s_reports_are_queued_as_the_iot_rule_would_queue_them(world: World) -> None:
    answer = post(world, report(world, "d1", metrics={"boiler_c": 91}), report(world, "d:2.b_c-d"))
    assert (answer.status, answer.json) == (202, {"accepted": 2, "refused": []})
    one, other = queued(world)
    assert one == {
        "at": world.now.isoformat(),
        "metrics": {"boiler_c": 91},
        "temas_device_id": "d1",
        "temas_received_at": int(world.now.timestamp() * 1000),
    }
    assert other["temas_device_id"] == "d:2.b_c-d"


def test_what_comes_by_http_is_watched_like_what_comes_by_mqtt(world: World) -> None:
    post(world, report(world, status="ready", metrics={"boiler_c": 91}))
    assert world.waiting("telemetry") == 1
    (record,) = world.take("telemetry")
    read = parse_report(record["body"], world.now + timedelta(hours=1))
    assert (read.device_id, read.status, read.received_at) == ("d1", "ready", world.now)


def test_one_report_of_one_device_or_several(world: World) -> None:
    caller = staff(world, GATEWAY)
    body = {"at": world.now.isoformat(), "status": "ready"}
    one = caller.post("/v1/devices/d1/reports", body)
    several = caller.post("/v1/devices/d2/reports", {"reports": [body, {**body, "at": None}]})
    assert (one.status, one.json) == (202, {"accepted": 1, "refused": []})
    assert (several.status, several.json["accepted"]) == (202, 1)
    (refused,) = several.json["refused"]
    assert (refused["index"], refused["device_id"]) == (1, "d2")
    assert [body["temas_device_id"] for body in queued(world)] == ["d1", "d2"]


def test_five_hundred_reports_take_fifty_requests(world: World) -> None:
    caller = staff(world, GATEWAY)
    caller.post("/v1/reports", {"reports": [report(world)]})
    reports = [report(world, f"d{n}") for n in range(500)]
    with counted() as operations:
        answer = caller.post("/v1/reports", {"reports": reports})
    assert answer.json == {"accepted": 500, "refused": []}
    assert operations == ["SendMessageBatch"] * 50


def test_words_of_any_language_and_odd_characters_reach_the_queue(world: World) -> None:
    said = {"status": "hazır ☕", "note": "\x00\ud800\uffff"}
    assert post(world, report(world, **said)).json["accepted"] == 1
    (body,) = queued(world)
    assert body["status"] == "hazır ☕"


# --- refused --------------------------------------------------------------------------------------


def test_each_refused_report_is_told_with_field_and_fix(world: World) -> None:
    answer = post(
        world,
        report(world, "d1"),
        report(world, "d2", metrics={"boiler_c": "hot"}),
        {"at": world.now.isoformat()},
        report(world, "a/b"),
        7,
        report(world, "d3", temas_device_id="d4"),
        report(world, "d5", location={"lat": 100, "lon": 0}),
        report(world, "d6") | {"at": (world.now + timedelta(hours=1)).isoformat()},
        report(world, "d7", note="ş" * 60_000),
    )
    assert answer.status == 202
    assert answer.json["accepted"] == 1
    told = {refused["index"]: refused for refused in answer.json["refused"]}
    words = {
        1: "metrics.boiler_c: is a str; send a number",
        2: "device_id: must be 1 to 128",
        3: "device_id: must be 1 to 128",
        4: "is a int; send an object",
        5: "temas_device_id: is another device's",
        6: "location.lat: is 100; must be from -90 to 90",
        7: "at: is 3600 s ahead",
        8: "is over 256 KiB",
    }
    assert {index: words[index] in one["error"] for index, one in told.items()} == dict.fromkeys(
        words, True
    )
    assert told[1]["device_id"] == "d2"
    assert "device_id" not in told[3]
    assert len(queued(world)) == 1


def test_one_report_that_is_no_json_of_the_standard_is_refused_alone(world: World) -> None:
    at = world.now.isoformat()
    raw = (
        f'{{"reports": [{{"device_id": "d1", "at": "{at}"}}, '
        f'{{"device_id": "d2", "at": "{at}", "metrics": {{"a": NaN}}}}, '
        f'{{"device_id": "d3", "at": "{at}", "at": 5}}, '
        f'{{"device_id": "d4", "at": {"1" * 5000}}}]}}'
    )
    answer = staff(world, GATEWAY).send("POST", "/v1/reports", raw.encode())
    assert answer.json["accepted"] == 1
    assert [one["error"].split(":")[0] for one in answer.json["refused"]] == [
        "metrics.a",
        "'at'",
        "at",
    ]


@pytest.mark.parametrize(
    ("raw", "status", "words"),
    [
        (b"", 400, "the body is not JSON"),
        (b"{", 400, "the body is not JSON"),
        (b"\xff", 400, "the body is not JSON"),
        (b"[" * 100_000, 400, "the body is not JSON"),
        (b"[]", 400, "reports: must be a list"),
        (b'{"reports": 7}', 400, "reports: must be a list"),
        (b'{"reports": []}', 400, "reports: has 0; send 1 to 500"),
        (b'{"reports": [1], "reports": []}', 400, "'reports': is given twice"),
        (json.dumps({"reports": [1] * 501}).encode(), 400, "reports: has 501; send 1 to 500"),
        (b'{"reports": ["' + b"a" * 1_000_000 + b'"]}', 413, "1000017 bytes"),
    ],
)
def test_a_body_that_is_no_list_of_reports(
    world: World, raw: bytes, status: int, words: str
) -> None:
    answer = staff(world, GATEWAY).send("POST", "/v1/reports", raw)
    assert words in problem_of(answer, status)
    assert world.waiting("telemetry") == 0


def test_a_report_that_comes_alone_and_is_refused_is_a_400(world: World) -> None:
    caller = staff(world, GATEWAY)
    said = {"at": world.now.isoformat(), "metrics": {"boiler_c": True}}
    answer = caller.post("/v1/devices/d1/reports", said)
    assert "metrics.boiler_c: is a bool" in problem_of(answer, 400)
    assert "at: is missing" in problem_of(caller.post("/v1/devices/d1/reports", {}), 400)
    other = caller.post("/v1/devices/d1/reports", report(world, "d2"))
    assert "device_id: is another device's" in problem_of(other, 400)
    assert "a device id has" in problem_of(caller.post("/v1/devices/d%201/reports", said), 400)


# --- the queue fails ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["AWS.SimpleQueueService.NonExistentQueue", "ServiceUnavailable"])
def test_while_the_queue_is_away_the_caller_is_told_to_repeat_all(world: World, code: str) -> None:
    caller = staff(world, GATEWAY)
    with failing("SendMessageBatch", code):
        answer = caller.post("/v1/reports", {"reports": [report(world)]})
    assert "send all of it again" in problem_of(answer, 503)
    assert answer.headers["retry-after"]
    assert caller.post("/v1/reports", {"reports": [report(world)]}).status == 202


def test_a_queue_that_does_not_answer_is_no_fault_of_the_caller(world: World) -> None:
    def silent(operation: str) -> None:
        if operation == "SendMessageBatch":
            raise ConnectTimeoutError(endpoint_url="https://sqs")

    with intercepted(silent):
        answer = post(world, report(world))
    assert "what was taken already is recognised" in problem_of(answer, 503)


def test_a_queue_whose_address_can_t_be_found_is_503_too(world: World) -> None:
    with failing("GetQueueUrl", "ServiceUnavailable"):
        assert "send all of it again" in problem_of(post(world, report(world)), 503)


def test_entries_refused_inside_a_success_are_sent_again_and_only_those() -> None:
    queue = FlakyQueue(lambda call, name: call == 0 and name in ("1", "3"))
    pauses: list[int] = []
    forwarding(queue, pauses).send([f'"{n}"' for n in range(5)])
    assert queue.calls == [["0", "1", "2", "3", "4"], ["1", "3"]]
    assert sorted(queue.kept) == [f'"{n}"' for n in range(5)]
    assert pauses == [1]


def test_entries_that_stay_refused_are_a_503_and_not_a_silent_loss() -> None:
    queue = FlakyQueue(lambda call, name: name == "1")
    with pytest.raises(Unavailable, match="keeps refusing 1 messages; send all of it again"):
        forwarding(queue, []).send(["a", "b"])
    assert queue.calls == [["0", "1"], ["1"], ["1"]]


@settings(deadline=None)
@given(st.lists(st.integers(1, MOST_BYTES), max_size=60))
def test_batches_hold_everything_once_in_order_and_keep_the_limits(sizes: list[int]) -> None:
    messages = [(str(n), "x" * size) for n, size in enumerate(sizes)]
    found = list(batches(messages))
    assert [one for batch in found for one in batch] == messages
    assert all(1 <= len(batch) <= 10 for batch in found)
    assert all(sum(len(body) for _, body in batch) <= MOST_BYTES for batch in found)


# --- who may --------------------------------------------------------------------------------------


def test_a_gateway_s_key_can_report_and_nothing_else(world: World) -> None:
    caller = staff(world, GATEWAY)
    doors = {"POST /v1/reports", "POST /v1/devices/{device_id}/reports"}
    answers = {}
    for endpoint in mounted.endpoints():
        path = endpoint.path.replace("{", "").replace("}", "")
        answers[endpoint.route] = caller.send(endpoint.method, path, {}).status
    assert {route for route, status in answers.items() if status != 403} == doors
    assert all(answers[door] == 400 for door in doors)


@pytest.mark.parametrize("scope", ["devices:read", "devices:write", "conversations:*", "*:read"])
def test_other_keys_can_not_report(world: World, scope: str) -> None:
    answer = staff(world, scope).post("/v1/reports", {"reports": [report(world)]})
    assert "devices:report" in problem_of(answer, 403)
    assert world.waiting("telemetry") == 0


# --- whatever comes -------------------------------------------------------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
NAMES = st.sampled_from(["device_id", "temas_device_id", "at", "metrics", "errors", "location"])


@contextmanager
def collecting(world: World) -> Iterator[list[str]]:
    """What would be queued, without a queue."""
    kept: list[str] = []
    queue = FlakyQueue(lambda call, name: False)
    queue.kept = kept
    world.restart()
    world.wiring.__dict__["forwarding"] = forwarding(queue, [])
    yield kept


def test_any_report_is_queued_readable_or_refused(world: World) -> None:
    caller = staff(world, GATEWAY)

    @settings(deadline=None, max_examples=60)
    @given(st.lists(st.dictionaries(NAMES, VALUES) | VALUES, min_size=1, max_size=5))
    def any_reports(reports: list[Any]) -> None:
        with collecting(world) as kept:
            answer = caller.post("/v1/reports", {"reports": reports})
        assert answer.status == 202, answer.text
        assert answer.json["accepted"] == len(kept)
        assert len(kept) + len(answer.json["refused"]) == len(reports)
        for body in kept:
            assert parse_report(body, world.now)

    any_reports()


def test_the_readers_raise_parse_errors_only() -> None:
    from chalicelib.fleet.reports.batches import alone

    @settings(deadline=None)
    @given(VALUES)
    def anything(report: Any) -> None:
        try:
            alone(report, {"temas_device_id": "d1"})
        except ParseError:
            return

    anything()
