"""What a pool of members comes to: figures by class, by method, by pattern removed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks import detection_measures as measures
from benchmarks.detection_ablation import WHOLE
from benchmarks.detection_baselines import NAMES as BASELINES
from benchmarks.detection_pass import REMOVED, Company, Followed
from benchmarks.detection_watch import ALONE
from benchmarks.workload_parameters import Parameters
from scoring.working import Level

Figures = dict[str, Any]
METHODS = ("enforce", "review", ALONE, *BASELINES)
"""Ours at its two levels, any single pattern's flag, and the simpler rules."""
FALSE = (1e-3, 1e-4)
AGAINST = "telesales"
"""The honest class whose outcomes Wald's number is worked out against."""


class Pool:
    """Members of some companies, honest and abusive."""

    def __init__(self, companies: Iterable[Company]) -> None:
        self.companies = list(companies)
        members = [member for company in self.companies for member in company.members]
        self.members: Sequence[Followed] = members
        self.honest = [member for member in members if not member.label.abusive]
        self.abusive = [member for member in members if member.label.abusive]

    def by_class(self) -> Mapping[str, Sequence[Followed]]:
        """Members by class, honest classes first."""
        found: dict[str, list[Followed]] = {}
        for member in (*self.honest, *self.abusive):
            found.setdefault(member.label.class_name, []).append(member)
        return found


def methods(pool: Pool) -> list[Figures]:
    """Each method in one row of the same figures."""
    return [_method(pool, name) for name in METHODS]


def _method(pool: Pool, name: str) -> Figures:
    found = [member for member in pool.abusive if name in member.reached]
    false = [member for member in pool.honest if name in member.reached]
    shares = (
        measures.part(len(found), len(pool.abusive)),
        measures.part(len(false), len(pool.honest)),
    )
    return {
        "method": name,
        "found": shares[0],
        "false": shares[1],
        "false_count": len(false),
        "precision": measures.part(len(found), len(found) + len(false)),
        "precision_at": {f"{at:g}": measures.precision(*shares, at) for at in (0.001, 0.01)},
        **until(found, name),
        "by_class": {
            label: measures.part(sum(name in member.reached for member in members), len(members))
            for label, members in pool.by_class().items()
        },
    }


def until(found: Sequence[Followed], name: str) -> Figures:
    """Adds and victims until those members were found: median and 90th percentile."""
    here = [member.reached[name] for member in found]
    return {
        what: [measures.quantile([getattr(point, what) for point in here], at) for at in (0.5, 0.9)]
        for what in ("adds", "victims")
    }


def classes(pool: Pool, parameters: Parameters) -> list[Figures]:
    """Each class in a row; `found` of an honest one is false."""
    honest = [member.top for member in pool.honest]
    limits = {f"{false:g}": measures.threshold_at(honest, false) for false in FALSE}
    return [
        {
            "class": name,
            "abusive": members[0].label.abusive,
            "members": len(members),
            "adds_made": sum(member.adds for member in members) / len(members),
            **{level: _found(members, level) for level in ("enforce", "review")},
            "found_at": {
                false: measures.above([member.top for member in members], limit)
                for false, limit in limits.items()
            },
            "answers_to_wald": _answers_to_wald(members, name, parameters),
            "flags": _flags(members),
        }
        for name, members in pool.by_class().items()
    ]


def _found(members: Sequence[Followed], name: str) -> Figures:
    found = [member for member in members if name in member.reached]
    share = measures.part(len(found), len(members))
    return {"count": len(found), "found": share, **until(found, name)}


def _flags(members: Sequence[Followed]) -> Figures:
    """Share of members with a flag of each pattern."""
    names = sorted({name for member in members for name in member.flags})
    return {name: sum(name in m.flags for m in members) / len(members) for name in names}


def _answers_to_wald(
    members: Sequence[Followed], name: str, parameters: Parameters
) -> float | None:
    """Median of resolved answers until enforced, divided by Wald's expected number."""
    against = measures.outcomes(parameters.classes[AGAINST])
    rates = parameters.classes.get(name)
    if rates is None or not rates.abusive:
        return None
    expected = measures.wald_number(measures.divergence(measures.outcomes(rates), against))
    answers = [m.reached["enforce"].resolved for m in members if "enforce" in m.reached]
    median = measures.quantile(answers, 0.5)
    return None if median is None else median / expected


def removed(pool: Pool) -> list[Figures]:
    """What is found and false without each pattern, and with all of them."""
    return [
        {
            "without": name or None,
            **{
                level: {
                    "found": _share_at(pool.abusive, name, levels),
                    "false": _share_at(pool.honest, name, levels),
                }
                for level, levels in _AT_LEAST.items()
            },
        }
        for name in (WHOLE, *REMOVED[1:])
    ]


_AT_LEAST: Mapping[str, Sequence[Level]] = {
    "enforce": ("enforce",),
    "review": ("review", "enforce"),
}


def _share_at(members: Sequence[Followed], name: str, levels: Sequence[Level]) -> float | None:
    return measures.part(sum(m.levels[name] in levels for m in members), len(members))


def attacked(pool: Pool, note: str) -> Figures:
    """Honest members that a stress befell, by the word in their notes: how many are flagged."""
    hit = [member for member in pool.honest if note in member.label.note.split()]
    return {
        "members": len(hit),
        **{name: sum(name in member.reached for member in hit) for name in ("enforce", "review")},
    }


def companies(pool: Pool) -> list[Figures]:
    """What the patterns of whole enterprises find: by whether its members are one group."""
    found: dict[str, list[Company]] = {}
    for company in pool.companies:
        found.setdefault(_sort(company), []).append(company)
    return [
        {
            "sort": sort,
            "enterprises": len(each),
            "flags": {
                name: measures.part(sum(name in company.flags for company in each), len(each))
                for name in sorted({name for company in each for name in company.flags})
            },
        }
        for sort, each in sorted(found.items())
    ]


def _sort(company: Company) -> str:
    abusive = [member for member in company.members if member.label.abusive]
    if not abusive:
        return "honest"
    return company.kind if len(abusive) == len(company.members) else "with_guests"
