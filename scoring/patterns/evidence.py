"""Statistics as evidence: nats by the policy's tables."""

from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter

_STATISTIC = itemgetter(0)


def nats(table: Sequence[tuple[float, float]], statistic: float) -> float:
    """What a statistic weighs: linear between the pairs of the table, flat outside them."""
    place = bisect_right(table, statistic, key=_STATISTIC)
    if place == 0:
        return table[0][1]
    if place == len(table):
        return table[-1][1]
    (x0, y0), (x1, y1) = table[place - 1], table[place]
    return y0 + (y1 - y0) * (statistic - x0) / (x1 - x0)
