"""A customer's photo is published as a picture, and nothing of it tells where they live."""

import struct
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.commerce.photos import LARGEST, Photo, photo

HOME = b"GPSLatitude 40.9876 Moda Cad. 1"


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def exif(orientation: int, order: str = ">") -> bytes:
    mark = b"MM" if order == ">" else b"II"
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    other = struct.pack(f"{order}HHII", 0x8825, 4, 1, 60)
    head = mark + struct.pack(f"{order}HIH", 42, 8, 2)
    return b"Exif\x00\x00" + head + other + entry + bytes(4) + HOME


JFIF = segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
ADOBE = segment(0xEE, b"Adobe\x00d\x00\x00\x00\x00\x01")
FRAME = segment(0xDB, bytes(65)) + segment(0xC0, bytes(15)) + segment(0xC4, bytes(28))
SCAN = segment(0xDA, bytes(10)) + b"\x12\xff\x00\x34\xff\xd0\x56\xff\x00"
PLAIN = b"\xff\xd8" + JFIF + ADOBE + FRAME + SCAN + segment(0xC4, bytes(9)) + SCAN + b"\xff\xd9"


def jpeg(orientation: int = 1, order: str = ">") -> bytes:
    marked = segment(0xE1, exif(orientation, order)) + segment(0xE1, b"http://ns.adobe " + HOME)
    marked += segment(0xE2, b"MPF" + HOME) + segment(0xED, HOME) + segment(0xFE, HOME)
    marked += segment(0xE0, b"JFXX" + HOME) + segment(0xEE, b"Adobe" + HOME)
    body = PLAIN.removeprefix(b"\xff\xd8").removesuffix(b"\xff\xd9")
    last = segment(0xFE, HOME) + SCAN
    return b"\xff\xd8" + marked + body + last + b"\xff\xd9" + HOME + PLAIN


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PNG_BEGIN = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PNG_END = chunk(b"IDAT", zlib.compress(b"\x00\x00")) + chunk(b"IEND", b"")
PNG_SECRETS = b"".join(chunk(kind, HOME) for kind in b"eXIf tEXt iTXt zTXt tIME xYzz".split())


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    parts = b"".join(
        kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2) for kind, body in chunks
    )
    return b"RIFF" + struct.pack("<I", len(parts) + 4) + b"WEBP" + parts


def frame(*chunks: tuple[bytes, bytes]) -> bytes:
    return bytes(16) + riff(*chunks)[12:]


def kept(content: bytes) -> Photo:
    found = photo(content)
    assert isinstance(found, Photo), found
    assert HOME not in found.content
    return found


def test_a_jpeg_keeps_its_picture_and_loses_the_rest() -> None:
    body = PLAIN.removesuffix(b"\xff\xd9")
    assert kept(jpeg()) == Photo(mime="image/jpeg", content=body + SCAN + b"\xff\xd9")
    assert kept(PLAIN).content == PLAIN


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_portrait_stays_upright(order: str) -> None:
    content = kept(jpeg(6, order)).content
    assert content.startswith(b"\xff\xd8\xff\xe1")
    assert content.count(b"Exif") == 1
    assert kept(content).content == content
    assert photo(content.replace(b"\x00\x06\x00\x00", b"\x00\x01\x00\x00")) == photo(jpeg(1))


@pytest.mark.parametrize("tiff", [b"", b"II*\x00", b"MM\x00*\xff\xff\xff\xff", b"XX" + bytes(30)])
def test_an_orientation_that_is_none_turns_nothing(tiff: bytes) -> None:
    marked = b"\xff\xd8" + segment(0xE1, b"Exif\x00\x00" + tiff) + PLAIN[2:]
    assert kept(marked).content == PLAIN


def test_a_png_keeps_its_picture_and_loses_the_rest() -> None:
    found = kept(PNG_BEGIN + PNG_SECRETS + PNG_END + HOME)
    assert found == Photo(mime="image/png", content=PNG_BEGIN + PNG_END)


def test_a_webp_keeps_its_picture_and_loses_the_rest() -> None:
    extended = bytes([0b00111110]) + bytes(9)
    found = kept(
        riff(
            (b"VP8X", extended),
            (b"ICCP", HOME),
            (b"ANIM", bytes(6)),
            (b"ANMF", frame((b"VP8L", b"abc"), (b"XYZ ", HOME))),
            (b"EXIF", HOME),
            (b"XMP ", HOME),
        )
        + HOME
    )
    shown = riff(
        (b"VP8X", bytes([0b00010010]) + bytes(9)),
        (b"ANIM", bytes(6)),
        (b"ANMF", frame((b"VP8L", b"abc"))),
    )
    assert found == Photo(mime="image/webp", content=shown)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no_picture"),
        (b"GIF89a", "no_picture"),
        (b"RIFF\x00\x00\x00\x00AVI ", "no_picture"),
        (b"\xff\xd8\xff", "damaged"),
        (PLAIN[:-2], "damaged"),
        (PLAIN[:40], "damaged"),
        (b"\xff\xd8\xff\xe1\x00\x00", "damaged"),
        (b"\xff\xd8\xff\xe1\xff\xff", "damaged"),
        (PNG_BEGIN, "damaged"),
        (PNG_BEGIN + b"\xff\xff\xff\xffIDAT", "damaged"),
        (riff((b"VP8 ", b"abcd"))[:-2], "damaged"),
        (riff((b"VP8X", b"")), "damaged"),
        (
            riff(
                (b"ANMF", frame((b"ANMF", frame()))),
            ),
            "damaged",
        ),
        (bytes(LARGEST + 1), "too_large"),
    ],
)
def test_what_is_no_picture_is_not_taken(content: bytes, why: str) -> None:
    assert photo(content) == why


@pytest.mark.parametrize(
    "hostile",
    [
        b"\xff\xd8" + b"\xff" * (LARGEST - 2),
        b"\xff\xd8" + b"\xff\xe1\x00\x02" * 999_000,
        PNG_BEGIN + chunk(b"IDAT", b"") * 300_000,
        riff(*[(b"VP8 ", b"")] * 400_000),
        riff((b"ANMF", frame(*[(b"VP8 ", b"")] * 400_000))),
    ],
    ids=["fill bytes", "segments", "chunks", "riff chunks", "frames"],
)
def test_four_megabytes_of_nothing_cost_little(hostile: bytes) -> None:
    began = time.process_time()
    assert photo(hostile) == "damaged"
    assert time.process_time() - began < 3


WHOLE = (jpeg(6), PNG_BEGIN + PNG_SECRETS + PNG_END, riff((b"VP8 ", HOME)))


@given(st.sampled_from(WHOLE), st.data())
def test_no_damage_breaks_it(content: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(content)))
    changed = content[:at] + data.draw(st.binary(max_size=4)) + content[at + 2 :]
    found = photo(changed)
    if isinstance(found, Photo):
        assert photo(found.content) == found
