"""SNS's signature: what SNS signs verifies, and nothing that a forger might try."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from chalicelib.channels.ses.source import SES, Ses
from chalicelib.errors import SignatureError, Unavailable
from tests.unit.channels.direct import event_bytes

NOW = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
TOPIC = "arn:aws:sns:eu-central-1:123456789012:temas-prod-mail"
SECRETS = {"topics": ["arn:aws:sns:eu-central-1:123456789012:other", TOPIC]}
FIELDS = (
    "Message",
    "MessageId",
    "Subject",
    "SubscribeURL",
    "Timestamp",
    "Token",
    "TopicArn",
    "Type",
)
URL = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123.pem"


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate(*, elliptic: bool = False) -> bytes:
    signer = ec.generate_private_key(ec.SECP256R1()) if elliptic else key()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(signer.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=365))
        .sign(signer, SHA256())
        .public_bytes(Encoding.PEM)
    )


@dataclass
class Certificates:
    """Gives certificates as SNS would, and counts how often it was asked."""

    pem: bytes
    asked: int = 0

    def __call__(self, url: str) -> bytes:
        self.asked += 1
        return self.pem


def signed(message: dict[str, Any], version: str = "2") -> dict[str, Any]:
    """Signed as SNS documents it: the fields there are, in the order of their names."""
    confirming = message["Type"] != "Notification"
    names = [name for name in FIELDS if confirming or name not in ("SubscribeURL", "Token")]
    names = [name for name in names if not (confirming and name == "Subject")]
    text = "".join(f"{n}\n{message[n]}\n" for n in names if message.get(n) is not None)
    algorithm = SHA1() if version == "1" else SHA256()
    signature = key().sign(text.encode(), padding.PKCS1v15(), algorithm)
    return {
        **message,
        "SigningCertURL": URL,
        "SignatureVersion": version,
        "Signature": base64.b64encode(signature).decode(),
    }


def notification(**changes: Any) -> dict[str, Any]:
    return {**json.loads(event_bytes(SES, "received_inline")), **changes}


def verify(
    message: object, *, pem: bytes | None = None, secrets: Any = SECRETS, now: datetime = NOW
) -> None:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    source = Ses(Certificates(certificate() if pem is None else pem))
    source.verify(headers={}, body=body, secrets=secrets, now=now)


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize(
    "name",
    [
        "received_inline",
        "subscription_confirmation",
        "unsubscribe_confirmation",
        "bounce_permanent",
    ],
)
def test_every_kind_of_message_verifies_in_both_versions(name: str, version: str) -> None:
    verify(signed(json.loads(event_bytes(SES, name)), version))


def test_a_subject_is_signed_if_there_is_one() -> None:
    without = notification()
    del without["Subject"]
    verify(signed(without))
    verify({**signed(without), "Subject": None})
    with pytest.raises(SignatureError):
        verify({**signed(without), "Subject": "added"})


@pytest.mark.parametrize(
    "field", ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
)
def test_a_changed_field_is_refused(field: str) -> None:
    message = signed(notification())
    changed = {
        **message,
        field: message[field].replace("1", "2", 1) if field == "Timestamp" else "x",
    }
    with pytest.raises(SignatureError):
        verify(changed, secrets={"topics": [TOPIC, "x"]})


@pytest.mark.parametrize("field", ["Token", "SubscribeURL"])
def test_a_changed_confirmation_is_refused(field: str) -> None:
    message = signed(json.loads(event_bytes(SES, "subscription_confirmation")))
    with pytest.raises(SignatureError):
        verify({**message, field: "https://sns.eu-central-1.amazonaws.com/?other"})


@pytest.mark.parametrize(
    "secrets",
    [
        {},
        {"topics": []},
        {"topics": TOPIC},
        {"topics": None},
        {"secrets": ["s"]},
        {"topics": ["x"]},
    ],
)
def test_a_valid_signature_of_a_foreign_topic_is_refused_with_the_fix(secrets: Any) -> None:
    with pytest.raises(SignatureError, match=r"ses\.topics"):
        verify(signed(notification()), secrets=secrets)


@pytest.mark.parametrize(
    ("age", "accepted"),
    [
        (timedelta(minutes=59), True),
        (timedelta(minutes=-4), True),
        (timedelta(minutes=61), False),
        (timedelta(minutes=-6), False),
    ],
)
def test_a_repeat_within_the_hour_verifies_and_nothing_older(
    age: timedelta, accepted: bool
) -> None:
    stamp = (NOW - age).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    message = signed(notification(Timestamp=stamp))
    if accepted:
        verify(message)
    else:
        with pytest.raises(SignatureError, match="hour"):
            verify(message)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://sns.eu-central-1.amazonaws.com/x.pem",
        "https://sns.eu-central-1.amazonaws.com/x.txt",
        "https://sns.eu-central-1.amazonaws.com.evil.example/x.pem",
        "https://evil.example/sns.eu-central-1.amazonaws.com/x.pem",
        "https://sns.eu-central-1.amazonaws.com@evil.example/x.pem",
        "https://user@sns.eu-central-1.amazonaws.com/x.pem",
        "https://sns.eu-central-1.amazonaws.com:8443/x.pem",
        "https://evil.sns.eu-central-1.amazonaws.com/x.pem",
        "https://sns.eu-central-1.amazonaws.com\\@evil.example/x.pem",
        "https://evil.example#sns.eu-central-1.amazonaws.com/x.pem",
        "https://evil.s3.amazonaws.com/x.pem",
        "https://[::1/x.pem",
        "https://sns.eu-central-1.amazonaws.com:x/x.pem",
        "file:///x.pem",
        "\ud800",
    ],
)
def test_a_certificate_from_elsewhere_is_never_fetched(url: str) -> None:
    certificates = Certificates(certificate())
    body = json.dumps({**signed(notification()), "SigningCertURL": url}).encode()
    with pytest.raises(SignatureError):
        Ses(certificates).verify(headers={}, body=body, secrets=SECRETS, now=NOW)
    assert certificates.asked == 0


@pytest.mark.parametrize("region", ["us-east-1.amazonaws.com", "cn-north-1.amazonaws.com.cn"])
def test_every_region_has_its_own_host(region: str) -> None:
    verify({**signed(notification()), "SigningCertURL": f"https://sns.{region}/x.pem"})


@pytest.mark.parametrize(
    "signature", ["", "x", "%%%", "çğış", "AAAA", "=" * 400, base64.b64encode(b"x" * 256).decode()]
)
def test_garbage_for_a_signature_is_refused(signature: str) -> None:
    with pytest.raises(SignatureError):
        verify({**signed(notification()), "Signature": signature})


@pytest.mark.parametrize("version", ["", "0", "3", "SHA256"])
def test_an_unknown_version_is_refused(version: str) -> None:
    with pytest.raises(SignatureError):
        verify({**signed(notification()), "SignatureVersion": version})


@pytest.mark.parametrize(
    "pem",
    [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"],
)
def test_a_certificate_that_is_none_is_refused(pem: bytes) -> None:
    with pytest.raises(SignatureError):
        verify(signed(notification()), pem=pem)


def test_a_certificate_of_another_kind_is_refused() -> None:
    with pytest.raises(SignatureError):
        verify(signed(notification()), pem=certificate(elliptic=True))


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"\xff", b'{"notificationType":"Received"}', b'{"Message":7}']
)
def test_what_sns_did_not_sign_is_refused(body: bytes) -> None:
    with pytest.raises(SignatureError, match="raw message delivery"):
        verify(body)


def test_a_certificate_is_fetched_once() -> None:
    certificates = Certificates(certificate())
    source = Ses(certificates)
    for _ in range(3):
        body = json.dumps(signed(notification())).encode()
        source.verify(headers={}, body=body, secrets=SECRETS, now=NOW)
    assert certificates.asked == 1


def test_a_certificate_that_proved_nothing_is_not_kept() -> None:
    certificates = Certificates(b"not yet")
    source = Ses(certificates)
    body = json.dumps(signed(notification())).encode()
    with pytest.raises(SignatureError):
        source.verify(headers={}, body=body, secrets=SECRETS, now=NOW)
    certificates.pem = certificate()
    source.verify(headers={}, body=body, secrets=SECRETS, now=NOW)


@pytest.mark.parametrize("error", [Unavailable, SignatureError])
def test_what_became_of_fetching_is_said_as_it_is(error: type[Exception]) -> None:
    def fetch(url: str) -> bytes:
        raise error("as it is")

    failing: Callable[[str], bytes] = fetch
    with pytest.raises(error, match="as it is"):
        Ses(failing).verify(
            headers={}, body=json.dumps(signed(notification())).encode(), secrets=SECRETS, now=NOW
        )
