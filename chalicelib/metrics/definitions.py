"""Every figure and what it means, in one table: the API tells it beside the figure, and
docs/metrics.md is made of it. Pure."""

from collections.abc import Mapping

from chalicelib.metrics.counted_figures import COUNTS
from chalicelib.metrics.definition import Definition
from chalicelib.metrics.shared_figures import BEHAVIOUR, SHARES
from chalicelib.metrics.timed_figures import TIMES

__all__ = ["BEHAVIOUR", "FIGURES", "Definition"]

FIGURES: Mapping[str, Definition] = {**COUNTS, **TIMES, **SHARES}
