"""The public side of reviews, as OpenAPI describes it. Pure."""

from typing import Any

_PAGE: dict[str, Any] = {"text/html": {}}
_TEXT = {"type": "string"}


def review_paths() -> dict[str, Any]:
    """The page behind a reminder's link, reviews as JSON, and their photos."""
    token = _parameter("token", "path", "the link's own text")
    stars = _parameter("stars", "query", "1 to 5: chosen already when the page opens")
    item = _parameter("item", "query", "the number of the one item to review")
    name = _parameter("name", "path", "a product (platform:shop:id) or a shop (platform:shop)")
    review = _parameter("name", "path", "the id of a review")
    cursor = _parameter("cursor", "query", "from `next` of the page before")
    return {
        "/r/{token}": {
            "get": _operation("review_page", "The page to review an order", [token, stars, item])
            | {"responses": _PAGES},
            "post": _operation("review_now", "Keep a review of an order or an item", [token])
            | {"requestBody": {"content": {"multipart/form-data": {"schema": _FORM}}}}
            | {"responses": {**_PAGES, "400": _said("The form again, with what to mend", _PAGE)}},
        },
        "/reviews/{name}": {
            "get": _operation("public_reviews", "Published reviews (schema.org)", [name, cursor])
            | {"responses": {"200": _said("A Product or Store", _JSON_LD), "404": _NOT_FOUND}},
        },
        "/reviews/{name}/photo": {
            "get": _operation("review_photo", "A published review's photo", [review])
            | {"responses": {"302": {"description": "Where it is"}, "404": _NOT_FOUND}},
        },
    }


def _operation(name: str, summary: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "tags": ["pages"],
        "parameters": parameters,
    }


def _parameter(name: str, place: str, meaning: str) -> dict[str, Any]:
    required = place == "path"
    return {"name": name, "in": place, "required": required, "description": meaning} | {
        "schema": _TEXT
    }


def _said(description: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": content}


_PAGES = {
    "200": _said("A page", _PAGE),
    "403": _said("A kind page: the link is not valid", _PAGE),
    "410": _said("A kind page: there is nothing to review any more", _PAGE),
}
_JSON_LD = {"application/ld+json": {"schema": {"type": "object"}}}
_NOT_FOUND = {"$ref": "#/components/responses/Problem"}
_FORM = {
    "type": "object",
    "required": ["stars"],
    "properties": {
        **dict.fromkeys(("stars", "product", "title", "text", "author"), _TEXT),
        "photo": {"type": "string", "contentMediaType": "application/octet-stream"},
    },
}
