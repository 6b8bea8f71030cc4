"""The staff API's contents page: every operation, by the module that carries it out.

It stands apart from the modules so that a process can offer all of them and load only those that
are called: a webhook never waits for the staff API's code, nor does a queue's function.
"""

STAFF: dict[str, tuple[str, ...]] = {
    "chalicelib.web.customers": (
        "GET /v1/customers",
        "GET /v1/customers/{customer_id}",
        "GET /v1/customers/{customer_id}/timeline",
        "GET /v1/customers/{customer_id}/notifications",
        "GET /v1/customers/{customer_id}/orders",
        "GET /v1/customers/{customer_id}/devices",
        "GET /v1/customers/{customer_id}/consents",
        "PUT /v1/customers/{customer_id}/consents",
        "POST /v1/customers/{customer_id}/merge",
        "POST /v1/customers/{customer_id}/unmerge",
        "PATCH /v1/customers/{customer_id}/preferences",
    ),
    "chalicelib.web.conversations": (
        "GET /v1/conversations",
        "GET /v1/conversations/{conversation_id}",
        "GET /v1/conversations/{conversation_id}/messages",
        "POST /v1/conversations/{conversation_id}/messages",
        "POST /v1/conversations/{conversation_id}/resolve",
        "POST /v1/conversations/{conversation_id}/reopen",
        "GET /v1/messages/{message_key}/files/{number}",
        "GET /v1/notifications/{notification_id}",
    ),
    "chalicelib.web.surveys": (
        "GET /v1/surveys",
        "GET /v1/surveys/{survey_id}",
    ),
    "chalicelib.web.consents": ("GET /v1/consents/export",),
    "chalicelib.web.dossiers": ("GET /v1/customers/{customer_id}/export",),
    "chalicelib.web.locations": ("POST /v1/customers/{customer_id}/locations",),
    "chalicelib.web.coupons": (
        "GET /v1/coupons/{code}",
        "POST /v1/coupons/{code}/redeem",
        "GET /v1/customers/{customer_id}/coupons",
    ),
    "chalicelib.web.things": (
        "GET /v1/orders/{order_key}",
        "PUT /v1/devices/{device_id}",
        "GET /v1/devices/{device_id}",
        "GET /v1/devices/{device_id}/owners",
        "POST /v1/devices/{device_id}/maintenance",
    ),
    "chalicelib.web.alerts": (
        "GET /v1/alerts",
        "GET /v1/devices/{device_id}/alerts",
        "GET /v1/devices/{device_id}/alerts/{alert_id}",
    ),
    "chalicelib.web.alert_actions": (
        "POST /v1/devices/{device_id}/alerts/{alert_id}/acknowledge",
        "POST /v1/devices/{device_id}/alerts/{alert_id}/assign",
        "POST /v1/devices/{device_id}/alerts/{alert_id}/snooze",
        "POST /v1/devices/{device_id}/alerts/{alert_id}/clear",
        "POST /v1/devices/{device_id}/alerts/{alert_id}/comments",
    ),
    "chalicelib.web.incidents": (
        "GET /v1/incidents",
        "GET /v1/incidents/{incident_id}",
        "POST /v1/incidents/{incident_id}/close",
    ),
    "chalicelib.web.device_models": (
        "GET /v1/device-models",
        "PUT /v1/device-models/{model}",
        "GET /v1/device-models/{model}",
        "GET /v1/device-groups/{group}",
    ),
    "chalicelib.web.quarantine": (
        "GET /v1/quarantine",
        "GET /v1/quarantine/{device_id}",
        "DELETE /v1/quarantine/{device_id}",
    ),
    "chalicelib.web.reports": (
        "POST /v1/reports",
        "POST /v1/devices/{device_id}/reports",
    ),
    "chalicelib.web.provisioning": (
        "POST /v1/devices/{device_id}/provision",
        "DELETE /v1/devices/{device_id}/provision",
    ),
    "chalicelib.web.reviews": (
        "GET /v1/reviews",
        "POST /v1/reviews",
        "GET /v1/reviews/{review_id}",
        "PATCH /v1/reviews/{review_id}",
    ),
    "chalicelib.web.campaigns": (
        "POST /v1/campaigns",
        "GET /v1/campaigns",
        "GET /v1/campaigns/{campaign_id}",
        "PATCH /v1/campaigns/{campaign_id}",
        "POST /v1/campaigns/{campaign_id}/preview",
        "GET /v1/campaigns/{campaign_id}/report",
        "POST /v1/segments/preview",
    ),
    "chalicelib.web.campaign_actions": (
        "POST /v1/campaigns/{campaign_id}/start",
        "POST /v1/campaigns/{campaign_id}/pause",
        "POST /v1/campaigns/{campaign_id}/resume",
        "POST /v1/campaigns/{campaign_id}/cancel",
    ),
    "chalicelib.web.templates": (
        "GET /v1/templates",
        "PUT /v1/templates/{name}",
        "GET /v1/templates/{name}",
        "POST /v1/templates/{name}/preview",
    ),
}
"""Each module's `ENDPOINTS` say the rest: scope, types, what is done. A test keeps both in step."""
