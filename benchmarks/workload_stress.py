"""Stress variants of made-up traffic: what each changes in a plan."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from benchmarks.workload_parameters import WorkloadError
from benchmarks.workload_plan import Plan

_WEEKEND = (5, 6)


def _negatives_halved(plan: Plan) -> Plan:
    """Everybody is declined, blocked and complained about half as often."""
    return replace(plan, negatives=plan.negatives * plan.parameters.stress.negatives)


def _retaliation(plan: Plan) -> Plan:
    """Some honest sales members get complaints of contacts who had accepted or were silent."""
    return replace(plan, retaliation=True)


def _qr_sabotage(plan: Plan) -> Plan:
    """A competitor's accounts scan the codes of honest members, then block or complain."""
    return replace(plan, sabotage=True)


def _viral(plan: Plan) -> Plan:
    """A campaign day: half of the enterprises add five times as much, at the same rates."""
    day = plan.days // 2
    while day % 7 in _WEEKEND and day > 0:
        day -= 1
    return replace(plan, viral_day=day)


def _accept_up(plan: Plan) -> Plan:
    """Everybody is accepted more often, by a tenth of all adds."""
    return replace(plan, accept_shift=plan.accept_shift + plan.parameters.stress.accept_shift)


def _accept_down(plan: Plan) -> Plan:
    """Everybody is accepted less often, by a tenth of all adds, but not below a floor."""
    return replace(plan, accept_shift=plan.accept_shift - plan.parameters.stress.accept_shift)


STRESSES: dict[str, Callable[[Plan], Plan]] = {
    "negatives_halved": _negatives_halved,
    "retaliation": _retaliation,
    "qr_sabotage": _qr_sabotage,
    "viral": _viral,
    "accept_up": _accept_up,
    "accept_down": _accept_down,
}


def stressed(plan: Plan, names: Iterable[str]) -> Plan:
    """The plan under these variants, one after the other. Raises WorkloadError."""
    for name in names:
        if name not in STRESSES:
            raise WorkloadError(f"unknown stress {name!r}; known: {', '.join(STRESSES)}")
        plan = STRESSES[name](plan)
    return plan
