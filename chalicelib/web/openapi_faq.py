"""The public answers, as OpenAPI describes them. Pure."""

from typing import Any

_TEXT = {"type": "string"}


def faq_paths() -> dict[str, Any]:
    """The page of frequent questions, and the same as JSON."""
    question = _parameter("q", "a question; without it everything is shown")
    language = _parameter("lang", '"tr" or "en"')
    unchanged = {"304": {"description": "As it was: nothing has changed"}}
    page = {"200": {"description": "A page", "content": {"text/html": {}}}, **unchanged}
    found = {
        "200": {
            "description": "Articles, the best first",
            "content": {"application/json": {"schema": _FOUND}},
        },
        **unchanged,
        "400": {"$ref": "#/components/responses/Problem"},
    }
    return {
        "/faq": {"get": _operation("faq_page", "Frequent questions", [question, language], page)},
        "/faq.json": {
            "get": _operation("faq_json", "Frequent questions as JSON", [question, language], found)
        },
    }


_ARTICLE = {
    "type": "object",
    "required": ["id", "title", "body", "category"],
    "properties": {
        **dict.fromkeys(("id", "title", "body"), _TEXT),
        "category": {"type": ["string", "null"]},
    },
}
_FOUND = {
    "type": "object",
    "required": ["language", "articles"],
    "properties": {"language": _TEXT, "articles": {"type": "array", "items": _ARTICLE}},
}


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
