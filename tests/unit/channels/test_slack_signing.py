"""Is it Slack that calls? Checked against Slack's own library and the vector it publishes."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.signature import SignatureVerifier

from chalicelib.channels.base import Answer
from chalicelib.channels.slack import SLACK
from chalicelib.errors import SignatureError
from tests.unit.channels.recorded_events import EVENTS

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BODY = '{"text": "Merhaba 👋 \u2028 İyi günler"}'.encode()
PUBLISHED = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
    b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
    b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
    b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)


def signed(body: bytes = BODY, secret: str = SECRET, at: datetime = NOW) -> dict[str, str]:
    """Headers as Slack's library makes them."""
    stamp = str(int(at.timestamp()))
    made = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": made or ""}


def verify(headers: dict[str, str], *secrets: object, body: bytes = BODY) -> None:
    SLACK.verify(headers=headers, body=body, secrets={"secrets": secrets or (SECRET,)}, now=NOW)


def test_the_published_vector_verifies() -> None:
    headers = {
        "x-slack-request-timestamp": "1531420618",
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    SLACK.verify(
        headers=headers,
        body=PUBLISHED,
        secrets={"secrets": [SECRET]},
        now=datetime.fromtimestamp(1531420618, UTC),
    )


def test_what_slack_s_library_signs_verifies_also_while_secrets_change() -> None:
    verify(signed())
    verify(signed(secret="old"), "new", "old")
    verify({name.title(): value for name, value in signed().items()})


@pytest.mark.parametrize("seconds", [-301, 301, -86_400])
def test_an_old_or_early_call_is_refused(seconds: int) -> None:
    with pytest.raises(SignatureError):
        verify(signed(at=NOW + timedelta(seconds=seconds)))


@pytest.mark.parametrize("seconds", [-299, 299])
def test_clocks_may_differ_by_five_minutes(seconds: int) -> None:
    verify(signed(at=NOW + timedelta(seconds=seconds)))


@pytest.mark.parametrize(
    "given", ["", "x", "v0=", "v0=zz", "v1=" + "0" * 64, "çğış", "\ud800", "\x00"]
)
@pytest.mark.parametrize("name", ["x-slack-signature", "x-slack-request-timestamp"])
def test_garbage_is_refused_and_nothing_else(name: str, given: str) -> None:
    with pytest.raises(SignatureError):
        verify({**signed(), name: given})


def test_a_changed_body_a_changed_time_and_a_missing_header_are_refused() -> None:
    with pytest.raises(SignatureError):
        verify(signed(), body=BODY + b" ")
    with pytest.raises(SignatureError):
        verify({**signed(), "x-slack-request-timestamp": str(int(NOW.timestamp()) + 1)})
    with pytest.raises(SignatureError):
        verify({"x-slack-signature": signed()["x-slack-signature"]})
    with pytest.raises(SignatureError):
        verify(signed(), "another")
    with pytest.raises(SignatureError):
        SLACK.verify(headers=signed(), body=BODY, secrets={"secrets": [""]}, now=NOW)


def test_the_challenge_of_a_new_url_is_answered_and_not_kept() -> None:
    body = (EVENTS / "slack" / "url_verification.json").read_bytes()
    challenge = json.loads(body)["challenge"]
    assert SLACK.answer(headers={}, body=body) == Answer(text=challenge, kept=False)


@pytest.mark.parametrize(
    "body",
    [
        b'{"type":"event_callback","event":{"text":"\\"url_verification\\""}}',
        b'{"type":"event_callback","x":"url_verification"}',
        b'{"type":"url_verification"}',
        b'{"x":"url_verification"',
    ],
)
def test_nothing_else_is_taken_for_a_challenge(body: bytes) -> None:
    assert SLACK.answer(headers={}, body=body) is None


@pytest.mark.parametrize("name", ["button.form", "command.form", "view_submission.form"])
def test_forms_get_an_empty_answer_and_are_kept(name: str) -> None:
    body = (EVENTS / "slack" / name).read_bytes()
    assert SLACK.answer(headers={}, body=body) == Answer(text="")
