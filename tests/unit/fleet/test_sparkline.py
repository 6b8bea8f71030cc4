"""Numbers drawn as a line."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.fleet.sparkline import BARS, WIDEST, sparkline

NUMBERS = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=40)


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([], ""),
        ([nan, inf], ""),
        ([5], "▄"),
        ([5, 5, 5], "▄▄▄"),
        ([0, 1, 2, 3, 4, 5, 6, 7], BARS),
        ([7, 0, nan, 7], "█▁█"),
        ([-1.5, 1.5], "▁█"),
        ([-1.7e308, 0, 1.7e308], "▁▅█"),
        (range(100), "▁▁▂▂▃▃▄▄▅▅▆▆▇▇██"),
    ],
)
def test_values_go_from_the_lowest_to_the_highest_bar(values: list[float], line: str) -> None:
    assert sparkline(values) == line


@given(NUMBERS)
def test_every_line_is_as_long_as_its_latest_values_and_rises_with_them(
    values: list[float],
) -> None:
    shown = values[-WIDEST:]
    line = sparkline(values)
    assert len(line) == len(shown)
    heights = [BARS.index(bar) for bar in line]
    for one, height in zip(shown, heights, strict=True):
        for other, other_height in zip(shown, heights, strict=True):
            assert one <= other or height >= other_height
