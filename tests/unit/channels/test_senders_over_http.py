"""Every sender over real HTTP: what it makes of a platform that is slow, busy or broken."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.channels.base import (
    NotSent,
    OutboundMessage,
    Rejected,
    SendResult,
    Sent,
    Unknown,
)
from chalicelib.channels.http import HttpsTransport
from chalicelib.channels.registry import OUTLETS, way
from infra.local.credentials import platform_accounts, signing_secrets
from infra.local.recorder import Recorder

ADDRESSES = {
    "whatsapp": "905325550147",
    "whatsapp by twilio": "+905325550147",
    "messenger": "7346120985511230",
    "instagram": "1128740055673321",
    "telegram": "5820147733",
    "sms": "+905325550147",
    "chat": "uye-20418",
    "x": "dm:1460323737035677698",
    "slack": "C024BE91L",
    "zendesk": "739",
    "freshdesk": "11",
    "trustpilot": "5f0c1d2e3f4a5b6c7d8e9f00",
    "google": "accounts/1/locations/2/reviews/3",
}
ACCOUNTS = {"whatsapp by twilio": "twilio:+12125550101"}
SILENT = ("chat", "google", "trustpilot")
"""Any 2xx of theirs is a yes: there is nothing in it to read."""

PATHS = {"google": "/google/v4"}
"""Where the message itself goes, for those who ask for a token first."""

every = pytest.mark.parametrize("channel", OUTLETS)


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder() as running:
        yield running


@pytest.fixture(autouse=True)
def clean(recorder: Recorder) -> None:
    recorder.clear()


def path(channel: str) -> str:
    found = way(channel.partition(" ")[0], ACCOUNTS.get(channel, ""))
    assert found
    return PATHS.get(channel, f"/{found.secrets}")


def send(recorder: Recorder, channel: str, url: str | None = None) -> SendResult:
    found = way(channel.partition(" ")[0], ACCOUNTS.get(channel, ""))
    assert found
    assert found.outlet is OUTLETS[channel]
    accounts = platform_accounts(url or recorder.url, signing_secrets())
    account: dict[str, Any] = accounts[found.secrets]
    message = OutboundMessage(
        address=ADDRESSES[channel],
        account=ACCOUNTS.get(channel, ""),
        text="Sorununuz çözüldü mü?",
        idempotency_key="ntf_4mq7",
        locale="tr",
    )
    transport = HttpsTransport(connect_seconds=0.5, read_seconds=0.3, sleep=lambda _: None)
    result = found.outlet.send(message, account, transport)
    secrets = [value for value in account.values() if isinstance(value, str) and len(value) > 20]
    hidden = [one for one in secrets if not one.startswith("http")]
    assert not any(secret in repr(result) for secret in hidden)
    return result


def in_doubt(channel: str) -> type:
    """What not knowing is worth: another try where a repeat is recognised, a question else."""
    return NotSent if OUTLETS[channel].idempotent else Unknown


@every
def test_what_the_platform_takes_is_sent(recorder: Recorder, channel: str) -> None:
    assert isinstance(send(recorder, channel), Sent)
    assert len(recorder.requests(path(channel))) == 1


@every
@pytest.mark.parametrize("mode", ["hang", "close", "half", "garbage"])
def test_a_line_that_breaks_leaves_it_open_and_is_tried_once_only(
    recorder: Recorder, channel: str, mode: str
) -> None:
    recorder.fail(path(channel), mode=mode, seconds=0.5)
    assert isinstance(send(recorder, channel), in_doubt(channel))
    assert len(recorder.requests(path(channel))) == 1


@every
def test_a_server_error_leaves_it_open(recorder: Recorder, channel: str) -> None:
    recorder.fail(path(channel), status=500)
    assert isinstance(send(recorder, channel), in_doubt(channel))


@every
@pytest.mark.parametrize("body", ["<html>OK</html>", "{", "[]", "null", '{"id": {}}'])
def test_an_answer_that_cant_be_read_leaves_it_open(
    recorder: Recorder, channel: str, body: str
) -> None:
    recorder.fail(path(channel), status=200, body=body)
    result = send(recorder, channel)
    assert isinstance(result, Sent if channel in SILENT else in_doubt(channel))


@every
def test_a_busy_platform_is_asked_again_when_it_says(recorder: Recorder, channel: str) -> None:
    recorder.fail(path(channel), status=429, headers={"Retry-After": "7"})
    result = send(recorder, channel)
    assert isinstance(result, NotSent)
    assert result.retry_after == 7


@every
def test_a_refusal_is_final_and_says_why(recorder: Recorder, channel: str) -> None:
    recorder.fail(path(channel), status=400)
    result = send(recorder, channel)
    assert isinstance(result, Rejected)
    assert result.code
    assert result.detail


@every
def test_a_platform_that_is_not_there_got_nothing(recorder: Recorder, channel: str) -> None:
    assert isinstance(send(recorder, channel, "http://127.0.0.1:9"), NotSent)
