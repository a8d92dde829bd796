"""A whole measurement: made-up traffic, its cost, real data; the figures as JSON."""

from collections.abc import Iterator
from time import perf_counter

from rich.console import Console

from benchmarks.detection_cost import size_cost, time_cost
from benchmarks.detection_example import example
from benchmarks.detection_pass import Company
from benchmarks.detection_real import college, college_jobs, directory, measure_college, reddit
from benchmarks.detection_report import report
from benchmarks.detection_scenarios import (
    POOL,
    Scenario,
    Size,
    jobs,
    measure,
    scenarios,
)
from benchmarks.detection_summary import Figures, Pool
from benchmarks.detection_work import spread
from scoring.policy import ScoringPolicy
from server.policy import Policy


def run(size: Size, policy: Policy, processes: int, console: Console) -> Figures:
    """Measures everything. Raises WorkloadError, KeyboardInterrupt.

    Time is measured first, while nothing else of this runs.
    """
    started, scoring = perf_counter(), policy.scoring
    cost = time_cost(scoring, *size.cost)
    found = list(_made_up(size, scoring, processes, console))
    pool = Pool(company for scenario, company in found if scenario.name == POOL)
    return {
        "size": {
            "seeds": size.seeds,
            "members": size.members,
            "stress_members": size.stress_members,
            "days": size.days,
        },
        **report(found, scoring.patterns),
        "digest": policy.digest,
        "example": example(scoring),
        "cost": {**cost, "size": size_cost(pool)},
        "real": _real(size, scoring, processes, console),
        "seconds": round(perf_counter() - started, 1),
    }


def _made_up(
    size: Size, policy: ScoringPolicy, processes: int, console: Console
) -> Iterator[tuple[Scenario, Company]]:
    given = jobs(scenarios(size), policy)
    found = spread(measure, given, processes, console)
    for job, company in zip(given, found, strict=True):
        yield job.scenario, company


def _real(size: Size, policy: ScoringPolicy, processes: int, console: Console) -> Figures | None:
    """None where there are no data."""
    where = directory()
    if where is None:
        return None
    given = college_jobs(where, size.injected, policy)
    found = spread(measure_college, given, processes, console)
    return {
        "college": college(found),
        "reddit": reddit(where, policy.patterns),
    }
