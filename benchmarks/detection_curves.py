"""What is plotted: found against false, found over adds, predicted against observed."""

from collections.abc import Sequence
from math import floor, inf

from benchmarks import detection_measures as measures
from benchmarks.detection_early import Early
from benchmarks.detection_pass import Followed
from benchmarks.detection_summary import Figures, Pool

_ADDS = (5, 10, 15, 20, 30, 40, 50, 70, 100, 150, 200, 300, 500, 1_000, 2_000)
_BIN_NATS = 1.0
_LEAST_IN_BIN = 5


def thresholds(pool: Pool, grid: Sequence[float]) -> list[Figures]:
    """At each threshold of log-odds in nats: found, false, and adds until then at the median.

    `any`: whatever speaks. `enforceable`: while a pattern speaks that may enforce.
    """
    return [
        {
            "nats": nats,
            "any": _at(pool, place, "crossed"),
            "enforceable": _at(pool, place, "crossed_enforceable"),
        }
        for place, nats in enumerate(grid)
    ]


def _at(pool: Pool, place: int, crossed: str) -> Figures:
    found = [each for each in (getattr(m, crossed) for m in pool.abusive) if len(each) > place]
    false = sum(len(getattr(member, crossed)) > place for member in pool.honest)
    return {
        "found": measures.part(len(found), len(pool.abusive)),
        "false": measures.part(false, len(pool.honest)),
        "adds": measures.quantile([each[place].adds for each in found], 0.5),
        "victims": measures.quantile([each[place].victims for each in found], 0.5),
    }


def roc(pool: Pool) -> Figures:
    """Found at each share of false, by the highest log-odds of each member; and the area."""
    honest, abusive = [m.top for m in pool.honest], [m.top for m in pool.abusive]
    points = [
        (false / len(honest), measures.above(abusive, threshold))
        for false, threshold in _thresholds(honest)
    ]
    return {"points": points, "auc": measures.auc(abusive, honest)}


def _thresholds(honest: Sequence[float]) -> list[tuple[int, float]]:
    """How many honest members are above the score of the next: each of the first, then fewer."""
    ordered = sorted(honest, reverse=True)
    places = sorted({*range(min(20, len(ordered))), *(round(1.1**n) for n in range(24, 120))})
    found = [(place, ordered[place]) for place in places if place < len(ordered)]
    return [*found, (len(ordered), -inf)] if ordered else []


def over_adds(pool: Pool, level: str) -> Figures:
    """By class, the share of members for which a case was called within so many adds."""
    return {
        name: [[adds, _within(members, level, adds)] for adds in _ADDS]
        for name, members in pool.by_class().items()
        if members[0].label.abusive
    }


def _within(members: Sequence[Followed], level: str, adds: int) -> float | None:
    found = sum(m.reached[level].adds <= adds for m in members if level in m.reached)
    return measures.part(found, len(members))


def calibration(pool: Pool, prior: float) -> list[Figures]:
    """Predicted and observed probability of abuse of members alike, at the end of the traffic.

    Members are weighed so that abusers make up `prior` of them, as the verdict supposes.
    """
    if not pool.abusive or not pool.honest:
        return []
    weights = (1 - prior) / len(pool.honest), prior / len(pool.abusive)
    bins: dict[int, list[Followed]] = {}
    for member in pool.members:
        bins.setdefault(floor(member.nats / _BIN_NATS), []).append(member)
    rows = []
    for members in (bins[place] for place in sorted(bins)):
        abusive = sum(member.label.abusive for member in members)
        honest = len(members) - abusive
        weight = honest * weights[0] + abusive * weights[1]
        predicted = sum(
            measures.posterior(member.nats) * weights[member.label.abusive] for member in members
        )
        if len(members) >= _LEAST_IN_BIN:
            observed = abusive * weights[1] / weight
            rows.append(
                {
                    "predicted": predicted / weight,
                    "observed": observed,
                    "honest": honest,
                    "abusive": abusive,
                }
            )
    return rows


def first_adds(pool: Pool, after: Sequence[int]) -> list[Figures]:
    """The area under the ROC curve after so many adds: ours, acceptance alone, hard ones alone."""
    return [_first_adds(pool, k) for k in after]


def _first_adds(pool: Pool, k: int) -> Figures:
    abusive = [member.early[k] for member in pool.abusive if k in member.early]
    honest = [member.early[k] for member in pool.honest if k in member.early]
    scores = {
        "ours": lambda early: early.nats,
        "acceptance": lambda early: -early.accepted,
        "hard_negatives": lambda early: early.hard,
    }
    return {
        "adds": k,
        "abusive": len(abusive),
        "honest": len(honest),
        **{
            name: measures.auc([*map(score, abusive)], [*map(score, honest)])
            for name, score in scores.items()
        },
        "by_class": {
            name: measures.auc(_nats(members, k), [early.nats for early in honest])
            for name, members in pool.by_class().items()
            if members[0].label.abusive
        },
    }


def _nats(members: Sequence[Followed], k: int) -> list[float]:
    early: list[Early] = [member.early[k] for member in members if k in member.early]
    return [each.nats for each in early]
