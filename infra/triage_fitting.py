"""Fits one linear classifier to labelled documents, with scikit-learn.

Two see the same features: a support vector machine, which is better with many examples, and a
logistic regression, which is better with few. Their weights are added, so the product has one.
"""

import warnings
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from chalicelib.triage.features import Counts, Vocabulary
from chalicelib.triage.weights import ZERO

SEED = 7
_MANY = 5_000
"""From so many examples on, features seen once are left out: half of all, and hardly missed."""
_STEPS = 4.0
"""Steps of a stored weight within the typical (root mean square) weight."""


@dataclass(frozen=True, kw_only=True)
class Linear:
    """Weights by label and feature."""

    matrix: Any
    bias: Any


def vocabulary_of(documents: Sequence[Counts], least: int) -> Vocabulary:
    """The features that so many documents have at least."""
    places, rarity = [], array("f")
    total = len(documents) + 1
    for view in range(len(documents[0])):
        often = Counter(name for document in documents for name in document[view])
        names = sorted(name for name, count in often.items() if count >= least)
        places.append({name: len(rarity) + index for index, name in enumerate(names)})
        rarity.extend(float(np.log(total / (1 + often[name])) + 1) for name in names)
    return Vocabulary(places=tuple(places), rarity=rarity, unseen=float(np.log(total) + 1))


def matrix_of(vocabulary: Vocabulary, documents: Sequence[Counts]) -> tuple[Any, Any]:
    """A row for each document, and how much of each is unknown."""
    weighed = [vocabulary.weigh(document) for document in documents]
    starts = np.cumsum([0, *(len(one.rows) for one in weighed)])
    columns = np.fromiter((row for one in weighed for row in one.rows), np.int32, starts[-1])
    values = np.fromiter((v for one in weighed for v in one.values), np.float32, starts[-1])
    shape = (len(weighed), len(vocabulary.rarity))
    return csr_matrix((values, columns, starts), shape=shape), np.array(
        [one.unknown for one in weighed]
    )


def fit(
    documents: Sequence[Counts], targets: Any, called: Sequence[Counts]
) -> tuple[Vocabulary, Linear]:
    """Weights for the labels 0, 1, … of the targets; `called` are the first labels' own names."""
    everything = [*documents, *called]
    wanted = np.concatenate([targets, np.arange(len(called))])
    vocabulary = vocabulary_of(everything, 2 if len(documents) >= _MANY else 1)
    matrix, _ = matrix_of(vocabulary, everything)
    machine = LinearSVC(C=1.0, random_state=SEED)
    regression = LogisticRegression(C=30.0, max_iter=40)
    with threadpool_limits(1), warnings.catch_warnings():  # the same sums in the same order
        # forty rounds are enough: more change nothing held out
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(matrix, wanted)
        regression.fit(matrix, wanted)
    one, two = _centred(machine), _centred(regression)
    return vocabulary, Linear(matrix=2 * one.matrix + two.matrix, bias=2 * one.bias + two.bias)


def _centred(fitted: Any) -> Linear:
    matrix, bias = fitted.coef_, fitted.intercept_
    if len(matrix) == 1:  # of two labels scikit-learn keeps the second alone
        matrix, bias = np.vstack([-matrix, matrix]), np.concatenate([-bias, bias])
    return Linear(matrix=matrix - matrix.mean(0), bias=bias - bias.mean())


def stored(matrix: Any) -> tuple[float, bytes]:
    """The weights in whole steps of one byte, by feature."""
    step = max(float(np.sqrt((matrix**2).mean())) / _STEPS, float(np.abs(matrix).max()) / 127)
    whole = np.clip(np.rint(matrix.T / step), -127, 127) + ZERO
    return step, whole.astype(np.uint8).tobytes()
