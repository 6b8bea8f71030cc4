"""Photos as customers send them: what they are by their first bytes, and without what cameras and
phones write into them, above all where they were taken. Pure.

Only what is needed to show the picture is kept; all else goes, known or not. Formats: JPEG by ITU-T
T.81 and Exif 2.3, PNG by ISO/IEC 15948, WebP by Google's container specification.
"""

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

LARGEST = 4_000_000
"""Bytes. As base64, which is how API Gateway hands it over, it must fit into Lambda's 6 MB."""


_MOST_PARTS = 20_000
"""Segments or chunks of a picture: real ones have some hundred at most."""

Refusal = Literal["too_large", "no_picture", "damaged"]
"""Why a file is not taken: over 4 MB; neither JPEG, PNG nor WebP; not to be read to its end."""


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A picture fit to be shown, and its MIME type."""

    mime: str
    content: bytes


def photo(content: bytes) -> Photo | Refusal:
    """The picture in these bytes, or why it is none."""
    if len(content) > LARGEST:
        return "too_large"
    for mime, fits, parts in _FORMATS:
        if fits(content):
            try:
                return Photo(mime=mime, content=_joined(parts(content)))
            except (struct.error, IndexError, ValueError):
                return "damaged"
    return "no_picture"


def _joined(parts: Iterator[bytes]) -> bytes:
    joined = b"".join(islice(parts, _MOST_PARTS))
    if next(parts, None) is not None:
        raise ValueError("no picture has so many parts")
    return joined


# --- JPEG --------------------------------------------------------------------------------

_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
_SOS, _APP0, _APP1, _APP14, _APP15, _COM = 0xDA, 0xE0, 0xE1, 0xEE, 0xEF, 0xFE
_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)
"""The next marker, past the data of a scan and the restart marks within it."""
_ADOBE = b"Adobe"
_EXIF = b"Exif\x00\x00"
_ORIENTATION = 0x0112


def _jpeg(content: bytes) -> Iterator[bytes]:
    """Everything up to the end of the first picture: what phones hang on after it (a second one,
    a film) has a place of its own in it. Of the metadata only the orientation is kept, without
    which portraits would lie on their side, and Adobe's mark, which says how colours are meant."""
    yield _SOI
    end, in_scan = len(_SOI), False
    while True:
        found = _MARKER.search(content, end)
        if found is None:
            raise ValueError("the picture has no end")
        if in_scan:
            yield content[end : found.start()]
        marker, start = found[1][0], found.end()
        if marker == _EOI[1]:
            break
        end = start + int.from_bytes(content[start : start + 2], "big")
        if not start + 2 <= end <= len(content):
            raise ValueError("a segment reaches beyond the file")
        in_scan = marker == _SOS
        yield _cleaned(marker, content[start + 2 : end], content[start - 2 : end])
    yield _EOI


def _cleaned(marker: int, body: bytes, segment: bytes) -> bytes:
    """The segment, or as much of it as is needed to show the picture."""
    if marker == _APP1 and body.startswith(_EXIF):
        orientation = _orientation(body[len(_EXIF) :])
        return _exif(orientation) if orientation != 1 else b""
    return b"" if _dropped(marker, body) else segment


def _dropped(marker: int, body: bytes) -> bool:
    if marker == _APP14 and body.startswith(_ADOBE) and len(body) == 12:
        return False
    return _APP1 <= marker <= _APP15 or marker == _COM or (marker == _APP0 and len(body) != 14)


def _orientation(tiff: bytes) -> int:
    """How the picture is to be turned, 1 (not at all) to 8."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(min(count, 100)):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _exif(orientation: int) -> bytes:
    """A segment that says nothing but how to turn the picture."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    tiff = struct.pack(">2sHIH", b"MM", 42, 8, 1) + entry + bytes(4)
    return struct.pack(">BBH", 0xFF, _APP1, 2 + len(_EXIF) + len(tiff)) + _EXIF + tiff


# --- PNG --------------------------------------------------------------------------------

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB sBIT bKGD pHYs acTL fcTL fdAT".split()
)


def _png(content: bytes) -> Iterator[bytes]:
    yield _PNG
    at = len(_PNG)
    while True:
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise ValueError("a chunk reaches beyond the file")
        if kind in _PNG_KEPT:
            yield content[at:end]
        if kind == b"IEND":
            return
        at = end


# --- WebP --------------------------------------------------------------------------------

_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"})
_FRAME = 16
"""Bytes of a frame's own header, before its chunks."""
_STAYS = 0x12
"""Of the flags of VP8X: transparent, animated. The others announce what is taken out."""


def _webp(content: bytes) -> Iterator[bytes]:
    size = int.from_bytes(content[4:8], "little")
    if size + 8 > len(content):
        raise ValueError("the file ends too early")
    chunks = _joined(_webp_chunks(content[12 : size + 8]))
    yield b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP"
    yield chunks


def _webp_chunks(content: bytes, depth: int = 0) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        kind, length = struct.unpack_from("<4sI", content, at)
        body = content[at + 8 : at + 8 + length]
        if len(body) < length:
            raise ValueError("a chunk reaches beyond the file")
        at += 8 + length + length % 2
        if kind not in _WEBP_KEPT:
            continue
        if kind == b"VP8X":
            body = bytes([body[0] & _STAYS]) + body[1:]
        if kind == b"ANMF" and depth:
            raise ValueError("a frame within a frame")
        if kind == b"ANMF":
            body = body[:_FRAME] + _joined(_webp_chunks(body[_FRAME:], depth + 1))
        yield struct.pack("<4sI", kind, len(body)) + body + bytes(len(body) % 2)


_Format = tuple[str, Callable[[bytes], bool], Callable[[bytes], Iterator[bytes]]]

_FORMATS: tuple[_Format, ...] = (
    ("image/jpeg", lambda raw: raw.startswith(b"\xff\xd8\xff"), _jpeg),
    ("image/png", lambda raw: raw.startswith(_PNG), _png),
    ("image/webp", lambda raw: raw[:4] == b"RIFF" and raw[8:12] == b"WEBP", _webp),
)
