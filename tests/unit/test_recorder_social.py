"""The recorder takes what the senders send, and gives the files that they fetch."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.channels.base import Fetched, Media, NotSent, OutboundMessage, Rejected, Sent
from chalicelib.channels.http import HttpsTransport
from chalicelib.channels.registry import OUTLETS
from infra.local.credentials import platform_accounts, signing_secrets
from infra.local.recorder import Recorder

ADDRESSES = {"telegram": "5820147733", "slack": "C06DESTEK", "x": "dm:1790000000000000311"}
PICTURE = Media(kind="image", url="https://files.example.com/a.jpg")


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as server:
        yield server


def send(recorder: Recorder, channel: str, **changes: Any) -> Any:
    account = platform_accounts(recorder.url, signing_secrets())[channel]
    values: dict[str, Any] = {
        "address": ADDRESSES[channel],
        "text": "Merhaba",
        "idempotency_key": "ntf_1",
        "locale": "tr",
    }
    message = OutboundMessage(**{**values, **changes})
    return OUTLETS[channel].send(message, account, HttpsTransport())


@pytest.mark.parametrize("channel", ADDRESSES)
def test_messages_are_taken_under_ids_of_their_own(recorder: Recorder, channel: str) -> None:
    results = [send(recorder, channel) for _ in range(2)]
    assert all(isinstance(result, Sent) for result in results)
    assert results[0] != results[1]


def test_files_and_public_answers_are_taken_too(recorder: Recorder) -> None:
    assert isinstance(send(recorder, "telegram", media=(PICTURE,)), Sent)
    assert isinstance(send(recorder, "slack", media=(PICTURE,)), Sent)
    assert isinstance(send(recorder, "x", address="post:1996000000000000001"), Sent)


@pytest.mark.parametrize("channel", ADDRESSES)
@pytest.mark.parametrize(("status", "kind"), [(403, Rejected), (429, NotSent)])
def test_refusals_are_the_platform_s_own(
    recorder: Recorder, channel: str, status: int, kind: type
) -> None:
    recorder.fail(f"/{channel}/", status=status)
    assert isinstance(send(recorder, channel), kind)


@pytest.mark.parametrize(
    ("channel", "media"),
    [
        ("telegram", Media(kind="image", id="AgACAgQAAxkBAAIB")),
        ("slack", Media(kind="image", id="F06KUTU")),
        ("x", Media(kind="image", url="https://ton.twitter.com/1.1/ton/data/dm/3/100/k.jpg")),
    ],
)
def test_files_that_came_in_can_be_fetched(recorder: Recorder, channel: str, media: Media) -> None:
    account = platform_accounts(recorder.url, signing_secrets())[channel]
    fetch = OUTLETS[channel].fetch
    assert fetch
    assert fetch(media, account, HttpsTransport(), 1000) == Fetched(
        content=b"a file that a customer sent", mime="image/jpeg"
    )
