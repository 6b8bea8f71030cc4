"""How far a share can be trusted. Pure."""

from math import sqrt

Z = 1.959964
"""The normal distribution's two-sided 95 %."""


def wilson(count: int, total: int) -> tuple[float, float]:
    """The 95 % score interval of a share: Wilson, E. B. (1927), "Probable inference, the law of
    succession, and statistical inference", J. Am. Stat. Assoc. 22, 209–212."""
    share, square = count / total, Z * Z / total
    centre = share + square / 2
    spread = Z * sqrt(share * (1 - share) / total + square / (4 * total))
    return (
        max((centre - spread) / (1 + square), 0.0),
        min((centre + spread) / (1 + square), 1.0),
    )
