"""All figures of one measurement, as JSON: what tables and plots are made from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks import detection_curves as curves
from benchmarks import detection_measures as measures
from benchmarks import detection_summary as summary
from benchmarks.detection_climb import thresholds
from benchmarks.detection_pass import Company
from benchmarks.detection_scenarios import FIRST_ADDS, POOL, Scenario
from benchmarks.detection_summary import Figures, Pool
from benchmarks.workload_parameters import defaults
from scoring.patterns.policy import Patterns

_LEVELS = ("enforce", "review")
_WORDS_OF_NOTES: Mapping[str, str] = {
    "retaliation": "retaliation",
    "qr_sabotage": "sabotage",
    "viral": "viral",
}
"""What a label's note says of a member that a stress befell."""


def report(found: Iterable[tuple[Scenario, Company]], patterns: Patterns) -> Figures:
    """The figures of made-up traffic; those of the pool by class, by method and without patterns.

    Shares lie between 0 and 1 and are null where nothing could have been found.
    """
    by_scenario: dict[Scenario, list[Company]] = {}
    for scenario, company in found:
        by_scenario.setdefault(scenario, []).append(company)
    pool = Pool(
        company
        for scenario, companies in by_scenario.items()
        if scenario.name == POOL
        for company in companies
    )
    return {
        "honest": len(pool.honest),
        "abusive": len(pool.abusive),
        "events": sum(company.events for company in pool.companies),
        "policy": _policy(patterns),
        "methods": summary.methods(pool),
        "classes": summary.classes(pool, defaults()),
        "first_adds": curves.first_adds(pool, FIRST_ADDS),
        "removed": summary.removed(pool),
        "scenarios": [
            _scenario(POOL, pool),
            *(
                _scenario(scenario.name, Pool(companies))
                for scenario, companies in by_scenario.items()
                if scenario.name != POOL
            ),
        ],
        "companies": summary.companies(pool),
        "thresholds": curves.thresholds(pool, thresholds(patterns.verdict)),
        "roc": curves.roc(pool),
        "over_adds": {level: curves.over_adds(pool, level) for level in _LEVELS},
        "calibration": curves.calibration(pool, patterns.verdict.prior),
    }


def _policy(patterns: Patterns) -> dict[str, Any]:
    numbers = patterns.verdict
    return {"prior": numbers.prior, "review": numbers.review, "enforce": numbers.enforce}


def _scenario(name: str, pool: Pool) -> Figures:
    note = _WORDS_OF_NOTES.get(name)
    return {
        "scenario": name,
        "honest": len(pool.honest),
        "abusive": len(pool.abusive),
        **{level: _shares(pool, level) for level in _LEVELS},
        "attacked": None if note is None else summary.attacked(pool, note),
    }


def _shares(pool: Pool, level: str) -> Figures:
    found, false = (_reached(members, level) for members in (pool.abusive, pool.honest))
    return {
        "found": measures.part(found, len(pool.abusive)),
        "false": measures.part(false, len(pool.honest)),
        "false_count": false,
    }


def _reached(members: Sequence[Any], level: str) -> int:
    return sum(level in member.reached for member in members)
