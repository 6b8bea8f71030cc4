"""Webhooks: what is signed is kept byte for byte, what is not is refused, and nobody learns why."""

import base64
import hmac
import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from standardwebhooks import Webhook

from chalicelib.envelope import QUEUE_LIMIT
from tests.support.aws_calls import counted, failing
from tests.support.http_calls import Answer, call, deliver, event, problem_of
from tests.support.logs import logged
from tests.support.webhook_calls import (
    chat_message,
    queued,
    signed,
    telegram_message,
    whatsapp_message,
)
from tests.support.world import DEPLOYMENT, SECRETS, Context, World

SOURCES = ("whatsapp", "telegram", "chat", "shopify")


def secret_values() -> list[str]:
    found: list[str] = []

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            for one in value.values():
                collect(one)
        elif isinstance(value, list):
            for one in value:
                collect(one)
        else:
            found.append(value)

    collect(SECRETS["webhooks"])
    collect(SECRETS["links"]["signing_key"])
    return found


def kept(world: World) -> dict[str, Any]:
    """The one envelope on the queue."""
    (record,) = world.take("inbound")
    envelope: dict[str, Any] = json.loads(record["body"])
    return envelope


def kept_body(world: World) -> bytes:
    envelope = kept(world)
    if envelope.get("body") is not None:
        text: str = envelope["body"]
        return text.encode()
    if "s3_key" in envelope:
        found = world.client("s3").get_object(Bucket=DEPLOYMENT.raw_bucket, Key=envelope["s3_key"])
        raw: bytes = found["Body"].read()
        return raw
    return base64.b64decode(envelope["body_b64"])


def set_secrets(world: World, thing: str, value: Any) -> None:
    world.client("secretsmanager").put_secret_value(
        SecretId=DEPLOYMENT.name(thing), SecretString=json.dumps(value)
    )
    world.restart()


# --- kept ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", SOURCES)
def test_a_signed_delivery_is_on_the_queue_before_it_is_answered(world: World, source: str) -> None:
    body = b'{"any": "thing",  "spaced":  "oddly" }\n'

    answer = deliver(source, body, world.now, topic="orders/create")

    assert answer.status == 200
    envelope = kept(world)
    assert envelope["body"].encode() == body
    assert envelope["delivery_id"] == answer.json["delivery_id"]
    assert envelope["source"] == source
    assert envelope["received_at"].startswith("2026-11-23T10:00:00")


def test_every_text_is_kept_byte_for_byte(world: World) -> None:
    for text in (
        '{"text": "Günaydın ☕️👩🏽‍🚀"}',
        '{"text": "line\u2028separator\u2029 and \u0085"}',
        '{"text": "\ufeffbom and \ufffd and \x7f"}',
        '{"text": "not\ufffea\uffffcharacter"}',
        "\x00\x01\x1f",
        "",
    ):
        assert deliver("telegram", text.encode(), world.now).status == 200
        assert kept_body(world) == text.encode()


def test_bytes_that_are_no_text_are_kept_too(world: World) -> None:
    body = b'{"text": "Merhaba d\xfcnya"}\xff\x00'
    headers = {"content-type": "application/octet-stream"}
    assert deliver("shopify", body, world.now, topic="x/y", headers=headers).status == 200
    assert kept_body(world) == body


def test_the_content_type_does_not_matter(world: World) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "odd", "", "a/b; charset=x"):
        answer = deliver("whatsapp", b"{}", world.now, headers={"content-type": kind})
        assert answer.status == 200


def test_only_headers_that_a_parser_needs_are_kept(world: World) -> None:
    deliver("shopify", b"{}", world.now, topic="orders/create", headers={"Cookie": "private"})
    headers = kept(world)["headers"]
    assert headers["x-shopify-topic"] == "orders/create"
    assert set(headers) == {
        "x-shopify-topic",
        "x-shopify-shop-domain",
        "x-shopify-webhook-id",
    }


def test_a_delivery_costs_one_request_once_the_process_is_warm(world: World) -> None:
    deliver("telegram", b"{}", world.now)
    with counted() as requests:
        deliver("telegram", b"{}", world.now)
    assert requests == ["SendMessage"]


# --- large ---------------------------------------------------------------------------------------


def test_a_body_the_queue_cannot_hold_lies_in_s3_and_is_ingested_from_there(world: World) -> None:
    text = "ş" * 4096
    message = telegram_message(7, world.now, text=text) | {"padding": "ü" * QUEUE_LIMIT}
    body = json.dumps(message, ensure_ascii=False).encode()
    assert len(body) > QUEUE_LIMIT

    assert deliver("telegram", body, world.now).status == 200

    (record,) = world.take("inbound")
    assert len(record["body"]) < 1000
    world.reappear("inbound", [record])
    assert kept_body(world) == body
    world.reappear("inbound", [record])
    world.settle()
    (entry,) = [e for e in world.items("entry") if e["direction"] == "in"]
    assert entry["text"] == text


def test_a_body_that_grows_beyond_a_message_when_escaped_lies_in_s3(world: World) -> None:
    body = b'"' * (QUEUE_LIMIT - 10)
    assert deliver("telegram", body, world.now).status == 200
    assert kept_body(world) == body


def test_six_megabytes_are_taken_and_one_byte_more_is_not(world: World) -> None:
    largest = b" " * 6_000_000
    assert deliver("telegram", largest, world.now).status == 200
    assert kept_body(world) == largest
    assert "6000000" in problem_of(deliver("telegram", largest + b" ", world.now), 413)
    assert world.waiting("inbound") == 1


def test_a_body_that_s3_does_not_take_is_not_accepted(world: World) -> None:
    with failing("PutObject", "SlowDown"):
        answer = deliver("telegram", b"x" * (QUEUE_LIMIT + 1), world.now)
    problem_of(answer, 503)
    assert world.waiting("inbound") == 0


# --- refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", SOURCES)
def test_a_missing_or_wrong_signature_is_refused_whatever_its_length(
    world: World, source: str
) -> None:
    url, headers = f"/webhooks/{source}", signed(source, b"{}", world.now)
    problem_of(call("POST", url, body=b"{}"), 401)
    name = next(n for n in headers if "signature" in n or "hmac" in n or "secret" in n)
    for value in ("", "x", "v1,", "sha256=", "ş€\xff", "0" * 5000):
        problem_of(call("POST", url, headers=headers | {name: value}, body=b"{}"), 401)
    assert world.waiting("inbound") == 0


def test_a_changed_body_is_refused(world: World) -> None:
    for source in ("whatsapp", "chat", "shopify"):
        headers = signed(source, b'{"amount": 1}', world.now)
        answer = call("POST", f"/webhooks/{source}", headers=headers, body=b'{"amount": 2}')
        problem_of(answer, 401)


def test_another_sources_secret_is_refused(world: World) -> None:
    body = b"{}"
    for source, secret in (("whatsapp", "shop-secret"), ("shopify", "wa-secret")):
        digest = hmac.new(secret.encode(), body, sha256)
        headers = {
            "x-hub-signature-256": f"sha256={digest.hexdigest()}",
            "x-shopify-hmac-sha256": base64.b64encode(digest.digest()).decode(),
        }
        problem_of(call("POST", f"/webhooks/{source}", headers=headers, body=body), 401)
    headers = {"x-telegram-bot-api-secret-token": "wa-secret"}
    problem_of(call("POST", "/webhooks/telegram", headers=headers, body=body), 401)


def test_a_time_stamped_signature_holds_for_five_minutes(world: World) -> None:
    for seconds, status in ((299, 200), (301, 401), (-299, 200), (-301, 401)):
        answer = deliver("chat", b"{}", world.now - timedelta(seconds=seconds))
        assert answer.status == status


def test_a_time_stamp_that_is_none_is_refused(world: World) -> None:
    for stamp in ("", "now", "-1", "1e9", "9" * 40, "١٧٩٥"):
        problem_of(deliver("chat", b"{}", world.now, headers={"webhook-timestamp": stamp}), 401)


def test_while_a_secret_is_rotated_both_are_accepted(world: World) -> None:
    body = b"{}"
    for secret in ("wa-secret", "wa-older"):
        digest = hmac.new(secret.encode(), body, sha256).hexdigest()
        headers = {"x-hub-signature-256": f"sha256={digest}"}
        assert call("POST", "/webhooks/whatsapp", headers=headers, body=body).status == 200


def test_a_rotated_standard_webhooks_secret_is_accepted_among_several_signatures(
    world: World,
) -> None:
    older = "whsec_" + base64.b64encode(b"an older secret of 32 bytes, ...").decode()
    current = SECRETS["webhooks"]["chat"]["secrets"][0]
    set_secrets(world, "webhooks", {"chat": {"secrets": [current, older]}})
    good = Webhook(older).sign("msg_1", world.now, "{}")
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(world.now.timestamp())),
        "webhook-signature": f"v1,AAAA v2,zzz {good}",
    }
    assert call("POST", "/webhooks/chat", headers=headers, body=b"{}").status == 200


def test_an_unknown_source_is_not_found(world: World) -> None:
    for source in ("ms-teams", "WhatsApp", "..", "%2e%2e", "wa%00", "ş" * 300):
        detail = problem_of(call("POST", f"/webhooks/{source}", body=b"{}"), 404)
        assert "telegram, trustpilot, twilio, whatsapp" in detail


def test_an_unsupported_method_is_a_problem_that_says_which_are(world: World) -> None:
    answer = call("DELETE", "/webhooks/whatsapp", resource="/webhooks/{source}")
    problem_of(answer, 405)
    assert set(answer.headers["allow"].split(", ")) == {"GET", "POST"}


def test_what_fails_before_any_view_is_a_problem_without_details(world: World) -> None:
    import app

    broken = event("GET", "/webhooks/chat", resource="/webhooks/{source}") | {
        "pathParameters": {"another": "chat"}
    }
    with logged(world) as log:
        reply = app.app(broken, Context())
    assert reply["statusCode"] == 500
    assert reply["headers"]["Content-Type"] == "application/problem+json"
    assert "KeyError" not in reply["body"]
    assert "KeyError" in log.getvalue()


# --- when something of ours is down or missing ---------------------------------------------------


@pytest.mark.parametrize("code", ["ServiceUnavailable", "AccessDenied", "RequestThrottled"])
def test_while_the_queue_is_down_the_platform_is_told_to_send_again(
    world: World, code: str
) -> None:
    with failing("SendMessage", code):
        answer = deliver("whatsapp", whatsapp_message("wamid.in.1", world.now), world.now)
    problem_of(answer, 503)
    assert answer.headers["retry-after"].isdecimal()
    assert deliver("whatsapp", whatsapp_message("wamid.in.1", world.now), world.now).status == 200


def test_while_secrets_cannot_be_read_the_platform_is_told_to_send_again(world: World) -> None:
    with failing("GetSecretValue", "InternalServiceError"):
        answer = deliver("telegram", b"{}", world.now)
    problem_of(answer, 503)
    assert "retry-after" in answer.headers


@pytest.mark.parametrize(
    "value",
    [
        {"chat": {"secrets": ["x"]}},
        {"telegram": {}},
        {"telegram": {"secrets": []}},
        {"telegram": {"secrets": [""]}},
        {"telegram": {"secrets": "tg-secret"}},
        {"telegram": "tg-secret"},
    ],
)
def test_a_source_without_secrets_is_our_fault_and_not_the_platforms(
    world: World, value: Any
) -> None:
    """401 would have the platform give up, and hide what is missing."""
    set_secrets(world, "webhooks", value)

    with logged(world) as log:
        answer = deliver("telegram", b"{}", world.now)

    assert "request-1" in problem_of(answer, 503)
    assert "retry-after" in answer.headers
    assert "secret" not in answer.text
    assert "temas-local-webhooks" in log.getvalue()
    assert "tg-secret" not in log.getvalue()


# --- behind the queue ----------------------------------------------------------------------------


def test_pings_and_unknown_kinds_are_accepted_and_left_alone(world: World) -> None:
    for source, body in (
        ("telegram", b'{"update_id": 1, "poll": {"id": "1"}}'),
        ("telegram", b'{"update_id": 1}'),
        ("whatsapp", b'{"object": "page", "entry": []}'),
        ("whatsapp", b'{"object": "whatsapp_business_account", "entry": []}'),
        ("chat", b'{"type": "typing", "timestamp": "2026-11-23T10:00:00Z", "data": {}}'),
        ("shopify", b'{"id": 1}'),
    ):
        assert deliver(source, body, world.now, topic="products/update").status == 200
    world.settle()
    assert world.items("entry") == []
    assert world.waiting("inbound") == 0


@pytest.mark.parametrize("source", SOURCES)
def test_what_cannot_be_read_is_accepted_and_waits_for_someone_to_look(
    world: World, source: str
) -> None:
    for body in (b"", b"{", b"[]", b"null", b"\x00", b"[" * 10_000):
        assert deliver(source, body, world.now, topic="orders/create").status == 200
    with pytest.raises(Exception, match="6 of 6 messages failed; they stay in the queue"):
        world.work("ingest", "inbound")
    assert world.waiting("inbound") == 6
    assert world.items("entry") == []


def test_one_unreadable_delivery_costs_its_mates_nothing(world: World) -> None:
    deliver("telegram", telegram_message(1, world.now), world.now)
    deliver("telegram", b"{", world.now)
    deliver("chat", chat_message("m-1", world.now), world.now)
    with pytest.raises(Exception, match="1 of 3 messages failed"):
        world.work("ingest", "inbound")
    assert len(world.items("entry")) == 2
    assert world.waiting("inbound") == 1


# --- handshake -----------------------------------------------------------------------------------

SUBSCRIBE = "hub.mode=subscribe&hub.verify_token=wa-verify&hub.challenge=1158201444"


def handshake(source: str, query: str, **headers: str) -> Answer:
    return call("GET", f"/webhooks/{source}?{query}", headers=headers)


def test_metas_handshake_gets_its_challenge_back_and_nothing_else(world: World) -> None:
    answer = handshake("whatsapp", SUBSCRIBE)
    assert (answer.status, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_handshake_with_any_content_type_is_answered(world: World) -> None:
    assert handshake("whatsapp", SUBSCRIBE, **{"Content-Type": "text/html"}).status == 200


def test_a_wrong_handshake_is_refused(world: World) -> None:
    for query in (
        "",
        "hub.mode=subscribe&hub.challenge=1",
        "hub.mode=subscribe&hub.verify_token=&hub.challenge=1",
        "hub.mode=subscribe&hub.verify_token=wa-verif&hub.challenge=1",
        "hub.mode=subscribe&hub.verify_token=wa-secret&hub.challenge=1",
        "hub.mode=unsubscribe&hub.verify_token=wa-verify&hub.challenge=1",
        "hub.mode=subscribe&hub.verify_token=wa-verify",
        "hub.mode=subscribe&hub.verify_token=wa-verify&hub.verify_token=x&hub.challenge=1",
    ):
        problem_of(handshake("whatsapp", query), 401)


def test_sources_without_handshake_have_none(world: World) -> None:
    for source in ("telegram", "chat", "shopify", "nobody"):
        problem_of(handshake(source, SUBSCRIBE), 404)


# --- discretion ----------------------------------------------------------------------------------


def test_no_answer_and_no_log_line_tells_a_secret(world: World) -> None:
    with logged(world) as log:
        answers = provoked(world)
    told = "".join([answer.text + str(answer.headers) for answer in answers]) + log.getvalue()
    assert [secret for secret in secret_values() if secret in told] == []


def provoked(world: World) -> list[Answer]:
    """Answers to calls that go wrong in all ways, worked on as far as that goes."""
    answers = [handshake("whatsapp", "hub.mode=subscribe&hub.verify_token=x&hub.challenge=1")]
    for source in SOURCES:
        answers.append(deliver(source, b"{}", world.now, topic="a/b"))
        answers.append(call("POST", f"/webhooks/{source}", body=b"{}"))
        with failing("SendMessage", "AccessDenied"):
            answers.append(deliver(source, b"{", world.now, topic="a/b"))
    with pytest.raises(Exception, match="messages failed"):
        world.settle()
    return answers


def test_log_lines_of_a_whole_story_hold_no_personal_data(world: World) -> None:
    private = ["Ayşe", "Yılmaz", "Ay\\u015fe", "905321112233", "ayse@", "gizli", "Mehmet", "4242"]
    with logged(world) as log:
        whole_story(world)
    assert '"level":"WARNING"' in log.getvalue()
    assert [word for word in private if word in log.getvalue()] == []


def whole_story(world: World) -> None:
    """Messages kept and answered, unreadable ones, and a store that is down."""
    message = whatsapp_message("wamid.in.1", world.now, text="gizli bir metin")
    deliver("whatsapp", message, world.now)
    deliver("telegram", telegram_message(1, world.now, text="gizli"), world.now)
    who: dict[str, Any] = {
        "email": "ayse@ornek.example",
        "email_verified": True,
        "name": "Ayşe Yılmaz",
    }
    deliver("chat", chat_message("m-1", world.now, text="gizli", **who), world.now)
    world.settle()
    broken = whatsapp_message("wamid.in.2", world.now, text="gizli")
    broken["entry"][0]["changes"][0]["value"]["messages"][0]["text"] = "gizli ayse@ornek.example"
    deliver("whatsapp", broken, world.now)
    world.put("inbound", queued("chat", {"type": "message.created", "data": "gizli"}, world.now))
    with pytest.raises(Exception, match="messages failed"):
        world.work("ingest", "inbound")
    with failing("TransactWriteItems", "InternalServerError"):
        deliver("telegram", telegram_message(2, world.now, text="gizli"), world.now)
        with pytest.raises(Exception, match="messages failed"):
            world.work("ingest", "inbound")
