"""The recorder answers as the platforms do, and breaks as they do."""

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local import recorder as recorder_module
from infra.local.recorder import Recorder

TELEGRAM = "/telegram/bot123456789:AAabcdefghijklmnopqrstuvwxyz0123456/sendMessage"
WHATSAPP = "/whatsapp/v21.0/106540352242922/messages"
TOKEN = {"Authorization": "Bearer EAAtoken"}
TEXT = {"messaging_product": "whatsapp", "to": "+905321112233", "text": {"body": "selam"}}


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as server:
        yield server


def call(
    recorder: Recorder,
    path: str,
    body: Any = None,
    *,
    method: str = "POST",
    headers: dict[str, str] | None = None,
    timeout: float = 5,
) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        recorder.url + path, data=data, method=method, headers=headers or {}
    )
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            status, raw = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, raw = error.code, error.read()
    return status, json.loads(raw) if raw else None


def test_telegram_accepts_a_message(recorder: Recorder) -> None:
    status, answer = call(recorder, TELEGRAM, {"chat_id": 42, "text": "merhaba"})
    assert status == 200
    assert answer["ok"] is True
    assert answer["result"]["chat"]["id"] == 42
    assert answer["result"]["text"] == "merhaba"
    assert answer["result"]["from"]["id"] == 123456789


def test_ids_differ(recorder: Recorder) -> None:
    answers = [call(recorder, TELEGRAM, {"chat_id": 1, "text": "x"})[1] for _ in range(3)]
    assert len({answer["result"]["message_id"] for answer in answers}) == 3


@pytest.mark.parametrize(
    ("path", "body", "status", "description"),
    [
        (TELEGRAM, {"text": "x"}, 400, "Bad Request: chat_id is empty"),
        (TELEGRAM, {"chat_id": 1}, 400, "Bad Request: message text is empty"),
        ("/telegram/botwrong/sendMessage", {"chat_id": 1, "text": "x"}, 401, "Unauthorized"),
        ("/telegram/elsewhere", {}, 404, "Not Found"),
    ],
)
def test_telegram_refuses_what_it_refuses(
    recorder: Recorder, path: str, body: Any, status: int, description: str
) -> None:
    expected = {"ok": False, "error_code": status, "description": description}
    assert call(recorder, path, body) == (status, expected)


@pytest.mark.parametrize("path", [WHATSAPP, "/whatsapp/106540352242922/messages"])
def test_whatsapp_accepts_a_message(recorder: Recorder, path: str) -> None:
    status, answer = call(recorder, path, TEXT, headers=TOKEN)
    assert status == 200
    assert answer["contacts"] == [{"input": "+905321112233", "wa_id": "905321112233"}]
    assert answer["messages"][0]["id"].startswith("wamid.")


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({}, TEXT, 401, 190),
        (TOKEN, {"messaging_product": "whatsapp"}, 400, 100),
        (TOKEN, {"to": "1"}, 400, 100),
    ],
)
def test_whatsapp_refuses_what_it_refuses(
    recorder: Recorder, headers: dict[str, str], body: Any, status: int, code: int
) -> None:
    got, answer = call(recorder, WHATSAPP, body, headers=headers)
    assert (got, answer["error"]["code"]) == (status, code)
    assert {"message", "type", "fbtrace_id"} <= set(answer["error"])


@pytest.mark.parametrize("path", ["/messenger/v21.0/me/messages", "/instagram/17841405/messages"])
def test_messenger_and_instagram_accept_a_message(recorder: Recorder, path: str) -> None:
    body = {"recipient": {"id": "7346"}, "message": {"text": "selam"}}
    status, answer = call(recorder, path, body, headers=TOKEN)
    assert (status, answer["recipient_id"]) == (200, "7346")
    assert answer["message_id"].startswith("m_")
    recorder.fail(path, status=403)
    status, answer = call(recorder, path, body, headers=TOKEN)
    assert (status, answer["error"]["error_subcode"]) == (403, 2018278)


@pytest.mark.parametrize(
    ("headers", "body", "code"),
    [({}, {}, 190), (TOKEN, {"message": {}}, 100), (TOKEN, {"recipient": {"id": "7"}}, 100)],
)
def test_they_refuse_what_they_refuse(
    recorder: Recorder, headers: dict[str, str], body: Any, code: int
) -> None:
    status, answer = call(recorder, "/messenger/me/messages", body, headers=headers)
    assert (status // 100, answer["error"]["code"]) == (4, code)


def test_whatsapp_takes_a_scoped_id_in_its_own_field(recorder: Recorder) -> None:
    body = {"messaging_product": "whatsapp", "recipient": "TR.90331258804417725"}
    status, answer = call(recorder, WHATSAPP, body, headers=TOKEN)
    assert status == 200
    assert answer["contacts"][0]["user_id"] == "TR.90331258804417725"


def test_a_media_id_of_whatsapp_s_leads_to_its_file(recorder: Recorder) -> None:
    status, found = call(recorder, "/whatsapp/v21.0/1530042", method="GET", headers=TOKEN)
    assert (status, found["mime_type"]) == (200, "image/jpeg")
    request = urllib.request.Request(found["url"], headers=TOKEN)
    with urllib.request.urlopen(request, timeout=5) as answer:
        content = answer.read()
        assert answer.headers["content-type"] == "image/jpeg"
    assert len(content) == found["file_size"]
    assert call(recorder, "/whatsapp/v21.0/1530042", method="GET")[0] == 401


def test_the_chat_receiver_keeps_what_it_was_sent(recorder: Recorder) -> None:
    call(recorder, "/chat", {"hi": "ş"}, headers={"Webhook-Id": "msg_1"})
    (request,) = recorder.requests("/chat")
    assert request.headers["webhook-id"] == "msg_1"
    assert request.json == {"hi": "ş"}
    assert json.loads(request.body) == request.json
    assert (request.method, request.path, request.status) == ("POST", "/chat", 200)


def test_failures_are_the_platforms_own_and_end(recorder: Recorder) -> None:
    recorder.fail("/telegram", times=2, status=429)
    message = {"chat_id": 1, "text": "x"}
    for _ in range(2):
        status, answer = call(recorder, TELEGRAM, message)
        assert status == 429
        assert answer["parameters"] == {"retry_after": 1}
        assert answer["description"] == "Too Many Requests: retry after 1"
    assert call(recorder, TELEGRAM, message)[0] == 200
    assert [request.status for request in recorder.requests()] == [429, 429, 200]


def test_whatsapp_fails_in_metas_words(recorder: Recorder) -> None:
    recorder.fail("/whatsapp", status=429)
    status, answer = call(recorder, WHATSAPP, TEXT, headers=TOKEN)
    assert (status, answer["error"]["code"]) == (429, 130429)
    assert answer["error"]["error_data"]["details"]


def test_a_failure_may_be_spelled_out_over_http(recorder: Recorder) -> None:
    order = {"prefix": "/chat", "status": 503, "headers": {"Retry-After": "7"}, "body": {"a": 1}}
    assert call(recorder, "/_recorder/fail", order) == (204, None)
    assert call(recorder, "/chat", {}) == (503, {"a": 1})
    assert call(recorder, "/chat", {})[0] == 200


@pytest.mark.parametrize("order", [{"mode": "x", "prefix": "/"}, {"nonsense": 1}, 7, {}])
def test_a_wrong_order_is_refused(recorder: Recorder, order: Any) -> None:
    assert call(recorder, "/_recorder/fail", order)[0] == 400


def test_failures_touch_their_own_prefix_only(recorder: Recorder) -> None:
    recorder.fail("/telegram", status=500)
    assert call(recorder, "/chat", {})[0] == 200
    assert call(recorder, TELEGRAM, {"chat_id": 1, "text": "x"})[0] == 500


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("close", http.client.RemoteDisconnected),
        ("half", http.client.IncompleteRead),
        ("garbage", http.client.BadStatusLine),
    ],
)
def test_it_breaks_in_the_ways_that_networks_do(
    recorder: Recorder, mode: str, error: type[Exception]
) -> None:
    recorder.fail("/chat", mode=mode)
    with pytest.raises(error):
        call(recorder, "/chat", {})
    (request,) = recorder.requests("/chat")
    assert request.status is None


def test_a_hanging_server_answers_nothing(recorder: Recorder) -> None:
    recorder.fail("/chat", mode="hang", seconds=30)
    with pytest.raises(TimeoutError):
        call(recorder, "/chat", {}, timeout=0.2)


def test_leaving_does_not_wait_for_what_hangs() -> None:
    with Recorder() as server:
        server.fail("/chat", mode="hang", seconds=30)
        with pytest.raises(TimeoutError):
            call(server, "/chat", {}, timeout=0.2)
        started = time.monotonic()
    assert time.monotonic() - started < 10


def test_requests_can_be_read_and_forgotten_over_http(recorder: Recorder) -> None:
    call(recorder, "/chat", {"n": 1})
    call(recorder, TELEGRAM, {"chat_id": 1, "text": "x"})
    status, found = call(recorder, "/_recorder/requests?prefix=/chat", method="GET")
    assert status == 200
    assert [request["json"] for request in found] == [{"n": 1}]
    assert call(recorder, "/_recorder/requests", method="DELETE") == (204, None)
    assert call(recorder, "/_recorder/requests", method="GET") == (200, [])
    assert call(recorder, "/_recorder/nothing", method="GET")[0] == 404


def test_what_is_no_json_is_kept_as_text(recorder: Recorder) -> None:
    request = urllib.request.Request(recorder.url + "/chat", data=b"\xffnot json", method="POST")
    urllib.request.urlopen(request).close()
    (kept,) = recorder.requests()
    assert kept.json is None
    assert "not json" in kept.body


def test_memory_is_bounded(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call(recorder, "/chat", "x" * 70_000)[0] == 413
    assert recorder.requests() == []
    assert recorder._requests.maxlen == recorder_module.MAX_REQUESTS


def test_waiting_for_requests(recorder: Recorder) -> None:
    call(recorder, "/chat", {})
    assert len(recorder.wait_for("/chat", 1)) == 1
    with pytest.raises(TimeoutError, match="wanted 2 on /chat"):
        recorder.wait_for("/chat", 2, timeout=0.05)


def test_only_posts_are_taken(recorder: Recorder) -> None:
    assert call(recorder, "/chat", method="GET")[0] == 405
