"""The public answers: a page in Turkish and English, and the same as JSON for the brand's own site.
Their code is loaded when somebody comes."""

from chalice.app import Blueprint, Response

from chalicelib.web import http

faq = Blueprint(__name__)


def _page() -> Response:
    from chalicelib.web.faq_page import show

    return show(http.wiring(faq), http.query(faq), http.headers(faq))


def _json() -> Response:
    from chalicelib.web.faq_page import listed

    return listed(http.wiring(faq), http.query(faq), http.headers(faq))


for _path, _view, _name in (("/faq", _page, "faq_page"), ("/faq.json", _json, "faq_json")):
    faq.route(_path, methods=["GET"], content_types=["*/*"], name=_name)(http.guarded(faq, _view))
