"""`/console`: what staff and their tools can call, as a page, made from the OpenAPI document.

It shows nothing of any customer and needs no key.
"""

from html import escape
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.web import http
from chalicelib.web.staff import document

reference = Blueprint(__name__)

STYLE = (
    "body{margin:0;background:#f4f1ec;color:#222;font:1rem/1.5 system-ui,sans-serif}"
    "main{max-width:56rem;margin:0 auto;padding:2rem 1rem}h1{color:#5a3510}h2{margin:2rem 0 .5rem}"
    "table{border-collapse:collapse;width:100%;background:#fff}td{padding:.5rem .75rem;"
    "border-bottom:1px solid #e4ddd2;vertical-align:top}code{font-size:.95em}"
    ".method{font-weight:600;white-space:nowrap;color:#7a4a1e}"
)


def render(described: dict[str, Any]) -> str:
    """The page of an OpenAPI document. Pure."""
    sections: dict[str, list[str]] = {}
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            tag = operation.get("tags", ["other"])[0]
            sections.setdefault(tag, []).append(_row(method, path, operation))
    body = "".join(
        f"<h2>{escape(tag)}</h2><table>{''.join(rows)}</table>" for tag, rows in sections.items()
    )
    info = described["info"]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(info['title'])} API</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>"
        f"<p>{escape(info['description'])} Calls under <code>/v1</code> need the header "
        "<code>Authorization: Bearer &lt;key&gt;</code>. For programs: "
        f'<a href="openapi.json">openapi.json</a>.</p>{body}</main></body></html>'
    )


def _row(method: str, path: str, operation: dict[str, Any]) -> str:
    words = operation.get("description") or operation.get("summary", "")
    return (
        f'<tr><td class="method">{method.upper()}</td><td><code>{escape(path)}</code></td>'
        f"<td><strong>{escape(operation.get('summary', ''))}</strong><br>{escape(words)}</td></tr>"
    )


def _show() -> Response:
    return http.page(render(document()))


reference.route("/console", methods=["GET"], content_types=["*/*"], name="reference")(
    http.guarded(reference, _show)
)
