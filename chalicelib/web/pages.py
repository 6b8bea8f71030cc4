"""The public pages: small, without scripts, in Turkish and English. Each is told in its own module,
which is loaded when somebody comes."""

from importlib import import_module
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.web import http

if TYPE_CHECKING:
    from chalicelib.outreach.links import Use

pages = Blueprint(__name__)

PAGES: "tuple[tuple[str, Use, str], ...]" = (
    ("/u/{token}", "unsubscribe", "unsubscribe_page"),
    ("/p/{token}", "preferences", "preferences_page"),
    ("/s/{token}", "survey", "survey_page"),
)
"""The path, what its links are for, and the module: its `show` answers a GET and changes nothing,
its `take` does what the page is for."""


def _mount(path: str, use: "Use", module: str) -> None:
    def showing(token: str) -> Response:
        return _visited(token, use, module, "show")

    def taking(token: str) -> Response:
        return _visited(token, use, module, "take")

    for method, view in (("GET", showing), ("POST", taking)):
        view.__name__ = f"{use}_{method.lower()}"
        pages.route(path, methods=[method], content_types=["*/*"], name=view.__name__)(
            http.guarded(pages, view)
        )


def _visited(token: str, use: "Use", module: str, what: str) -> Response:
    from chalicelib.web.visits import visited

    view = getattr(import_module(f"chalicelib.web.{module}"), what)
    return visited(pages, token, use, view)


for _path, _use, _module in PAGES:
    _mount(_path, _use, _module)
