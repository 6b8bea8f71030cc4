"""Staff API: what was sent to webhook endpoints, and sending it again."""

from chalicelib.store import relay_deliveries, relays
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint
from chalicelib.web.relay_views import (
    ReplayRequest,
    ReplayView,
    TestedView,
    WebhookDeliveryPage,
    WebhookDeliveryView,
)


def test_webhook_endpoint(call: Call) -> TestedView:
    """One call of the type WebhookTest, whether or not the endpoint is on."""
    return TestedView(delivery_id=call.wiring.registrar.test(call.path["endpoint_id"]))


def list_webhook_deliveries(call: Call) -> WebhookDeliveryPage:
    """Of the last 30 days, the newest first, with every attempt."""
    endpoint = relays.get(call.path["endpoint_id"])
    page, cursor = relay_deliveries.listed(endpoint.id, limit=call.limit, after=call.cursor)
    return WebhookDeliveryPage(
        deliveries=[WebhookDeliveryView.of(one) for one in page], next_cursor=cursor
    )


def list_webhook_dead_letters(call: Call) -> WebhookDeliveryPage:
    """What was given up, oldest first; kept for 30 days."""
    endpoint = relays.get(call.path["endpoint_id"])
    page, cursor = relay_deliveries.dead(endpoint.id, limit=call.limit, after=call.cursor)
    return WebhookDeliveryPage(
        deliveries=[WebhookDeliveryView.of(one) for one in page], next_cursor=cursor
    )


def replay_webhooks(call: Call) -> ReplayView:
    """They get the same webhook-id as before, and ten attempts of their own."""
    asked: ReplayRequest = call.body
    wish = call.wiring.registrar.replay(call.path["endpoint_id"], asked.ids, asked.since)
    return ReplayView(ids=list(wish.event_ids), since=wish.since, until=wish.until)


_ONE = "/v1/webhook-endpoints/{endpoint_id}"

ENDPOINTS = (
    Endpoint(
        method="POST",
        path=f"{_ONE}/test",
        scope="webhooks:write",
        summary="Try a webhook endpoint",
        handle=test_webhook_endpoint,
        returns=TestedView,
        status=202,
    ),
    Endpoint(
        method="GET",
        path=f"{_ONE}/deliveries",
        scope="webhooks:read",
        summary="What was sent to a webhook endpoint",
        handle=list_webhook_deliveries,
        returns=WebhookDeliveryPage,
        query=(LIMIT, CURSOR),
    ),
    Endpoint(
        method="GET",
        path=f"{_ONE}/dead-letters",
        scope="webhooks:read",
        summary="What a webhook endpoint did not get",
        handle=list_webhook_dead_letters,
        returns=WebhookDeliveryPage,
        query=(LIMIT, CURSOR),
    ),
    Endpoint(
        method="POST",
        path=f"{_ONE}/replay",
        scope="webhooks:write",
        summary="Send again what a webhook endpoint got, or did not",
        handle=replay_webhooks,
        returns=ReplayView,
        body=ReplayRequest,
        status=202,
    ),
)
