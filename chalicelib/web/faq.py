"""The public answers: pages in Turkish and English, and the same as JSON for the brand's own site.
Their code is loaded when somebody comes."""

from collections.abc import Callable

from chalice.app import Blueprint, Response

from chalicelib.web import http

faq = Blueprint(__name__)


def _page() -> Response:
    from chalicelib.web.faq_page import show

    return show(http.wiring(faq), http.query(faq), http.headers(faq))


def _article(article_id: str) -> Response:
    from chalicelib.web.faq_article import show

    return show(http.wiring(faq), article_id, http.query(faq), http.headers(faq))


def _helped(article_id: str) -> Response:
    from chalicelib.web import forms
    from chalicelib.web.faq_article import checked, take

    given = http.headers(faq)
    form = forms.read(checked(http.raw_body(faq)), given.get("content-type", ""))
    return take(http.wiring(faq), article_id, http.query(faq), given, form)


def _json() -> Response:
    from chalicelib.web.faq_json import listed

    return listed(http.wiring(faq), http.query(faq), http.headers(faq))


def _json_helped() -> Response:
    from chalicelib.web.faq_article import checked
    from chalicelib.web.faq_json import take

    return take(http.wiring(faq), checked(http.raw_body(faq)))


def _json_allowed() -> Response:
    from chalicelib.web.faq_json import allowed

    return allowed()


def _for_any_origin(view: Callable[[], Response]) -> Callable[[], Response]:
    """The view, guarded, whose answers and problems pages of every origin may read."""
    guarded = http.guarded(faq, view)

    def answered() -> Response:
        answer = guarded()
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer

    return answered


for _method, _path, _view, _name in (
    ("GET", "/faq", http.guarded(faq, _page), "faq_page"),
    ("GET", "/faq/{article_id}", http.guarded(faq, _article), "faq_article"),
    ("POST", "/faq/{article_id}", http.guarded(faq, _helped), "faq_helped"),
    ("GET", "/faq.json", _for_any_origin(_json), "faq_json"),
    ("POST", "/faq.json", _for_any_origin(_json_helped), "faq_json_helped"),
    ("OPTIONS", "/faq.json", _for_any_origin(_json_allowed), "faq_json_allowed"),
):
    faq.route(_path, methods=[_method], content_types=["*/*"], name=_name)(_view)
