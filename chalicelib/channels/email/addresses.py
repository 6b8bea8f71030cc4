"""Who a From, To or Reply-To names: people with their addresses, as people really write them."""

import re
from dataclasses import dataclass

from chalicelib.channels.email.headers import decoded
from chalicelib.channels.handles import mail_address
from chalicelib.channels.wire import clean_name

_MOST = 100
_LONGEST = 254
_TOKEN = re.compile(
    rb'"(?P<quoted>(?:[^"\\]++|\\.)*+)"?|\((?P<comment>[^()]*+)\)?|<(?P<angle>[^<>]*+)>?'
    rb'|(?P<end>[,;])|(?P<group>:)|(?P<text>[^"(<,;:]++)',
    re.DOTALL,
)
_BARE = re.compile(rb'(?:[^\s<>"(),:;@\\]{1,64}|"[^"\\]{1,64}")@[^\s<>"(),:;@\\]{1,255}')


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailbox:
    """`address` is normalised; one that can't be is kept as it came, in lower case."""

    address: str
    name: str | None = None


def mailboxes(value: bytes, charset: str | None = None) -> list[Mailbox]:
    """Those that a field names, in order: members of groups as well, and nobody for `<>`."""
    found: list[Mailbox] = []
    words: list[bytes] = []
    comment = angle = None
    for token in _TOKEN.finditer(value):
        match token.lastgroup:
            case "comment":
                comment = token["comment"]
            case "angle":
                # A second address in one place, as nobody writes by honest means.
                found += _mailbox(words, comment, angle, charset) if angle else []
                angle = token["angle"]
            case "group":
                words = []
            case "end":
                found += _mailbox(words, comment, angle, charset) if words or angle else []
                words, comment, angle = [], None, None
            case _:
                words.append(token[0])
        if len(found) >= _MOST:
            return found
    found += _mailbox(words, comment, angle, charset)
    if not found and (bare := _BARE.search(value)):
        return [Mailbox(address=_normal(bare[0]))]
    return found


def domains(value: bytes) -> set[bytes]:
    """The domains of all that looks like an address in a field, in names and comments as well."""
    return {found.rpartition(b"@")[2].lower() for found in _BARE.findall(value)}


def _mailbox(
    words: list[bytes], comment: bytes | None, angle: bytes | None, charset: str | None
) -> list[Mailbox]:
    written = b"".join(words).strip()
    if angle is None:
        bare = _BARE.search(written)
        address, name = (bare[0], comment) if bare else (b"", None)
    else:
        # Old mailers wrote the route before the address: <@relay.example:ali@example.com>.
        address, name = angle.rpartition(b":")[2], written or comment
    if b"@" not in address:
        return []
    normal = _normal(address)
    if "@" not in normal.strip("@"):
        return []
    shown = clean_name(" ".join(_unquoted(decoded(name or b"", charset)).split()))
    return [Mailbox(address=normal, name=None if shown and shown.lower() == normal else shown)]


def _normal(address: bytes) -> str:
    text = "".join(decoded(address).split())
    return mail_address(text) or text.lower()[:_LONGEST]


def _unquoted(name: str) -> str:
    return name.replace('\\"', "\0").replace('"', "").replace("\0", '"').strip("'")
