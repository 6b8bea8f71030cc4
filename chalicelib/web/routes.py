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
    "chalicelib.web.assigning": (
        "POST /v1/conversations/{conversation_id}/assign",
        "GET /v1/conversations/{conversation_id}/steps",
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
    "chalicelib.web.case_queues": ("GET /v1/queues",),
    "chalicelib.web.case_labels": (
        "PATCH /v1/conversations/{conversation_id}",
        "POST /v1/conversations/{conversation_id}/notes",
        "POST /v1/conversations/{conversation_id}/snooze",
    ),
    "chalicelib.web.canned": (
        "POST /v1/canned/{name}/render",
        "PUT /v1/canned/{name}",
        "GET /v1/canned",
        "GET /v1/canned/{name}",
        "DELETE /v1/canned/{name}",
    ),
    "chalicelib.web.bulk": ("POST /v1/conversations/bulk",),
    "chalicelib.web.search": ("GET /v1/search",),
    "chalicelib.web.audit": ("GET /v1/audit",),
    "chalicelib.web.examples": ("GET /v1/triage/examples",),
    "chalicelib.web.agents": (
        "GET /v1/agents",
        "PUT /v1/agents/{agent_id}",
        "GET /v1/agents/{agent_id}",
        "PUT /v1/agents/{agent_id}/presence",
    ),
    "chalicelib.web.mentions": (
        "GET /v1/agents/{agent_id}/mentions",
        "POST /v1/agents/{agent_id}/mentions/read",
    ),
    "chalicelib.web.teams": ("GET /v1/teams",),
    "chalicelib.web.articles": (
        "GET /v1/articles",
        "PUT /v1/articles/{article_id}",
        "GET /v1/articles/{article_id}",
        "DELETE /v1/articles/{article_id}",
        "GET /v1/articles/{article_id}/versions",
    ),
    "chalicelib.web.article_search": ("POST /v1/articles/search",),
    "chalicelib.web.article_votes": ("GET /v1/articles/{article_id}/votes",),
    "chalicelib.web.surveys": (
        "GET /v1/surveys",
        "GET /v1/surveys/{survey_id}",
    ),
    "chalicelib.web.metrics": (
        "GET /v1/metrics",
        "GET /v1/metrics.csv",
        "GET /v1/metrics/{figure}/conversations",
    ),
    "chalicelib.web.voice": (
        "GET /v1/voice/issues",
        "GET /v1/voice/words",
    ),
    "chalicelib.web.voice_unhappy": (
        "GET /v1/voice/unhappy",
        "POST /v1/voice/unhappy/{customer_id}/cared",
    ),
    "chalicelib.web.consents": ("GET /v1/consents/export",),
    "chalicelib.web.dossiers": ("GET /v1/customers/{customer_id}/export",),
    "chalicelib.web.erasures": (
        "POST /v1/customers/{customer_id}/erase",
        "GET /v1/customers/{customer_id}/erasure",
    ),
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
    "chalicelib.web.relay_calls": (
        "POST /v1/webhook-endpoints/{endpoint_id}/test",
        "GET /v1/webhook-endpoints/{endpoint_id}/deliveries",
        "GET /v1/webhook-endpoints/{endpoint_id}/dead-letters",
        "POST /v1/webhook-endpoints/{endpoint_id}/replay",
    ),
    "chalicelib.web.relays": (
        "POST /v1/webhook-endpoints",
        "GET /v1/webhook-endpoints",
        "POST /v1/webhook-endpoints/{endpoint_id}/rotate",
        "GET /v1/webhook-endpoints/{endpoint_id}",
        "PATCH /v1/webhook-endpoints/{endpoint_id}",
        "DELETE /v1/webhook-endpoints/{endpoint_id}",
    ),
    "chalicelib.web.templates": (
        "GET /v1/templates",
        "PUT /v1/templates/{name}",
        "GET /v1/templates/{name}",
        "POST /v1/templates/{name}/preview",
    ),
}
"""Each module's `ENDPOINTS` say the rest: scope, types, what is done. A test keeps both in step."""
