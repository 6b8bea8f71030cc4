"""What texts held out of training tell: how sure to be, and where "about none of these" begins.

Nothing is measured on what was trained on.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

from chalicelib.triage.features import Counts
from infra.triage_fitting import SEED, fit, matrix_of

HANDED_OFF = 0.05
"""Share of texts about one of the labels that may be taken for none."""
_AIM = 0.04
"""The share that the limit is set for: texts to come are a little stranger than those held out."""
_PARTS = 5
_LARGE = 5_000
"""Examples from which on one of the parts tells enough; of fewer, each is held out in turn."""


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """What texts tell that were held out of training."""

    heat: float
    spread: float
    least: float
    accuracy: float


def held_out(
    documents: Sequence[Counts], targets: Any, called: Sequence[Counts], background: bool
) -> HeldOut:
    folds = _folds(targets, _PARTS)
    scores, unknown, wanted = [], [], []
    for fold in range(1 if len(documents) >= _LARGE else folds.max() + 1):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        vocabulary, linear = fit([documents[i] for i in train], targets[train], called)
        matrix, strange = matrix_of(vocabulary, [documents[i] for i in test])
        scores.append(matrix @ linear.matrix.T + linear.bias)
        unknown.append(strange)
        wanted.append(targets[test])
    return _measured(np.vstack(scores), np.concatenate(unknown), np.concatenate(wanted), background)


def _measured(scores: Any, unknown: Any, wanted: Any, background: bool) -> HeldOut:
    rest = scores[:, -1] if background else np.zeros(len(scores))
    scores = scores[:, :-1] if background else scores
    within = wanted < scores.shape[1]
    scores, rest, unknown, wanted = (each[within] for each in (scores, rest, unknown, wanted))
    best = scores.max(1) - np.maximum(rest, 0)
    spread = float(best.std()) or 1.0
    right = np.arange(len(scores)), wanted

    def loss(heat: float) -> float:
        return float((logsumexp(scores / heat, axis=1) - scores[right] / heat).mean())

    return HeldOut(
        heat=float(minimize_scalar(loss, bounds=(0.05, 20.0), method="bounded").x),
        spread=spread,
        least=float(np.quantile(best / spread - unknown, _AIM)),
        accuracy=float((scores.argmax(1) == wanted).mean()),
    )


def _folds(targets: Any, number: int) -> Any:
    """A fold for each example, every label spread over all; -1 for the only one of its label."""
    chance = random.Random(SEED)
    folds = np.full(len(targets), -1)
    for label in range(targets.max() + 1):
        places = np.flatnonzero(targets == label).tolist()
        chance.shuffle(places)
        first = chance.randrange(number)
        if len(places) > 1:
            for index, place in enumerate(places):
                folds[place] = (first + index) % number
    return folds
