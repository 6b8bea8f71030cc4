"""Webhooks: check the signature on the raw bytes, put the raw bytes on the queue, answer 2xx.

Nothing is parsed here. What today's parser can't read waits in a queue instead of being refused,
and a 2xx means that the delivery is durable.
"""

from chalice.app import Blueprint, Response

from chalicelib.channels.base import Answer, Delivery, Secrets, Source
from chalicelib.envelope import QUEUE_LIMIT, seal
from chalicelib.errors import ConfigurationError, NotFound, TooLarge, Unavailable
from chalicelib.ids import new_id
from chalicelib.web import http
from chalicelib.web.problems import as_problems
from chalicelib.wiring import Wiring

webhooks = Blueprint(__name__)

BODY_LIMIT = 6_000_000
"""Bytes; Lambda itself takes no more in one call."""

MESSAGE_LIMIT = 256 * 1024
"""Bytes of one SQS message, its envelope included."""

REFUSED_BY_SQS = frozenset("\ufffe\uffff")

ANY_TYPE = ["*/*"]


def _receive(source: str) -> Response:
    """Take one delivery in."""
    wiring = http.wiring(webhooks)
    body = http.raw_body(webhooks)
    if len(body) > BODY_LIMIT:
        raise TooLarge(f"a delivery may have {BODY_LIMIT} bytes; this one has {len(body)}")
    platform = _known(wiring, source)
    given = http.headers(webhooks)
    if pong := platform.ping(headers=given, body=body):
        return _answer(pong)
    platform.verify(
        headers=given,
        body=body,
        secrets=_secrets(wiring, platform),
        now=wiring.clock(),
        url=http.url(webhooks),
    )
    answer = platform.answer(headers=given, body=body)
    if answer and not answer.kept:
        return _answer(answer)
    delivery = Delivery(
        delivery_id=new_id("dlv"),
        source=source,
        received_at=wiring.clock(),
        headers={name: given[name] for name in platform.kept_headers if name in given},
        body=body,
    )
    _enqueue(wiring, delivery)
    return _answer(answer) if answer else http.answer({"delivery_id": delivery.delivery_id})


def _answer(answer: Answer) -> Response:
    """What a platform wants to read, in its own type. No sniffing: some of it the caller sent."""
    headers: http.Headers = {**http.SAFE_HEADERS, "Content-Type": answer.content_type}
    return Response(body=answer.text, status_code=200, headers=headers)


def _shake_hands(source: str) -> Response:
    """Answer a platform's subscription check."""
    wiring = http.wiring(webhooks)
    platform = _known(wiring, source)
    text = platform.handshake(
        query=http.query(webhooks), secrets=wiring.vault.part("webhooks", source)
    )
    kind = http.JSON if text.startswith("{") else "text/plain; charset=utf-8"
    return _answer(Answer(text=text, content_type=kind))


def _known(wiring: Wiring, source: str) -> Source:
    platform = wiring.sources.get(source)
    if platform is None:
        names = ", ".join(sorted(wiring.sources))
        raise NotFound(f"there is no webhook source {source[:40]!r}: the known ones are {names}")
    return platform


def _secrets(wiring: Wiring, platform: Source) -> Secrets:
    """The source's secrets. Without any, nothing can be told from a forgery, and it is not the
    platform that is wrong: ConfigurationError, so that it sends again what it has."""
    part = wiring.vault.part("webhooks", platform.name)
    lists = [part.get(name) for name in platform.verified_by]
    listed = [one for found in lists if isinstance(found, list) for one in found]
    if not any(isinstance(one, str) and one for one in listed):
        name, wanted = wiring.deployment.name("webhooks"), " or ".join(platform.verified_by)
        raise ConfigurationError(f"{name} has no {wanted} for {platform.name!r} (docs/channels)")
    return part


def _enqueue(wiring: Wiring, delivery: Delivery) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        message = seal(delivery) if len(delivery.body) <= QUEUE_LIMIT else None
        if message is None or not _fits(message):
            key = f"inbound/{delivery.source}/{delivery.delivery_id}"
            wiring.client("s3").put_object(
                Bucket=wiring.deployment.raw_bucket, Key=key, Body=delivery.body
            )
            message = seal(delivery, s3_key=key)
        wiring.client("sqs").send_message(QueueUrl=wiring.queue_url("inbound"), MessageBody=message)
    except (ClientError, BotoCoreError) as error:
        raise Unavailable("the delivery could not be kept: send it again") from error


def _fits(message: str) -> bool:
    """Whether SQS takes it: escaping may have made it up to six times as long, and two characters
    that JSON allows raw are refused there."""
    return len(message.encode()) <= MESSAGE_LIMIT and not set(message) & REFUSED_BY_SQS


webhooks.route(
    "/webhooks/{source}", methods=["POST"], content_types=ANY_TYPE, name="receive_webhook"
)(http.guarded(webhooks, _receive))
webhooks.route(
    "/webhooks/{source}", methods=["GET"], content_types=ANY_TYPE, name="webhook_handshake"
)(http.guarded(webhooks, _shake_hands))
webhooks.register_middleware(as_problems, "http")  # of the whole app: blueprints have no own
