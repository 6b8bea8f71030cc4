"""A trained classifier as a file: a line of JSON, then names, rarities and weights, compressed.

Weights are whole numbers of one byte, a row of them for each feature, one for each label. Rows of
rare features are mostly zero, so compression takes four fifths away.
"""

import json
import lzma
import struct
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.errors import ConfigurationError
from chalicelib.triage.features import Vocabulary

MAGIC = b"temas-triage-1\n"
ZERO = 128
"""The byte that stands for the weight 0."""
_LARGEST = 64_000_000
"""Bytes a model may unpack to: a damaged file shall not fill the memory."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What training found. `rows` has len(labels) bytes for each row of the vocabulary; a byte b
    is the weight (b - ZERO) · step."""

    labels: tuple[str, ...]
    vocabulary: Vocabulary
    rows: bytes
    step: float
    bias: tuple[float, ...]
    heat: float
    """Scores are divided by it before they become shares of 1: fitted on texts held out."""
    spread: float
    """How far the best scores of texts held out lie apart (standard deviation)."""
    least: float
    """Below this a text is about none of the labels: 5% of those held out were."""
    background: bool
    """Whether the last label stands for everything else, and is never given."""
    stem: str
    """How words are stemmed: "tr", "en", or "" for by what each message is written in."""
    about: Mapping[str, Any]
    """What it was trained from, for people and tests."""


def packed(weights: Weights) -> bytes:
    """The file's content; the same weights give the same bytes."""
    vocabulary = weights.vocabulary
    names = ["\n".join(sorted(view, key=view.__getitem__)) for view in vocabulary.places]
    text = "\0".join(names).encode()
    numbers = struct.pack(f"<{len(vocabulary.rarity)}f", *vocabulary.rarity)
    head = {
        "labels": weights.labels,
        "unseen": vocabulary.unseen,
        "step": weights.step,
        "bias": weights.bias,
        "heat": weights.heat,
        "spread": weights.spread,
        "least": weights.least,
        "background": weights.background,
        "stem": weights.stem,
        "about": weights.about,
        "sizes": [len(text), len(numbers), len(weights.rows)],
    }
    first = json.dumps(head, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    return MAGIC + first + lzma.compress(text + numbers + weights.rows)


def unpacked(content: bytes) -> Weights:
    """The weights of a file. Raises ConfigurationError."""
    if not content.startswith(MAGIC):
        raise ConfigurationError(f"no triage model: it must begin with {MAGIC.strip().decode()!r}")
    try:
        return _unpacked(content[len(MAGIC) :])
    except (ValueError, KeyError, TypeError, lzma.LZMAError, struct.error) as error:
        raise ConfigurationError(
            "the triage model is damaged; make it anew with `make train-triage`"
        ) from error


def _unpacked(content: bytes) -> Weights:
    first, _, rest = content.partition(b"\n")
    head = json.loads(first)
    text, numbers, rows = _parts(rest, head["sizes"])
    rarity = array("f", struct.unpack(f"<{len(numbers) // 4}f", numbers))
    vocabulary = Vocabulary(places=_places(text), rarity=rarity, unseen=head["unseen"])
    labels = tuple(head["labels"])
    if len(rows) != len(rarity) * len(labels) or len(head["bias"]) != len(labels):
        raise ValueError("sizes do not fit")
    return Weights(
        labels=labels,
        vocabulary=vocabulary,
        rows=rows,
        step=head["step"],
        bias=tuple(head["bias"]),
        heat=head["heat"],
        spread=head["spread"],
        least=head["least"],
        background=head["background"],
        stem=head["stem"],
        about=head["about"],
    )


def _parts(rest: bytes, sizes: Sequence[int]) -> tuple[bytes, bytes, bytes]:
    reader = lzma.LZMADecompressor()
    raw = reader.decompress(rest, _LARGEST)
    one, two, three = sizes
    if not reader.eof or len(raw) != one + two + three:
        raise ValueError("cut short")
    return raw[:one], raw[one : one + two], raw[one + two :]


def _places(text: bytes) -> tuple[Mapping[str, int], ...]:
    views, first = [], 0
    for block in text.decode().split("\0"):
        names = block.split("\n") if block else []
        views.append(dict(zip(names, range(first, first + len(names)), strict=True)))
        first += len(names)
    return tuple(views)
