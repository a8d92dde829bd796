"""Target collision: members of one enterprise who work through the same contacts (DOMAIN §5).

A CUSUM over active adds: `shared` where a colleague added the same contact within the last days,
`alone` otherwise (ln of .3/.05 and of .7/.95). It fires where enough members share, and only where
outcomes speak against the member as well: teams that serve the same customers share them, too.
"""

from typing import Any

from scoring.patterns import likelihood, recent
from scoring.patterns.policy import Patterns
from scoring.patterns.shape import Attempt, Signal
from scoring.views import MemberView

NAME = "target_collision"


def begin() -> dict[str, Any]:
    """The state of an account without adds.

    `with` are colleagues that it shares contacts with, `company` what their outcomes weigh (nats).
    """
    return {"s": 0.0, "with": [], "company": 0.0}


def observe(attempt: Attempt, view: MemberView, policy: Patterns) -> Signal | None:
    """Moves the statistic by one allowed add."""
    if attempt.reason != "ok":
        return None
    numbers = policy.target_collision
    state = view.patterns.get(NAME)
    if state is None:
        if not attempt.colleagues:
            return None
        state = view.patterns[NAME] = begin()
    moved = numbers.shared if attempt.colleagues else numbers.alone
    statistic = state["s"] = max(numbers.floor, state["s"] + moved)
    if statistic == numbers.floor:
        del view.patterns[NAME]
        return None
    if attempt.colleagues:
        known = dict.fromkeys([*state["with"], *attempt.colleagues])
        state["with"] = list(known)[: numbers.members - 1]
        state["company"] = round(attempt.company_nats, 2)
    if (
        statistic < numbers.threshold
        or moved < 0
        or len(state["with"]) < numbers.members - 1
        or not likelihood.outcomes_are_poor(view, policy)
    ):
        return None
    said, events = recent.adds(view)
    evidence = (in_words(state), *said)
    del view.patterns[NAME]
    return Signal(NAME, numbers.mode, statistic, numbers.threshold, evidence, events)


def in_words(state: dict[str, Any]) -> str:
    """Who the contacts are shared with, as a sentence."""
    return (
        f"contacts that colleagues, {' and '.join(state['with'])} among them, "
        "had added a few days before were added again"
    )
