"""The staff API, mounted: its endpoints in one list, and the OpenAPI made of it."""

from functools import cache
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.web import conversations, customers, http, things
from chalicelib.web.endpoints import Endpoint, mount

staff = Blueprint(__name__)

ENDPOINTS: tuple[Endpoint, ...] = (
    *customers.ENDPOINTS,
    *conversations.ENDPOINTS,
    *things.ENDPOINTS,
)

mount(staff, ENDPOINTS)


@cache
def document() -> dict[str, Any]:
    from chalicelib.web.openapi import describe

    return describe(ENDPOINTS)


def _openapi() -> Response:
    return http.answer(document())


staff.route("/openapi.json", methods=["GET"], name="openapi")(http.guarded(staff, _openapi))
