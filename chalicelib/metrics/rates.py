"""How far shares and scores can be trusted: 95 % intervals. Pure."""

from math import sqrt

from chalicelib.intervals import Z


def nps(promoters: int, passives: int, detractors: int) -> tuple[float, float, float]:
    """The net promoter score and its interval, from −100 to 100: adjusted Wald with three answers
    added, ¼, ½ and ¼ of them each kind, as in Rocks, B. (2016), "Interval estimation for the Net
    Promoter Score", The American Statistician 70, 365–372."""
    total = promoters + passives + detractors
    score = (promoters - detractors) / total
    more = total + 3
    up, down = (promoters + 0.75) / more, (detractors + 0.75) / more
    centre = up - down
    spread = Z * sqrt((up + down - centre**2) / more)
    return 100 * score, 100 * max(centre - spread, -1.0), 100 * min(centre + spread, 1.0)
