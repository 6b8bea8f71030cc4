"""The public pages' one look: a phone's width, no scripts, nothing from elsewhere, readable by
everybody. The stylesheet is named by its hash in the Content-Security-Policy, so no other runs."""

from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

from chalice.app import Response

from chalicelib.web.http import SAFE_HEADERS, Headers

if TYPE_CHECKING:
    from chalicelib.playbook_values import Locale

STYLE = (
    ":root{color-scheme:light}*{box-sizing:border-box}"
    "body{margin:0;background:#f4f1ec;color:#222;font:1.0625rem/1.6 system-ui,sans-serif}"
    "main{max-width:34rem;margin:0 auto;padding:1.25rem;background:#fff;min-height:100vh;"
    "overflow-wrap:anywhere}"
    "@media(min-width:36rem){main{margin:6vh auto;padding:2rem;border-radius:12px;min-height:0}}"
    ".brand{margin:0 0 1rem;font-size:1rem;font-weight:600;color:#5a3510}"
    "h1{font-size:1.35rem;line-height:1.3;margin:0 0 1rem}"
    "h2{font-size:1.2rem;margin:2rem 0 .5rem}"
    "fieldset{margin:0 0 1.25rem;padding:0;border:0;min-width:0}"
    "legend,label.field{display:block;padding:0;margin:0 0 .35rem;font-weight:600}"
    "label.choice{display:block;padding:.55rem 0;min-height:2.75rem}"
    "label.choice input{margin:0 .6rem 0 0;width:1.25rem;height:1.25rem;vertical-align:-.2rem}"
    "input[type=text],textarea,select,input[type=file]{width:100%;font:inherit;padding:.65rem;"
    "border:1px solid #767676;border-radius:8px;background:#fff;color:inherit}"
    "textarea{min-height:9rem}"
    ".hint{display:block;margin:.25rem 0 0;font-size:.9rem;line-height:1.45;color:#555}"
    ".hint+form{margin-top:.75rem}"
    ".scale{display:grid;grid-template-columns:repeat(auto-fit,minmax(2.75rem,1fr));gap:.35rem}"
    ".scale label{position:relative;border:1px solid #767676;border-radius:8px;"
    "padding:.6rem .2rem;text-align:center;min-height:2.75rem;cursor:pointer}"
    ".scale input{position:absolute;opacity:0;width:1px;height:1px}"
    ".scale label:has(input:checked){background:#7a4a1e;border-color:#7a4a1e;color:#fff}"
    ".scale label:has(input:focus-visible){outline:3px solid #1d4ed8;outline-offset:2px}"
    "button{font:inherit;font-weight:600;min-height:2.75rem;padding:.7rem 1.6rem;border:0;"
    "border-radius:8px;background:#7a4a1e;color:#fff;cursor:pointer}"
    "button.quiet{background:#fff;color:#5a3510;border:1px solid #5a3510}"
    "a{color:#5a3510}"
    "a:focus-visible,button:focus-visible,input:focus-visible,textarea:focus-visible,"
    "select:focus-visible{outline:3px solid #1d4ed8;outline-offset:2px}"
    "details{border-bottom:1px solid #e4ddd2}"
    "summary{padding:.7rem 0 .7rem 1.15rem;text-indent:-1.15rem;min-height:2.75rem;"
    "font-weight:600;cursor:pointer}"
    "summary:focus-visible{outline:3px solid #1d4ed8;outline-offset:2px}"
    "details>div>p:first-child{margin-top:.25rem}"
    ".ask{display:flex;flex-wrap:wrap;gap:.5rem;margin:0 0 1.5rem}"
    ".ask label.field{flex:1 0 100%;margin:0}.ask input[type=text]{flex:1 1 10rem;min-width:0}"
    ".helped{margin:1.25rem 0}.helped fieldset{margin:0}.helped button{margin:0 .4rem .4rem 0}"
    ".mark{font-weight:400;color:#555;white-space:nowrap;text-indent:0}"
    ".note{padding:.75rem 1rem;border-radius:8px;background:#e8f3e8;color:#153d15}"
    ".error{padding:.75rem 1rem;border-radius:8px;background:#fbe9e7;color:#7a1710}"
    "dl{margin:0 0 1rem}dt{margin:.9rem 0 0;font-weight:600}dd{margin:0}"
    "table{border-collapse:collapse;width:100%}th,td{padding:.4rem .5rem .4rem 0;text-align:left;"
    "vertical-align:top;border-bottom:1px solid #e4ddd2;font-weight:400}th{font-weight:600}"
)

_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()

POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def page(
    locale: "Locale",
    brand: str,
    title: str,
    body: str,
    status: int = 200,
    *,
    robots: str = "noindex",
    spoken: "Locale | None" = None,
) -> Response:
    """A public page. `title` is plain text, its one heading; `body` is HTML, escaped where it
    repeats what people wrote. `robots`: what search engines may do with it. `spoken`: the title's
    language, if it may be another than the page's."""
    lang = f' lang="{spoken}"' if spoken not in (None, locale) else ""
    html = (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="{robots}"><title>{escape(title)} – {escape(brand)}</title>'
        f'<style>{STYLE}</style></head><body><main><p class="brand">{escape(brand)}</p>'
        f"<h1{lang}>{escape(title)}</h1>{body}</main></body></html>"
    )
    headers: Headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        **SAFE_HEADERS,
    }
    return Response(body=html, status_code=status, headers=headers)
