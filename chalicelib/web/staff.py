"""The staff API, mounted: its endpoints in one list, and the OpenAPI made of it."""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response

from chalicelib.web import http
from chalicelib.web.routes import STAFF

if TYPE_CHECKING:
    from chalicelib.web.endpoints import Endpoint

staff = Blueprint(__name__)


def endpoints() -> "tuple[Endpoint, ...]":
    """Every operation, in the order of the contents page."""
    return tuple(endpoint for module in STAFF for endpoint in _endpoints(module).values())


@cache
def _endpoints(module: str) -> "dict[str, Endpoint]":
    return {endpoint.route: endpoint for endpoint in import_module(module).ENDPOINTS}


@cache
def document() -> dict[str, Any]:
    from chalicelib.web.openapi import describe

    return describe(endpoints())


def _mount(module: str, route: str) -> None:
    """Give an operation its route; the module is loaded when it is first called."""

    def view(**path: str) -> Response:
        from chalicelib.web.endpoints import carry_out

        return carry_out(staff, _endpoints(module)[route], path)

    method, path = route.split(" ")
    view.__name__ = f"{method.lower()}{path.translate(_NAME)}"
    staff.route(path, methods=[method], content_types=["*/*"], name=view.__name__)(
        http.guarded(staff, view)
    )


def _openapi() -> Response:
    return http.answer(document())


_NAME = str.maketrans("/", "_", "{}")

for _module, _routes in STAFF.items():
    for _route in _routes:
        _mount(_module, _route)

staff.route("/openapi.json", methods=["GET"], content_types=["*/*"], name="openapi")(
    http.guarded(staff, _openapi)
)
