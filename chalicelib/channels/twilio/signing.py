"""Did Twilio sign this? It signs the URL it called and every field of the form, names and values
in order, nothing between them. JSON bodies are bound by their hash in the URL."""

import hmac
from collections.abc import Iterator, Mapping
from hashlib import sha256
from urllib.parse import SplitResult, parse_qsl, urlsplit

from chalicelib.channels import signatures
from chalicelib.channels.base import Secrets
from chalicelib.channels.signatures import Algorithm
from chalicelib.channels.twilio.form import is_json, pairs
from chalicelib.errors import ParseError, SignatureError

_PORTS = {"https": 443, "http": 80}
_ALGORITHMS: dict[str, Algorithm] = {"": "sha1", "hmac_sha1": "sha1", "hmac_sha256": "sha256"}


def check(headers: Mapping[str, str], body: bytes, secrets: Secrets, url: str) -> None:
    """Raises SignatureError unless the signature fits one of the URLs under which Twilio may have
    called, and the body."""
    given = signatures.header(headers, "x-twilio-signature")
    urls = list(dict.fromkeys([*_configured(secrets, url), *_rewritten(url)]))
    if is_json(body):
        wanted = sha256(body).hexdigest()
        signed = [one for one in urls if _names_body(one, wanted)]
        rest = b""
    else:
        signed, rest = urls, _fields(body)
    if not signed:
        raise SignatureError("the URL does not name the hash of this body: bodySHA256")
    signatures.check_base64(
        given,
        *(one.encode("utf-8", "surrogatepass") + rest for one in signed),
        keys=signatures.listed(secrets),
        algorithm=_algorithm(headers),
    )


def _fields(body: bytes) -> bytes:
    """Each name with its values: of several, each value once, in order."""
    try:
        found = pairs(body, errors="surrogateescape")
    except ParseError as error:
        raise SignatureError(str(error)) from error
    # What was no UTF-8 is signed as the bytes that it was.
    in_order = "".join(name + value for name, value in sorted(set(found)))
    return in_order.encode("utf-8", "surrogateescape")


def _algorithm(headers: Mapping[str, str]) -> Algorithm:
    """SHA-256 where Twilio announces it for calls signed with a shared key, else SHA-1."""
    settings = headers.get("x-twilio-webhooks-signature-settings", "")
    named = [part.partition("=") for part in settings.split(",")]
    name = next((v.strip().lower() for k, _, v in named if k.strip() == "algorithm"), "")
    if name not in _ALGORITHMS:
        raise SignatureError("the call is signed by an algorithm that is not known here")
    return _ALGORITHMS[name]


def _names_body(url: str, wanted: str) -> bool:
    try:
        query = parse_qsl(urlsplit(url).query)
    except ValueError:
        return False
    named = next((value for name, value in query if name == "bodySHA256"), "")
    return hmac.compare_digest(named.lower().encode("utf-8", "replace"), wanted.encode())


def _configured(secrets: Secrets, url: str) -> Iterator[str]:
    """The URLs set by hand, as they are, and with the query of this call."""
    query = url.partition("?")[2]
    listed = secrets.get("urls")
    for one in listed if isinstance(listed, list | tuple) else ():
        if isinstance(one, str) and one:
            yield one
            if query and "?" not in one:
                yield f"{one}?{query}"


def _rewritten(url: str) -> Iterator[str]:
    """The URL of this call, and what it may have been before a proxy or a framework rewrote it:
    the other scheme, the port named or not, spaces in the query written the other way."""
    try:
        parts = urlsplit(url)
        hosts = list(_hosts(parts))
    except ValueError:
        return
    if not parts.netloc:
        return
    for query in (
        parts.query,
        parts.query.replace("+", "%20"),
        parts.query.replace("%20", "+"),
    ):
        tail = parts.path + (f"?{query}" if query else "")
        for scheme, netloc in hosts:
            yield f"{scheme}://{netloc}{tail}"


def _hosts(parts: SplitResult) -> Iterator[tuple[str, str]]:
    bare = parts.netloc.removesuffix(f":{parts.port}")
    for scheme, port in _PORTS.items():
        yield scheme, parts.netloc
        yield scheme, bare
        yield scheme, f"{bare}:{port}"
