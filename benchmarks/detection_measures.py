"""The figures of merit, each a pure function of counts, scores or rates."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from math import ceil, exp, inf, log

from benchmarks.workload_parameters import ClassRates

ALPHA, BETA = 3e-4, 0.07
"""The errors that Wald's expected number is for: honest members enforced, abusers missed."""


def auc(abusive: Sequence[float], honest: Sequence[float]) -> float | None:
    """Share of pairs in which the abuser has the higher score, equal ones half; None for none."""
    if not abusive or not honest:
        return None
    ordered = sorted(honest)
    below = sum(bisect_left(ordered, score) + bisect_right(ordered, score) for score in abusive)
    return below / 2 / len(abusive) / len(ordered)


def quantile(values: Iterable[float], share: float) -> float | None:
    """The least value that so large a share of them is not above; None of none."""
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def part(count: int, of: int) -> float | None:
    """A share; None of nothing."""
    return count / of if of else None


def precision(found: float | None, false: float | None, abusers: float) -> float | None:
    """Share of abusers among those found where `abusers` (0–1) is their share of all members."""
    if found is None or false is None:
        return None
    right = found * abusers
    all_found = right + false * (1 - abusers)
    return right / all_found if all_found else None


def threshold_at(honest: Sequence[float], false: float) -> float:
    """The highest score that at most this share of honest members is above."""
    allowed = int(false * len(honest) + 1e-9)
    ordered = sorted(honest, reverse=True)
    return ordered[allowed] if allowed < len(ordered) else -inf


def above(scores: Sequence[float], threshold: float) -> float | None:
    """Share of scores above a threshold."""
    return part(sum(score > threshold for score in scores), len(scores))


def posterior(nats: float) -> float:
    """Probability of log-odds."""
    return 1 / (1 + exp(-nats)) if nats > -700 else 0.0


def outcomes(rates: ClassRates) -> tuple[float, float, float, float]:
    """Shares of cold adds: accepted, declined, blocked or complained about, ignored."""
    hard = rates.block + rates.complain
    return rates.accept, rates.decline, hard, 1 - rates.accept - rates.decline - hard


def divergence(abusive: Sequence[float], honest: Sequence[float]) -> float:
    """Kullback–Leibler divergence of the first from the second, in nats."""
    return sum(p * log(p / q) for p, q in zip(abusive, honest, strict=True) if p > 0)


def wald_number(nats_each: float) -> float:
    """Wald's expected number of answers until an abuser is found, at `ALPHA` and `BETA`.

    `nats_each` is what an answer is worth on average. [Wald, Sequential Analysis, 1947, 3.57]
    """
    needed = (1 - BETA) * log((1 - BETA) / ALPHA) + BETA * log(BETA / (1 - ALPHA))
    return needed / nats_each
