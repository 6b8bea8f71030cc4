"""The public answers, as OpenAPI describes them. Pure."""

from typing import Any

_TEXT = {"type": "string"}


def faq_paths() -> dict[str, Any]:
    """The pages of frequent questions, and the same as JSON."""
    question = _parameter("q", "a question; without it everything is shown")
    language = _parameter("lang", '"tr" or "en"')
    one = _parameter("article", "the id of one article, to get it with a ballot; no cache keeps it")
    unchanged = {"304": {"description": "As it was: nothing has changed"}}
    page = {"200": {"description": "A page", "content": {"text/html": {}}}}
    problem = {"$ref": "#/components/responses/Problem"}
    again = {"description": "The answer again, with a new ballot", "content": {"text/html": {}}}
    found = _json("Articles, the best first, each in the language it was found in", _FOUND)
    thanks = _json("What to tell the reader; if it did not help, how to reach a person", _THANKS)
    article = {"name": "article_id", "in": "path", "required": True, "schema": _TEXT}
    return {
        "/faq": {
            "get": _operation(
                "faq_page", "Frequent questions", [question, language], page | unchanged
            )
        },
        "/faq/{article_id}": {
            "get": _operation(
                "faq_article",
                "One answer, with the question whether it helped",
                [article, language],
                page | {"404": {"description": "No such answer", "content": {"text/html": {}}}},
            ),
            "post": _operation(
                "faq_helped",
                "Whether an answer helped: once for each ballot",
                [article, language],
                page | {"400": again, "403": again, "413": problem},
            )
            | {"requestBody": _body("application/x-www-form-urlencoded", _WORD)},
        },
        "/faq.json": {
            "get": _operation(
                "faq_json",
                "Frequent questions as JSON, for pages of any origin",
                [question, language, one],
                found | unchanged | {"400": problem, "404": problem},
            ),
            "post": _operation(
                "faq_json_helped",
                "Whether an answer helped, from a widget of the shop's own",
                [],
                thanks | {"400": problem, "403": problem, "413": problem, "503": problem},
            )
            | {"requestBody": _body("application/json", _WIDGETS_WORD)},
            "options": _operation(
                "faq_json_allowed",
                "What pages of other origins may send",
                [],
                {"204": {"description": "GET and POST, with any Content-Type"}},
            ),
        },
    }


_ARTICLE = {
    "type": "object",
    "required": ["id", "language", "title", "body", "category"],
    "properties": {
        **dict.fromkeys(("id", "language", "title", "body"), _TEXT),
        "category": {"type": ["string", "null"]},
    },
}
_FOUND = {
    "type": "object",
    "required": ["language", "articles"],
    "properties": {
        "language": _TEXT,
        "articles": {"type": "array", "items": _ARTICLE},
        "ballot": {
            "type": ["string", "null"],
            "description": "with `article`: what POST /faq.json takes, once, within four hours",
        },
    },
}
_WORD = {
    "type": "object",
    "required": ["ballot", "helped"],
    "properties": {"ballot": _TEXT, "helped": {"type": "string", "enum": ["yes", "no"]}},
}
_WIDGETS_WORD = {
    "type": "object",
    "required": ["article", "ballot", "helped"],
    "properties": {
        "article": _TEXT,
        "ballot": _TEXT,
        "helped": {"type": "boolean"},
        "language": {"type": "string", "enum": ["tr", "en"]},
    },
}
_WAY = {
    "type": "object",
    "required": ["channel", "name", "url", "shown"],
    "properties": dict.fromkeys(("channel", "name", "url", "shown"), _TEXT),
}
_THANKS = {
    "type": "object",
    "required": ["language", "message"],
    "properties": {
        **dict.fromkeys(("language", "message", "when"), _TEXT),
        "contact": {"type": "array", "items": _WAY},
    },
}


def _json(meaning: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"200": {"description": meaning, "content": {"application/json": {"schema": schema}}}}


def _body(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {kind: {"schema": schema}}}


def _parameter(name: str, meaning: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": meaning} | {
        "schema": _TEXT
    }


def _operation(
    name: str, summary: str, parameters: list[dict[str, Any]], responses: dict[str, Any]
) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "tags": ["pages"],
        "parameters": parameters,
        "responses": responses,
    }
