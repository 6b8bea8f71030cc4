"""What the world sees of reviews: the page behind the link in a reminder, and reviews as JSON with
their photos. Their code is loaded when they are first called."""

from chalice.app import Blueprint, Response

from chalicelib.web import http

review_pages = Blueprint(__name__)


def _show(token: str) -> Response:
    from chalicelib.web.review_answers import show

    return show(http.wiring(review_pages), token, http.query(review_pages))


def _send(token: str) -> Response:
    from chalicelib.web import forms
    from chalicelib.web.review_answers import take

    kind = http.headers(review_pages).get("content-type", "")
    form = forms.read(http.raw_body(review_pages), kind)
    return take(http.wiring(review_pages), token, form)


def _listed(name: str) -> Response:
    from chalicelib.web.public_reviews import listed

    return listed(http.wiring(review_pages), name, http.query(review_pages))


def _photo(name: str) -> Response:
    from chalicelib.web.public_reviews import photo

    return photo(http.wiring(review_pages), name)


for _method, _path, _view, _name in (
    ("GET", "/r/{token}", _show, "review_page"),
    ("POST", "/r/{token}", _send, "review_now"),
    ("GET", "/reviews/{name}", _listed, "public_reviews"),
    ("GET", "/reviews/{name}/photo", _photo, "review_photo"),
):
    review_pages.route(_path, methods=[_method], content_types=["*/*"], name=_name)(
        http.guarded(review_pages, _view)
    )
