"""How good triage is: `python -m infra.eval_triage --train F --test F [--oos F]`.

Trains as the product does from the one file, and judges the other's texts with what a function
would load. `oos_recall at 5% false hand-off`: the share of texts about nothing that are recognised
when the limit is set where 5% of the test's own texts are handed to a person too.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.triage.model import Classifier, Verdict
from chalicelib.triage.weights import packed, unpacked
from infra.triage_held_out import HANDED_OFF
from infra.triage_rows import OUTSIDE, DataError, Example, examples, texts
from infra.triage_training import trained

Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was measured; `recall` is None without texts about nothing."""

    accuracy: float
    recall: float | None
    median_ms: float
    kilobytes: float
    handed_off: float
    """Share of the test's own texts that the product would hand off, with the limit it learnt."""
    caught: float | None
    """Share of texts about nothing that it would hand off with the same."""


def evaluate(
    train: Sequence[Example], test: Sequence[Example], oos: Sequence[str] | None, tell: Tell
) -> Figures:
    """Train from some examples, judge others. Raises DataError."""
    tell(f"training from {len(train)} examples")
    content = packed(trained(train))
    tell(f"judging {len(test) + len(oos or ())} texts")
    classifier = Classifier(unpacked(content))
    inside = [one for one in test if one.category != OUTSIDE]
    if oos is None and len(inside) < len(test):
        oos = [one.text for one in test if one.category == OUTSIDE]
    if not inside:
        raise DataError("the test has no texts about a category")
    judged, times = _timed(classifier, [one.text for one in inside])
    strange = None if oos is None else _timed(classifier, oos)[0]
    right = sum(one.label == wanted.category for one, wanted in zip(judged, inside, strict=True))
    return Figures(
        accuracy=right / len(inside),
        recall=None if strange is None else _recall(judged, strange),
        median_ms=sorted(times)[len(times) // 2] * 1000,
        kilobytes=len(content) / 1024,
        handed_off=sum(one.outside for one in judged) / len(judged),
        caught=None if strange is None else sum(one.outside for one in strange) / len(strange),
    )


def _timed(classifier: Classifier, given: Sequence[str]) -> tuple[list[Verdict], list[float]]:
    judged, times = [], []
    for text in given:
        began = time.perf_counter()
        judged.append(classifier.classify(text))
        times.append(time.perf_counter() - began)
    return judged, times


def _recall(inside: Sequence[Verdict], strange: Sequence[Verdict]) -> float:
    """Share of the strange below the limit below which at most 5% of the others are."""
    limit = sorted(one.score for one in inside)[int(HANDED_OFF * len(inside))]
    return sum(one.score < limit for one in strange) / len(strange)


def lines(figures: Figures) -> list[str]:
    """Name, then value."""
    recall = "-" if figures.recall is None else f"{figures.recall:.4f}"
    return [
        f"accuracy {figures.accuracy:.4f}",
        f"oos_recall at 5% false hand-off {recall}",
        f"p50_ms {figures.median_ms:.3f}",
        f"model_kb {figures.kilobytes:.0f}",
    ]


def main(arguments: list[str]) -> int:
    """Run as a program."""
    parser = argparse.ArgumentParser(prog="python -m infra.eval_triage", description=__doc__)
    parser.add_argument("--train", required=True, type=Path, help="CSV: text,category")
    parser.add_argument("--test", required=True, type=Path, help="CSV: text,category")
    parser.add_argument("--oos", type=Path, help="CSV with text: about none of the categories")
    given = parser.parse_args(arguments)
    try:
        train, test = examples(given.train), examples(given.test)
        oos = texts(given.oos) if given.oos else None
        figures = evaluate(train, test, oos, lambda text: print(text, file=sys.stderr, flush=True))
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(lines(figures)))
    learnt = f"with the limit learnt in training, {figures.handed_off:.1%} would be handed off"
    caught = (
        "" if figures.caught is None else f", and {figures.caught:.1%} of what is about nothing"
    )
    print(learnt + caught, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
