"""OpenAPI 3.1 of the whole HTTP surface, generated from the endpoints themselves."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from chalicelib.playbook_values import Zone
from chalicelib.times import Hour, Span
from chalicelib.web.endpoints import Endpoint
from chalicelib.web.openapi_faq import faq_paths
from chalicelib.web.openapi_reviews import review_paths

VERSION = "0.1.0"

PROBLEM_SCHEMA = {
    "type": "object",
    "description": "RFC 9457 problem details; `detail` says what to do.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


def _written(kind: type) -> dict[str, Any]:
    """How values with a form of their own are written."""
    if kind is Span:
        return {"type": "string", "pattern": "^[0-9]{1,6}[smhd]$", "examples": ["45s", "30m"]}
    if kind is Hour:
        return {"type": "string", "examples": ["09:00"]}
    if kind is Zone:
        return {"type": "string", "examples": ["Europe/Istanbul"]}
    raise NotImplementedError(kind)


def describe(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The OpenAPI document of these endpoints and of the webhooks. Pure."""
    types = [t for e in endpoints for t in (e.body, e.returns) if t is not None]
    types = list(dict.fromkeys(types))
    refs, schemas = msgspec.json.schema_components(
        types, schema_hook=_written, ref_template="#/components/schemas/{name}"
    )
    named = dict(zip(types, refs, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        path = paths.setdefault(endpoint.path, {})
        path[endpoint.method.lower()] = _operation(endpoint, named)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Temas",
            "version": VERSION,
            "description": "Omnichannel customer engagement: webhooks in, staff API, public pages.",
        },
        "paths": paths | _public_paths() | review_paths() | faq_paths(),
        "components": {
            "schemas": {**schemas, "Problem": PROBLEM_SCHEMA},
            "responses": {"Problem": _problem("What went wrong, and what to do")},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(endpoint: Endpoint, named: dict[type, dict[str, Any]]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "description": f"{_prose(endpoint)}Needs the scope `{endpoint.scope}`.",
        "tags": [endpoint.path.split("/")[2]],
        "security": [{"key": []}],
        "parameters": _parameters(endpoint),
        "responses": {
            str(endpoint.status): {
                "description": endpoint.summary,
                "content": {
                    "application/json": {"schema": named[endpoint.returns]},
                    **{kind: {"schema": {"type": "string"}} for kind in endpoint.also},
                },
            },
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    if endpoint.body is not None:
        operation["requestBody"] = {
            "required": any(field.required for field in msgspec.structs.fields(endpoint.body)),
            "content": {"application/json": {"schema": named[endpoint.body]}},
        }
    return operation


def _prose(endpoint: Endpoint) -> str:
    words = " ".join((endpoint.handle.__doc__ or "").split())
    return f"{words} " if words else ""


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    text = {"type": "string"}
    path = [
        {"name": name, "in": "path", "required": True, "schema": text}
        for name in re.findall(r"{(\w+)}", endpoint.path)
    ]
    query = [
        {
            "name": parameter.name,
            "in": "query",
            "required": parameter.required,
            "description": parameter.meaning,
            "schema": dict(parameter.schema),
        }
        for parameter in endpoint.query
    ]
    return path + query


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": schema}},
    }


def _public_paths() -> dict[str, Any]:
    source = {
        "name": "source",
        "in": "path",
        "required": True,
        "description": "whatsapp, telegram, chat or shopify",
        "schema": {"type": "string"},
    }
    token = {"name": "token", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "/openapi.json": {
            "get": {
                "operationId": "openapi",
                "summary": "This document",
                "tags": ["openapi"],
                "responses": {
                    "200": {
                        "description": "OpenAPI 3.1",
                        "content": {"application/json": {"schema": {"type": "object"}}},
                    }
                },
            }
        },
        "/console": {
            "get": {
                "operationId": "console",
                "summary": "The console: a page that calls this API",
                "tags": ["pages"],
                "responses": {"200": {"description": "A page", "content": {"text/html": {}}}},
            }
        },
        "/webhooks/{source}": {
            "post": {
                "operationId": "receive_webhook",
                "summary": "Take a platform's delivery in",
                "description": "Signed by the platform. 2xx means durable.",
                "tags": ["webhooks"],
                "parameters": [source],
                "requestBody": {"required": True, "content": {"*/*": {}}},
                "responses": {
                    "200": {"description": "Kept", "content": {"application/json": {}}},
                    "401": _problem("The signature is missing, wrong or too old"),
                    "404": _problem("Unknown source"),
                    "413": _problem("Over 6 MB"),
                    "503": _problem("Could not be kept: send it again"),
                },
            },
            "get": {
                "operationId": "webhook_handshake",
                "summary": "Answer a platform's subscription check",
                "tags": ["webhooks"],
                "parameters": [source],
                "responses": {
                    "200": {"description": "The challenge", "content": {"text/plain": {}}},
                    "401": _problem("Wrong verify token"),
                    "404": _problem("This source has no handshake"),
                },
            },
        },
        **{f"/{path}/{{token}}": _page_paths(use, token) for path, use in _USES.items()},
    }


_USES = {
    "u": ("unsubscribe", "Ask whether to end this kind of mail", "End it, one click (RFC 8058)"),
    "p": ("preferences", "What a customer gets and what is kept", "Record what they changed"),
    "s": ("survey", "Ask a question", "Keep its answer"),
}
"""The pages behind signed links: their name, what a GET shows, what a POST does."""


def _page_paths(use: tuple[str, str, str], token: dict[str, Any]) -> dict[str, Any]:
    name, shows, does = use
    answers = {"200": "A page", "403": "A kind page: the link is not good (any more)"}
    form = {"required": False, "content": {"application/x-www-form-urlencoded": {}}}
    return {
        method: {
            "operationId": f"{name}_{method}",
            "summary": summary,
            "tags": ["pages"],
            "parameters": [token],
            **({"requestBody": form} if method == "post" else {}),
            "responses": {
                status: {"description": words, "content": {"text/html": {}}}
                for status, words in answers.items()
            },
        }
        for method, summary in (("get", shows), ("post", does))
    }
