"""Calls are signed as Standard Webhooks wants it: what a receiver's library checks."""

import base64
import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from standardwebhooks import Webhook

from chalicelib.channels.signatures import check_standard_webhook
from chalicelib.errors import SignatureError
from chalicelib.relaying import signing
from chalicelib.store.relay_records import RelaySecret

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
BODY = '{"type":"ConversationOpened","data":{"id":"ş"}}'.encode()
OLD, NEW = (signing.secret(b"k" * 32, "hook_1", salt) for salt in ("old", "new"))


def test_a_signature_is_the_hmac_of_id_time_and_body() -> None:
    given = signing.headers("evt_1", NOW, BODY, [NEW])
    key = base64.b64decode(NEW.removeprefix("whsec_"))
    signed = f"evt_1.{int(NOW.timestamp())}.".encode() + BODY
    wanted = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert given["webhook-signature"] == f"v1,{wanted}"
    assert given["webhook-id"] == "evt_1"
    assert given["webhook-timestamp"] == "1795428000"


def test_the_vector_of_the_specification_comes_out() -> None:
    given = signing.headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    assert given["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_our_own_check_of_what_comes_in_accepts_what_goes_out() -> None:
    check_standard_webhook(signing.headers("evt_1", NOW, BODY, [NEW]), BODY, [NEW], NOW)


def test_the_library_of_standard_webhooks_accepts_what_goes_out() -> None:
    now = datetime.now(UTC)
    given = signing.headers("evt_1", now, BODY, [NEW, OLD])
    assert Webhook(OLD).verify(BODY, given)["type"] == "ConversationOpened"


@pytest.mark.parametrize("known", [OLD, NEW])
def test_while_secrets_change_a_receiver_may_know_either(known: str) -> None:
    given = signing.headers("evt_1", NOW, BODY, [NEW, OLD])
    assert len(given["webhook-signature"].split(" ")) == 2
    check_standard_webhook(given, BODY, [known], NOW)


def test_another_body_id_or_secret_does_not_fit() -> None:
    given = signing.headers("evt_1", NOW, BODY, [NEW])
    for headers, body, secret in (
        (given, BODY + b" ", NEW),
        ({**given, "webhook-id": "evt_2"}, BODY, NEW),
        (given, BODY, OLD),
    ):
        with pytest.raises(SignatureError):
            check_standard_webhook(headers, body, [secret], NOW)


def test_secrets_differ_by_stage_endpoint_and_salt_and_stay_the_same() -> None:
    made = {
        signing.secret(key, endpoint, salt)
        for key in (b"k" * 32, b"l" * 32)
        for endpoint in ("hook_1", "hook_2")
        for salt in ("a", "b")
    }
    assert len(made) == 8
    assert signing.secret(b"k" * 32, "hook_1", "a") in made
    for one in made:
        assert len(base64.b64decode(one.removeprefix("whsec_"), validate=True)) == 32


def test_a_secret_counts_until_it_ends_and_the_newest_comes_first() -> None:
    day = timedelta(days=1)
    ended = RelaySecret(salt="a", made_at=NOW - 3 * day, until=NOW)
    ending = RelaySecret(salt="b", made_at=NOW - 2 * day, until=NOW + day)
    newest = RelaySecret(salt="c", made_at=NOW)
    assert signing.active([ended, ending, newest], NOW) == [newest, ending]
    assert signing.active([ended, ending, newest], NOW + day) == [newest]
