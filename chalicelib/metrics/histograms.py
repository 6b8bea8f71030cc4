"""Lengths of time as counts of logarithmic buckets: they add up, whatever order they come in. Pure.

The buckets are those of DDSketch (Masson, C., Rim, J. E., Lee, H. K. (2019), "DDSketch: a fast and
fully-mergeable quantile sketch with relative-error guarantees", PVLDB 12, 2195–2205): bucket i
holds what lies in (γ^(i−1), γ^i] with γ = (1 + ε) / (1 − ε), and is told as the one value that is
at most ε away from all of it. So a quantile is within ε of the true one of the same rank, however
many histograms were added. What is no longer than a second is bucket 0 and told as one second at
most.
"""

from collections.abc import Mapping
from math import ceil, log

ERROR = 0.05
"""ε: how far a quantile may be from the true one, as a share of it."""

GAMMA = (1 + ERROR) / (1 - ERROR)

_TINY = 1e-9
"""Keeps what lies on a bucket's edge there, whatever the logarithm rounds to."""


def bucket(seconds: float) -> int:
    """The bucket of a length of time; negative lengths (clocks that disagree) count as none."""
    return 0 if seconds <= 1 else ceil(log(seconds) / log(GAMMA) - _TINY)


def value(index: int) -> float:
    """What a bucket is told as, in seconds."""
    return 2 * GAMMA**index / (GAMMA + 1) if index else 1.0


def quantile(buckets: Mapping[int, int], share: float) -> float | None:
    """The value below which `share` of all lie (the lower one of two), in seconds; None of none."""
    total = sum(buckets.values())
    if total <= 0:
        return None
    rank, seen = share * (total - 1), 0
    for index in sorted(buckets):
        seen += buckets[index]
        if seen > rank:
            return value(index)
    return value(max(buckets))
