"""Trains the classifier of `chalicelib/triage` from labelled texts: the one way that the product's
own model, a brand's and `make eval-triage` take.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from chalicelib.triage.features import Counts, counts
from chalicelib.triage.language import ENGLISH, TURKISH, language_of
from chalicelib.triage.weights import Weights
from infra.triage_fitting import fit, stored
from infra.triage_held_out import held_out
from infra.triage_rows import OUTSIDE, DataError, Example, fingerprint

_SURE = 0.95
"""Share of texts in one language from which on every text is stemmed as that."""


def trained(given: Sequence[Example]) -> Weights:
    """The classifier of these examples; the same for the same, in whatever order they come.
    Raises DataError."""
    ordered = sorted({(one.category, one.text) for one in given})
    often = Counter(category for category, _ in ordered if category != OUTSIDE)
    labels = sorted(often)
    if len(labels) < 2:
        raise DataError("there must be two categories at least")
    if max(often.values()) == 1:
        raise DataError("no category has two different examples: add some")
    background = any(category == OUTSIDE for category, _ in ordered)
    names = [*labels, *([OUTSIDE] if background else [])]
    stem = _stem([text for _, text in ordered])
    documents = [_counts(text, stem) for _, text in ordered]
    targets = np.array([names.index(category) for category, _ in ordered])
    # what a category is called says what it is about, as far as it is called something
    called = [_counts(label.replace("_", " ").replace("-", " "), stem) for label in labels]
    held = held_out(documents, targets, called, background)
    vocabulary, linear = fit(documents, targets, called)
    step, rows = stored(linear.matrix)
    return Weights(
        labels=tuple(names),
        vocabulary=vocabulary,
        rows=rows,
        step=step,
        bias=tuple(float(value) for value in linear.bias),
        heat=held.heat,
        spread=held.spread,
        least=held.least,
        background=background,
        stem=stem,
        about={
            "examples": len(ordered),
            "hash": fingerprint(given),
            "held_out_accuracy": round(held.accuracy, 4),
        },
    )


def _counts(text: str, stem: str) -> Counts:
    return counts(text, stem or language_of(text).code)


def _stem(texts: Sequence[str]) -> str:
    found = Counter(language_of(text).code for text in texts)
    known = found[TURKISH] + found[ENGLISH]
    for code in (TURKISH, ENGLISH):
        if found[code] >= _SURE * known:
            return code
    return ""
