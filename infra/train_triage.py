"""Train triage: `python -m infra.train_triage --data FOLDER… --out FILE` (`make train-triage`).

Reads labelled texts (CSV: text,category; a folder stands for all its CSV files; the category `oos`
is for what is about none of the others) and writes the model that the functions load. The same
examples give the same file.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from chalicelib.triage.weights import packed
from infra.triage_rows import DataError, Example, examples

FEW = 10
"""Examples of a category below which the program warns."""


def train(paths: Sequence[Path], out: Path) -> tuple[list[Example], float, int]:
    """Write the model, whole or not at all. Returns the examples, how many of those held out were
    judged right (0 to 1), and the file's bytes. Raises DataError."""
    from infra.triage_training import trained

    given = [one for path in paths for one in examples(path)]
    weights = trained(given)
    content = packed(weights)
    part = out.with_name(f"{out.name}.part")
    try:
        part.write_bytes(content)
        part.replace(out)
    except OSError as error:
        raise DataError(f"{out}: {error.strerror}; choose another --out") from error
    return given, weights.about["held_out_accuracy"], len(content)


def main(arguments: list[str]) -> int:
    """Run as a program."""
    parser = argparse.ArgumentParser(prog="python -m infra.train_triage", description=__doc__)
    parser.add_argument("--data", required=True, type=Path, nargs="+", help="CSV files or folders")
    parser.add_argument("--out", required=True, type=Path, help="the file to write")
    given = parser.parse_args(arguments)
    try:
        rows, right, size = train(given.data, given.out)
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    often = Counter(one.category for one in rows)
    print(f"{len(rows)} examples of {len(often)} categories; {right:.1%} right when held out")
    for category, count in sorted(often.items()):
        if count < FEW:
            print(f"  {category} has only {count}: add some")
    print(f"{given.out}: {size / 1024:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
