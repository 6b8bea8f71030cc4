"""Staff API: webhook endpoints, to which events are sent."""

from datetime import timedelta

from msgspec import UNSET

from chalicelib.store import relays
from chalicelib.web.endpoints import Call, Endpoint
from chalicelib.web.relay_views import (
    NewSecretView,
    RotateRequest,
    WebhookEndpointList,
    WebhookEndpointPatch,
    WebhookEndpointRequest,
    WebhookEndpointView,
)


def create_webhook_endpoint(call: Call) -> NewSecretView:
    """Answers with the secret that calls are signed with: keep it, it is not shown again. Events
    come from half a minute on."""
    asked: WebhookEndpointRequest = call.body
    made, secret = call.wiring.registrar.make(
        url=asked.url,
        types=asked.types,
        filters=asked.filters,
        description=asked.description,
        by=call.key.name,
    )
    call.noted["endpoint_id"] = made.id
    return NewSecretView(endpoint=WebhookEndpointView.of(made, call.wiring.clock()), secret=secret)


def list_webhook_endpoints(call: Call) -> WebhookEndpointList:
    assert call.wiring.table
    now = call.wiring.clock()
    return WebhookEndpointList(
        endpoints=[WebhookEndpointView.of(one, now) for one in relays.every()]
    )


def get_webhook_endpoint(call: Call) -> WebhookEndpointView:
    return WebhookEndpointView.of(relays.get(call.path["endpoint_id"]), call.wiring.clock())


def change_webhook_endpoint(call: Call) -> WebhookEndpointView:
    """Switched on again, it gets what happens from now on; what it missed is for replay."""
    asked: WebhookEndpointPatch = call.body
    given = {name: getattr(asked, name) for name in asked.__struct_fields__}
    wanted = {name: value for name, value in given.items() if value is not UNSET}
    endpoint_id = call.path["endpoint_id"]
    changed = call.wiring.registrar.change(endpoint_id, wanted, call.key.name)
    return WebhookEndpointView.of(changed, call.wiring.clock())


def delete_webhook_endpoint(call: Call) -> WebhookEndpointView:
    """Answers with what is forgotten. What is on its way to it is dropped."""
    found = relays.get(call.path["endpoint_id"])
    relays.remove(found.id)
    return WebhookEndpointView.of(found, call.wiring.clock())


def rotate_webhook_secret(call: Call) -> NewSecretView:
    """Answers with the new secret, shown this once. For a while calls have a signature of each."""
    asked: RotateRequest = call.body
    changed, secret = call.wiring.registrar.rotate(
        call.path["endpoint_id"], timedelta(hours=asked.overlap_hours), call.key.name
    )
    return NewSecretView(
        endpoint=WebhookEndpointView.of(changed, call.wiring.clock()), secret=secret
    )


_PATH = "/v1/webhook-endpoints"
_ONE = f"{_PATH}/{{endpoint_id}}"

ENDPOINTS = (
    Endpoint(
        method="POST",
        path=_PATH,
        scope="webhooks:write",
        summary="Have events sent to a URL",
        handle=create_webhook_endpoint,
        returns=NewSecretView,
        body=WebhookEndpointRequest,
        status=201,
    ),
    Endpoint(
        method="GET",
        path=_PATH,
        scope="webhooks:read",
        summary="Webhook endpoints, the oldest first",
        handle=list_webhook_endpoints,
        returns=WebhookEndpointList,
    ),
    Endpoint(
        method="POST",
        path=f"{_ONE}/rotate",
        scope="webhooks:write",
        summary="Give a webhook endpoint another secret",
        handle=rotate_webhook_secret,
        returns=NewSecretView,
        body=RotateRequest,
    ),
    Endpoint(
        method="GET",
        path=_ONE,
        scope="webhooks:read",
        summary="One webhook endpoint",
        handle=get_webhook_endpoint,
        returns=WebhookEndpointView,
    ),
    Endpoint(
        method="PATCH",
        path=_ONE,
        scope="webhooks:write",
        summary="Change a webhook endpoint, or switch it on or off",
        handle=change_webhook_endpoint,
        returns=WebhookEndpointView,
        body=WebhookEndpointPatch,
    ),
    Endpoint(
        method="DELETE",
        path=_ONE,
        scope="webhooks:write",
        summary="Send no more to a webhook endpoint, and forget it",
        handle=delete_webhook_endpoint,
        returns=WebhookEndpointView,
    ),
)
