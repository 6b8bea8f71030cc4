"""The OpenAPI document: true of every route, and of every answer."""

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

import app
from chalicelib.store import reviews
from chalicelib.voice.caring import Caring
from chalicelib.voice.moods import Sign
from chalicelib.web import staff as mounted
from chalicelib.web.routes import STAFF
from tests.functional.test_surveys import ask
from tests.support import alerting, campaigning, nearby, relaying
from tests.support.http_calls import Answer, Staff, call, deliver, staff
from tests.support.webhook_calls import queued_order, telegram_message, whatsapp_message
from tests.support.world import World

BODILESS = (
    r"reopen$|acknowledge$|incident_id}/close$|start$|pause$|resume$|cancel$"
    r"|}/preview$|cared$|}/test$"
)
"""Calls that say all in their path."""

OPERATIONS = ("get", "put", "post", "patch", "delete", "options")
ARTICLE = {"texts": {"tr": {"title": "Saatler", "body": "Her gün 9'da."}}}
ORDER = "shopify:kahve-dukkani.myshopify.com:7"


@pytest.fixture
def document(world: World) -> dict[str, Any]:
    answer = call("GET", "/openapi.json", headers={"Content-Type": "text/plain"})
    assert answer.status == 200
    found: dict[str, Any] = answer.json
    return found


def named(someone: Staff, case: str) -> str:
    """The id of a mention of the agent Ada in a note."""
    someone.put("/v1/agents/ada", {"name": "Ada", "teams": ["care"]})
    someone.post(f"/v1/conversations/{case}/notes", {"text": "@ada bak"})
    found: str = someone.get("/v1/agents/ada/mentions").json["mentions"][0]["id"]
    return found


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in OPERATIONS
    }


def assert_as_described(document: dict[str, Any], method: str, path: str, answer: Answer) -> None:
    """The answer's status is described, and its body fits the schema."""
    responses = operations(document)[f"{method} {path}"]["responses"]
    response = responses.get(str(answer.status), responses.get("default"))
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    kind = answer.headers["content-type"].partition(";")[0]
    schema = response["content"][kind].get("schema", {})
    if "json" in kind:
        whole = {**schema, "components": document["components"]}
        Draft202012Validator(whole).validate(answer.json)


def test_every_route_is_described_and_nothing_else(document: dict[str, Any]) -> None:
    routes = {f"{method} {path}" for path, by in app.app.routes.items() for method in by}
    assert set(operations(document)) == routes


def test_every_operation_has_a_name_of_its_own_and_says_what_it_needs(
    document: dict[str, Any],
) -> None:
    found = operations(document)
    names = [operation["operationId"] for operation in found.values()]
    assert len(set(names)) == len(names)
    for route, operation in found.items():
        assert operation["summary"], route
        wanted = set(re.findall(r"{(\w+)}", route))
        given = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert given == wanted, route
        if "/v1/" in route:
            assert operation["security"] == [{"key": []}]
            assert "Needs the scope `" in operation["description"]
        assert ("requestBody" in operation) == (route.split()[0] in ("POST", "PUT", "PATCH")
            and not re.search(BODILESS, route))  # fmt: skip


def test_the_contents_page_and_the_endpoints_are_in_step() -> None:
    for module, routes in STAFF.items():
        assert tuple(mounted._endpoints(module)) == routes


def test_every_reference_leads_somewhere_and_every_schema_is_one(
    document: dict[str, Any],
) -> None:
    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(ref := node.get("$ref"), str):
                target: Any = document
                for step in ref.removeprefix("#/").split("/"):
                    target = target[step]
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(document)
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    assert document["openapi"].startswith("3.1.")
    assert {"title", "version"} <= set(document["info"])


def code(world: World, customer_id: str) -> str:
    """A code that this customer has."""
    issued = world.wiring.coupons.issue(
        key="test",
        customer_id=customer_id,
        reason="coupon",
        percent=10,
        valid_from=world.now,
        valid=timedelta(days=30),
    )
    return issued.code


def test_real_answers_are_as_described(world: World, document: dict[str, Any]) -> None:
    deliver("whatsapp", whatsapp_message("wamid.in.1", world.now), world.now)
    deliver("telegram", telegram_message(1, world.now), world.now)
    order = {
        "id": 7,
        "created_at": world.now.isoformat(),
        "total_price": "10.00",
        "customer": {"id": 1},
        "line_items": [{"title": "Kahve", "quantity": 1}],
        "fulfillments": [{"id": 1, "shipment_status": "delivered"}],
    }
    world.put("inbound", queued_order("orders/create", order, world.now))
    world.settle()
    someone = staff(world)
    who = someone.get("/v1/customers?identity=phone:905321112233").json["id"]
    hot = {
        "temas_device_id": "d1",
        "temas_received_at": int(world.now.timestamp() * 1000),
        "at": world.now.isoformat(),
        "metrics": {"boiler_c": 140},
        "counters": {"brews": 3},
    }
    someone.put("/v1/devices/d1", {"owner_id": who, "name": "Bir", "groups": ["kafe"]})
    world.put("telemetry", json.dumps(hot), json.dumps({**hot, "at": "yesterday"}))
    world.settle()
    case = someone.get("/v1/conversations").json["conversations"][0]["id"]
    note = someone.get(f"/v1/customers/{who}/notifications").json["notifications"][0]["id"]
    world.now += timedelta(minutes=1)
    bodies: dict[str, Any] = {
        "PUT /v1/customers/{customer_id}/consents": {"purpose": "review", "granted": True},
        "PATCH /v1/customers/{customer_id}/preferences": {"locale": "en"},
        "POST /v1/customers/{customer_id}/erase": {"reason": "request"},
        "POST /v1/conversations/{conversation_id}/messages": {"text": "Merhaba"},
        "POST /v1/conversations/{conversation_id}/assign": {"team": "care"},
        "PUT /v1/agents/{agent_id}": {"name": "Ada", "teams": ["care"]},
        "PUT /v1/agents/{agent_id}/presence": {"presence": "online"},
        "PATCH /v1/conversations/{conversation_id}": {"labels": ["vip"]},
        "POST /v1/conversations/{conversation_id}/notes": {"text": "Aradık."},
        "POST /v1/conversations/{conversation_id}/snooze": {"until": None},
        "POST /v1/agents/{agent_id}/mentions/read": {"ids": [named(someone, case)]},
        "POST /v1/conversations/bulk": {"ids": [case, "none"], "action": "note", "text": "x"},
        "PUT /v1/canned/{name}": {"tr": "Merhaba{name}", "en": "Hello{name}"},
        "POST /v1/canned/{name}/render": {"conversation_id": case},
        "POST /v1/reviews": {"order_key": ORDER, "stars": 4},
        "PATCH /v1/reviews/{review_id}": {"answer": "Afiyet olsun."},
        "POST /v1/customers/{customer_id}/locations": nearby.body(world.now),
        "PUT /v1/devices/{device_id}": {"owner_id": who, "name": "Bir"},
        "POST /v1/devices/{device_id}/maintenance": {"counters": {"brews": 3}},
        "POST /v1/devices/{device_id}/alerts/{alert_id}/assign": {"assignee": "Ege"},
        "POST /v1/devices/{device_id}/alerts/{alert_id}/snooze": {"until": None},
        "POST /v1/devices/{device_id}/alerts/{alert_id}/clear": {"comment": "Servis baktı."},
        "POST /v1/devices/{device_id}/alerts/{alert_id}/comments": {"text": "Aradık."},
        "PUT /v1/device-models/{model}": {"metrics": {"boiler_c": {"unit": "°C", "max": 200}}},
        "POST /v1/reports": {"reports": [{"device_id": "d1", "at": 7}]},
        "POST /v1/devices/{device_id}/reports": {"at": world.now.isoformat()},
        "POST /v1/campaigns": {"name": "Spring", "segment": "all", "template": "spring"},
        "PATCH /v1/campaigns/{campaign_id}": {"holdout_percent": 10},
        "POST /v1/segments/preview": {"segment": "all"},
        "POST /v1/coupons/{code}/redeem": {"by": "store:kadikoy:4711"},
        "POST /v1/webhook-endpoints": {"url": "https://desk.example/in", "types": ["*"]},
        "PATCH /v1/webhook-endpoints/{endpoint_id}": {"description": "Masa"},
        "POST /v1/webhook-endpoints/{endpoint_id}/rotate": {"overlap_hours": 1},
        "POST /v1/webhook-endpoints/{endpoint_id}/replay": {"since": world.now.isoformat()},
        "PUT /v1/templates/{name}": {"contents": campaigning.CONTENTS},
        "PUT /v1/articles/{article_id}": ARTICLE,
        "POST /v1/articles/search": {"question": "kargom nerede"},
    }
    campaigning.template(someone)
    someone.put("/v1/canned/spring", bodies["PUT /v1/canned/{name}"])
    someone.put("/v1/articles/hours", ARTICLE)
    world.client("iot").create_policy(policyName="temas-local-device", policyDocument="{}")
    nearby.agree(someone, "location", who=who)
    spare = someone.get("/v1/customers?identity=telegram:4242").json["id"]
    for what in ("merge", "unmerge"):
        bodies[f"POST /v1/customers/{{customer_id}}/{what}"] = {"customer_id": spare}
    message = next(
        entry["key"]
        for entry in someone.get(f"/v1/customers/{who}/timeline").json["entries"]
        if entry["kind"] == "message"
    )
    Caring().feel(who, Sign(at=world.now, source="svy", kind="survey", feeling="bad"))
    ids = {
        "message_key": message,
        "number": "0",
        "customer_id": who,
        "conversation_id": case,
        "notification_id": note,
        "order_key": ORDER,
        "review_id": reviews.review_id(ORDER, None),
        "survey_id": ask(world),
        "code": code(world, who),
        "device_id": "d1",
        "agent_id": "ada",
        "alert_id": someone.get("/v1/devices/d1/alerts").json["alerts"][0]["id"],
        "incident_id": alerting.incident(world),
        "campaign_id": campaigning.drafted(someone),
        "name": "spring",
        "article_id": "hours",
        "model": "B2",
        "group": "kafe",
        "endpoint_id": relaying.endpoint(someone),
        "figure": "opened",
    }
    queries = {"GET /v1/customers": "?identity=phone:905321112233", "GET /v1/search": "?q=merhaba"}
    # The erasure of the customer whom all the rest is about comes last.
    for route in sorted(operations(document), key=lambda one: "/eras" in one):
        method, path = route.split()
        if "/v1/" not in path:
            continue
        url = quote(path.format(**ids), safe="/:") + queries.get(route, "")
        answer = someone.send(method, url, bodies.get(route))
        # The alert has opened another case meanwhile; no file came with the message.
        refused = route.endswith(("/reopen", "/files/{number}"))
        assert answer.status < 400 or refused, (route, answer.text)
        assert_as_described(document, method, path, answer)
        wrong = someone.send(method, path.format(**dict.fromkeys(ids, "none")), b"{")
        assert wrong.status < 500
        assert_as_described(document, method, path, wrong)
        assert_as_described(document, method, path, call(method, url))
    assert_as_described(document, "POST", "/webhooks/{source}", deliver("telegram", b"", world.now))
    assert_as_described(
        document, "POST", "/webhooks/{source}", call("POST", "/webhooks/x", body=b"")
    )
