"""Which traffic is measured: the reporting pool, stress variants, members that differ otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from benchmarks.detection_pass import Company, follow
from benchmarks.workload import Enterprise, Plan, generate, make_plan, stressed
from benchmarks.workload_parameters import defaults
from benchmarks.workload_plan import compose
from benchmarks.workload_stress import STRESSES
from scoring.policy import ScoringPolicy

SEEDS = (15, 16, 17, 18)
"""Thresholds were tuned on others, which docs/patterns.md names."""
FIRST_ADDS = (5, 10, 20, 50)
POOL = "pool"
"""The traffic as it is, which everything but the variants is reported of."""
SPREADS: Mapping[str, Mapping[str, Any]] = {
    "negatives_apart": {"negatives_together": False},
    "accept_wider": {"accept_concentration": 20.0},
}
"""Members of a class that differ from each other in another way: what changes in [spread]."""


@dataclass(frozen=True)
class Scenario:
    """Some made-up traffic. `abusers` None: as many as the workload has for its members."""

    name: str
    seed: int
    members: int
    days: int
    stress: tuple[str, ...] = ()
    spread: str = ""
    first_adds: tuple[int, ...] = ()
    abusers: tuple[tuple[str, int], ...] | None = None

    def plan(self) -> Plan:
        """The plan of the traffic."""
        parameters = defaults()
        changed = parameters.spread.model_copy(update=SPREADS.get(self.spread, {}))
        parameters = parameters.model_copy(update={"spread": changed})
        abusers = None if self.abusers is None else dict(self.abusers)
        plan = make_plan(parameters, members=self.members, days=self.days, abusers=abusers)
        return stressed(plan, self.stress)


@dataclass(frozen=True)
class Size:
    """How much is measured: `members` are honest ones of a seed, `stress_members` of a variant.

    `cost` are members and days of the traffic that is timed, `injected` how many abusers of each
    class come among the people of real data.
    """

    seeds: tuple[int, ...] = SEEDS
    members: int = 3_000
    stress_members: int = 600
    days: int = 30
    abusers: tuple[tuple[str, int], ...] | None = None
    stresses: tuple[str, ...] = field(default_factory=lambda: tuple(STRESSES))
    spreads: tuple[str, ...] = field(default_factory=lambda: tuple(SPREADS))
    cost: tuple[int, int] = (60, 10)
    injected: int = 60


QUICK = Size(
    seeds=(11,),
    members=30,
    stress_members=20,
    days=6,
    abusers=(("blaster", 2), ("bot", 1), ("rotator", 1)),
    stresses=("retaliation",),
    spreads=(),
    cost=(10, 2),
    injected=2,
)
"""Enough to see that everything runs, and no more."""


def scenarios(size: Size) -> list[Scenario]:
    """The pool seed by seed, then the variants, of the first seed."""
    seed, members, days = size.seeds[0], size.stress_members, size.days
    found = [
        Scenario(POOL, each, size.members, days, first_adds=FIRST_ADDS, abusers=size.abusers)
        for each in size.seeds
    ]
    found += [
        Scenario(name, seed, members, days, stress=(name,), abusers=size.abusers)
        for name in size.stresses
    ]
    found += [
        Scenario(name, seed, members, days, spread=name, abusers=size.abusers)
        for name in size.spreads
    ]
    return found


@dataclass(frozen=True)
class Job:
    """One enterprise of a scenario, with the policy, which is read once for all of them."""

    scenario: Scenario
    number: int
    policy: ScoringPolicy


def jobs(found: Sequence[Scenario], policy: ScoringPolicy) -> list[Job]:
    """Every enterprise of every scenario."""
    return [
        Job(scenario, roster.number, policy)
        for scenario in found
        for roster in compose(scenario.plan(), scenario.seed)
    ]


def measure(job: Job) -> Company:
    """Folds the enterprise of a job."""
    enterprise = _enterprises(job.scenario)[job.number]
    return follow(enterprise, job.policy, job.scenario.first_adds)


@cache
def _enterprises(scenario: Scenario) -> Sequence[Enterprise]:
    """Those of a scenario; their lines are not made before they are read."""
    return list(generate(scenario.plan(), scenario.seed))
