"""Published vectors, independent signers, and everything a forger might try."""

import base64
import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
import standardwebhooks

from chalicelib.channels import signatures
from chalicelib.channels.registry import CHANNELS
from chalicelib.errors import NotFound, SignatureError

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BODY = '{"text": "Merhaba 👋 \u2028 İyi günler"}'.encode()
WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_WHSEC = "whsec_" + base64.b64encode(b"the secret of last month").decode()
GITHUB_HEX = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
GARBAGE = [
    "",
    "x",
    "sha256=",
    "sha256=zz",
    "v1",
    "v1,",
    "v1,%%%",
    "çğış",
    "\ud800",
    "é" * 64,
    "\x00",
]


def meta_header(secret: str, body: bytes) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, sha256).hexdigest()
    return {"x-hub-signature-256": f"sha256={digest}"}


def chat_headers(secret: str, body: bytes, at: datetime = NOW) -> dict[str, str]:
    """Signed by the reference library, not by our own code."""
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": standardwebhooks.Webhook(secret).sign("msg_1", at, body.decode()),
    }


def verify(source: str, headers: dict[str, str], *secrets: object, body: bytes = BODY) -> None:
    CHANNELS[source].verify(headers=headers, body=body, secrets={"secrets": secrets}, now=NOW)


def test_the_published_hex_vector_verifies() -> None:
    headers = {"x-hub-signature-256": f"sha256={GITHUB_HEX}"}
    verify("whatsapp", headers, "It's a Secret to Everybody", body=b"Hello, World!")


def test_the_published_standard_webhooks_vector_verifies() -> None:
    signatures.check_standard_webhook(
        {
            "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "webhook-timestamp": "1614265330",
            "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        },
        b'{"test": 2432232314}',
        [WHSEC],
        datetime.fromtimestamp(1614265330, UTC),
    )


def test_a_base64_signature_over_raw_bytes_verifies() -> None:
    given = base64.b64encode(hmac.new(b"shh", BODY, sha256).digest()).decode()
    signatures.check_base64(given, BODY, keys=["old", "shh"])
    with pytest.raises(SignatureError):
        signatures.check_base64(given, BODY + b" ", keys=["old", "shh"])


def test_header_names_match_whatever_their_case() -> None:
    headers = {"X-Hub-Signature-256": meta_header("s", BODY)["x-hub-signature-256"].upper()}
    verify("whatsapp", headers, "s")


@pytest.mark.parametrize("position", [0, 1, 2])
def test_each_of_several_secrets_is_valid_while_they_are_changed(position: int) -> None:
    secrets = ["one", "two", "three"]
    verify("whatsapp", meta_header(secrets[position], BODY), *secrets)
    verify("telegram", {"x-telegram-bot-api-secret-token": secrets[position]}, *secrets)


def test_the_reference_library_signs_what_the_chat_channel_accepts() -> None:
    verify("chat", chat_headers(OTHER_WHSEC, BODY), WHSEC, OTHER_WHSEC)


def test_the_reference_library_accepts_what_temas_signs() -> None:
    now = datetime.now(UTC)
    key = signatures.standard_webhook_key(WHSEC)
    assert key
    stamp = str(int(now.timestamp()))
    headers = {
        "webhook-id": "ntf_1",
        "webhook-timestamp": stamp,
        "webhook-signature": signatures.standard_webhook_signature(key, "ntf_1", stamp, BODY),
    }
    standardwebhooks.Webhook(WHSEC).verify(BODY, headers)


def test_one_of_several_signatures_is_enough() -> None:
    headers = chat_headers(WHSEC, BODY)
    headers["webhook-signature"] = f"v1a,nonsense v1,AAAA {headers['webhook-signature']}"
    verify("chat", headers, WHSEC)


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_time_stamp_of_five_minutes_off_is_still_fresh(seconds: int) -> None:
    verify("chat", chat_headers(WHSEC, BODY, NOW + timedelta(seconds=seconds)), WHSEC)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_time_stamp_more_than_five_minutes_off_is_refused(seconds: int) -> None:
    with pytest.raises(SignatureError):
        verify("chat", chat_headers(WHSEC, BODY, NOW + timedelta(seconds=seconds)), WHSEC)


@pytest.mark.parametrize(
    "stamp", ["", "now", "-1", "1e9", "١٧٩٥٣٤١٦٠٠", "9" * 5000, "1795341600.0"]
)
def test_a_time_stamp_that_is_no_plain_number_is_refused(stamp: str) -> None:
    headers = {**chat_headers(WHSEC, BODY), "webhook-timestamp": stamp}
    with pytest.raises(SignatureError):
        verify("chat", headers, WHSEC)


def test_a_changed_body_is_refused() -> None:
    with pytest.raises(SignatureError):
        verify("whatsapp", meta_header("s", BODY), "s", body=BODY + b"\n")
    with pytest.raises(SignatureError):
        verify("chat", chat_headers(WHSEC, BODY), WHSEC, body=BODY + b"\n")


@pytest.mark.parametrize(
    ("source", "name", "secret"),
    [
        ("whatsapp", "x-hub-signature-256", "s"),
        ("telegram", "x-telegram-bot-api-secret-token", "s"),
        ("chat", "webhook-signature", WHSEC),
        ("chat", "webhook-id", WHSEC),
    ],
)
def test_missing_wrong_and_garbage_headers_are_refused(source: str, name: str, secret: str) -> None:
    good = chat_headers(WHSEC, BODY)
    with pytest.raises(SignatureError):
        verify(source, {k: v for k, v in good.items() if k != name}, secret)
    for text in GARBAGE:
        with pytest.raises(SignatureError):
            verify(source, {**good, name: text}, secret)


@pytest.mark.parametrize("source", ["whatsapp", "telegram", "chat"])
@pytest.mark.parametrize("secrets", [{}, {"secrets": []}, {"secrets": [""]}, {"secrets": "s"}])
def test_without_a_usable_secret_nothing_verifies(source: str, secrets: dict[str, object]) -> None:
    headers = {
        **meta_header("", BODY),
        "x-telegram-bot-api-secret-token": "s",
        **chat_headers(WHSEC, BODY),
    }
    with pytest.raises(SignatureError):
        CHANNELS[source].verify(headers=headers, body=BODY, secrets=secrets, now=NOW)


@pytest.mark.parametrize("secret", ["whsec_", "whsec_a", "whsec_é"])
def test_a_chat_secret_without_a_key_verifies_nothing(secret: str) -> None:
    signature = signatures.standard_webhook_signature(b"", "msg_1", "1795341600", BODY)
    headers = {**chat_headers(WHSEC, BODY), "webhook-signature": signature}
    with pytest.raises(SignatureError):
        verify("chat", headers, secret)


def test_whatsapp_answers_its_handshake_with_the_challenge() -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "tök", "hub.challenge": "1158201444"}
    answer = CHANNELS["whatsapp"].handshake(query=query, secrets={"verify_token": "tök"})
    assert answer == "1158201444"


@pytest.mark.parametrize(
    "change",
    [
        {"hub.mode": "unsubscribe"},
        {"hub.verify_token": "wrong"},
        {"hub.verify_token": ""},
        {"hub.challenge": ""},
    ],
)
@pytest.mark.parametrize("secrets", [{"verify_token": "right"}, {"verify_token": ""}, {}])
def test_a_handshake_that_does_not_fit_is_refused(
    change: dict[str, str], secrets: dict[str, str]
) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "right", "hub.challenge": "1"}
    with pytest.raises(SignatureError):
        CHANNELS["whatsapp"].handshake(query={**query, **change}, secrets=secrets)


@pytest.mark.parametrize("source", ["telegram", "chat"])
def test_channels_without_a_handshake_say_so(source: str) -> None:
    with pytest.raises(NotFound):
        CHANNELS[source].handshake(query={}, secrets={})
