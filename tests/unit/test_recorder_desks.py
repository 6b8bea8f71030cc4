"""The recorder understands what the senders of Twilio, helpdesks and review sites say to it."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.channels import freshdesk, google, trustpilot, twilio, zendesk
from chalicelib.channels.base import Fetched, NotSent, OutboundMessage, Outlet, Pointer, Sent
from chalicelib.channels.http import HttpsTransport
from infra.local.recorder import Recorder

NAME = "accounts/1/locations/2/reviews/r3"
CASES: dict[str, tuple[Outlet, str, dict[str, str]]] = {
    "twilio": (
        twilio.SMS_OUTLET,
        "+905325550147",
        {"account_sid": "AC1", "auth_token": "t", "from": "+14155550100"},
    ),
    "zendesk": (zendesk.OUTLET, "4821", {"email": "a@example.com", "api_token": "t"}),
    "freshdesk": (freshdesk.OUTLET, "318", {"api_key": "k"}),
    "trustpilot": (trustpilot.OUTLET, "6921a4", {"api_key": "k", "api_secret": "s"}),
    "google": (
        google.OUTLET,
        NAME,
        {"client_id": "i", "client_secret": "s", "refresh_token": "r"},
    ),
}


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as server:
        yield server


def send(platform: str, recorder: Recorder) -> Any:
    outlet, address, settings = CASES[platform]
    account = {
        **settings,
        "api_base": f"{recorder.url}/{platform}",
        "token_url": f"{recorder.url}/google/token",
    }
    outbound = OutboundMessage(address=address, text="Selam", idempotency_key="n", locale="tr")
    return outlet.send(outbound, account, HttpsTransport())


@pytest.mark.parametrize("platform", CASES)
def test_a_message_is_taken_as_the_platform_takes_it(recorder: Recorder, platform: str) -> None:
    assert isinstance(send(platform, recorder), Sent)
    assert recorder.requests(f"/{platform}/")


@pytest.mark.parametrize("platform", CASES)
def test_a_failure_is_the_platforms_own(recorder: Recorder, platform: str) -> None:
    recorder.fail(f"/{platform}/", status=429)
    assert isinstance(send(platform, recorder), NotSent)


def test_a_review_is_there_to_be_got(recorder: Recorder) -> None:
    account = {
        **CASES["google"][2],
        "api_base": f"{recorder.url}/google",
        "token_url": f"{recorder.url}/google/token",
    }
    pointer = Pointer(channel="google", message_id="1", location={"review": NAME})
    assert isinstance(google.GOOGLE.fetch(pointer, account, HttpsTransport()), Fetched)
