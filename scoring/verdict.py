"""The verdict: the patterns' evidence fused into one log-odds per member, and what it calls for.

    log-odds = prior + outcomes (hard_negatives, then outcome_shift given those)
                     + the stronger of sequential_numbers and machine_timing
                     + target_collision, as far as outcomes are poor

Evidence that hangs together is counted once: outcomes by the chain rule, number and clock of one
tool by the larger of the two. A pattern in `shadow` adds nothing. Deciding with a likelihood ratio
of 1/p false alarms are rarer than p. [Good, Probability and the Weighing of Evidence, 1950; Ville]
"""

from collections.abc import Callable, Mapping, Sequence
from math import exp
from typing import Any

from scoring.patterns import (
    burst_pressure,
    hard_negatives,
    likelihood,
    machine_timing,
    outcome_shift,
    recent,
    repeat_target,
    sequential_numbers,
    target_collision,
)
from scoring.patterns.evidence import nats
from scoring.patterns.policy import Patterns
from scoring.patterns.shape import Signal
from scoring.views import MemberView
from scoring.working import Level

WEIGHED = (
    hard_negatives.NAME,
    outcome_shift.NAME,
    sequential_numbers.NAME,
    machine_timing.NAME,
    target_collision.NAME,
)
"""The patterns whose evidence is fused."""

ASK_ALONE = frozenset({hard_negatives.NAME, repeat_target.NAME, burst_pressure.NAME})
"""Patterns whose flags open a case by themselves: those that are not fused, and the one that finds
abuse which a long good past outweighs. What else is fused asks by the posterior only."""

STATE = "verdict"
"""Where a view remembers the level called for, and in `flagged` what flags of a pattern showed
lately: [nats, local day of the last]."""


def rank(level: Level | None) -> int:
    """Orders levels."""
    return (None, "review", "enforce").index(level)


def level_of(view: MemberView) -> Level | None:
    """The level that was called for so far."""
    found: Level | None = view.patterns.get(STATE, {"level": None})["level"]
    return found


def state(view: MemberView) -> dict[str, Any]:
    """What the view remembers, begun where there is nothing yet."""
    found: dict[str, Any] = view.patterns.setdefault(STATE, {"level": None, "flagged": {}})
    return found


def is_suspect(view: MemberView, policy: Patterns) -> bool:
    """Whether the log-odds are worth working out: most members have nothing against them."""
    shift = view.patterns.get(outcome_shift.NAME, _NO_OUTCOMES)
    return (
        shift["all"][outcome_shift.HARD] > 1
        or shift["s"] > policy.outcome_shift.threshold / 4
        or STATE in view.patterns
        or is_regular(view, policy)
    )


def is_regular(view: MemberView, policy: Patterns) -> bool:
    """Whether how the member adds, whatever the outcomes, speaks against it."""
    patterns = view.patterns
    return bool(
        patterns.get(machine_timing.NAME, _NONE)["n"] > policy.machine_timing.evidence[0][0]
        or patterns.get(sequential_numbers.NAME, _NONE)["n"]
        > policy.sequential_numbers.evidence[0][0]
        or patterns.get(target_collision.NAME, _NO_SHARE)["s"]
        > policy.target_collision.evidence[0][0]
    )


def remember(view: MemberView, shown: Sequence[Signal], policy: Patterns) -> None:
    """Adds up the evidence of flags whose statistic began anew; that of outcomes stays tallied."""
    for signal in shown:
        if signal.pattern in _STRUCTURAL:
            numbers = getattr(policy, signal.pattern)
            whole = signal.threshold == numbers.threshold
            weighs = nats(numbers.evidence, signal.statistic) if whole else numbers.block_nats
            known = state(view)["flagged"]
            known[signal.pattern] = [_flagged(view, signal.pattern, policy) + weighs, view.day]


def contributions(view: MemberView, policy: Patterns) -> dict[str, float]:
    """Nats that each weighed pattern adds to the log-odds, as of the member's last event."""
    outcomes = likelihood.of_outcomes(view, policy)
    found = {
        hard_negatives.NAME: outcomes.hard,
        outcome_shift.NAME: outcomes.outcomes - outcomes.hard,
    }
    for name, statistic in _STRUCTURAL.items():
        numbers = getattr(policy, name)
        now = nats(numbers.evidence, statistic(view, policy))
        found[name] = min(now + _flagged(view, name, policy), numbers.most_nats)
    # Colleagues share welcome contacts, too: sharing weighs along with poor outcomes only. Those of
    # the enterprise count once the member's own are poor as well: nobody is held for others'.
    poor = 0.0
    if outcomes.outcomes > 0:
        company_nats = view.patterns.get(target_collision.NAME, _NO_SHARE).get("company", 0.0)
        poor = policy.target_collision.per_outcome_nat * max(outcomes.outcomes, company_nats)
    found[target_collision.NAME] = min(found[target_collision.NAME], poor)
    for name in found:
        if getattr(policy, name).mode == "shadow":
            found[name] = 0.0
    tools = sequential_numbers.NAME, machine_timing.NAME
    found[min(tools, key=found.__getitem__)] = 0.0
    return found


def log_odds(found: Mapping[str, float], policy: Patterns) -> float:
    """Prior and contributions together, in nats."""
    return policy.verdict.prior_nats + sum(found.values())


def posterior(found: Mapping[str, float], policy: Patterns) -> float:
    """Probability of abuse, 0–1."""
    odds = log_odds(found, policy)
    return 1.0 / (1.0 + exp(-odds)) if odds > -700 else 0.0


def level(found: Mapping[str, float], probability: float, policy: Patterns) -> Level | None:
    """What the posterior calls for; `enforce` only where a pattern of that mode is noted."""
    numbers = policy.verdict
    if probability >= numbers.enforce and any(
        weighs >= numbers.noted and getattr(policy, name).mode == "enforce"
        for name, weighs in found.items()
    ):
        return "enforce"
    return "review" if probability >= numbers.review else None


def speaking(found: Mapping[str, float], policy: Patterns) -> list[str]:
    """The patterns that speak for a case, strongest first: those noted, or else the strongest."""
    strongest_first = sorted(found, key=found.__getitem__, reverse=True)
    noted = [name for name in strongest_first if found[name] >= policy.verdict.noted]
    return noted or [name for name in strongest_first[:1] if found[name] > 0]


def in_words(
    view: MemberView, found: Mapping[str, float], fired: Sequence[Signal], policy: Patterns
) -> tuple[str, ...]:
    """Why, a sentence for each pattern that speaks; then which contacts and when.

    Those are what the signals of this event cite, else the last ones that the patterns rest on.
    """
    names = speaking(found, policy)
    said = [f"{name} ({found[name]:+.1f}): {_why(name, view, policy)}" for name in names]
    of_signals = [sentence for signal in fired for sentence in signal.evidence]
    return (*said, *(of_signals or _last(view, names)[0]))


def cited(view: MemberView, names: Sequence[str]) -> tuple[str, ...]:
    """Ids of the last events that those patterns rest on."""
    return _last(view, names)[1]


def _last(view: MemberView, names: Sequence[str]) -> recent.Cited:
    nothing: recent.Cited = ((), ())
    of_outcomes = {hard_negatives.NAME, outcome_shift.NAME} & {*names}
    hard = recent.hard(view) if of_outcomes else nothing
    adds = recent.adds(view) if {*_STRUCTURAL} & {*names} else nothing
    return (*hard[0], *adds[0]), (*hard[1], *adds[1])


def _why(name: str, view: MemberView, policy: Patterns) -> str:
    flagged = _flagged(view, name, policy)
    if name not in view.patterns or flagged >= policy.verdict.noted:
        return f"flagged within the last {policy.verdict.flag_days} days"
    return _WORDS[name](view, policy)


def _flagged(view: MemberView, name: str, policy: Patterns) -> float:
    """Nats that flags of the last days showed."""
    known = view.patterns.get(STATE)
    found = known["flagged"].get(name) if known is not None else None
    if found is None or view.day - found[1] >= policy.verdict.flag_days:
        return 0.0
    return float(found[0])


def _neighbours(view: MemberView, _: Patterns) -> float:
    return float(view.patterns.get(sequential_numbers.NAME, _NONE)["n"])


def _equal_gaps(view: MemberView, _: Patterns) -> float:
    return float(view.patterns.get(machine_timing.NAME, _NONE)["n"])


def _shared(view: MemberView, policy: Patterns) -> float:
    found = view.patterns.get(target_collision.NAME)
    enough = found is not None and len(found["with"]) >= policy.target_collision.members - 1
    return float(found["s"]) if found is not None and enough else 0.0


_NONE: Mapping[str, int] = {"n": 0}
_NO_SHARE: Mapping[str, float] = {"s": 0.0, "company": 0.0}
_NO_OUTCOMES: Mapping[str, Any] = {"all": (0, 0, 0, 0), "s": 0.0}
_STRUCTURAL: Mapping[str, Callable[[MemberView, Patterns], float]] = {
    sequential_numbers.NAME: _neighbours,
    machine_timing.NAME: _equal_gaps,
    target_collision.NAME: _shared,
}
"""Patterns whose statistic is evidence by a table of the policy."""


def _outcome_words(view: MemberView, _: Patterns) -> str:
    tally = outcome_shift.tally_words(view.patterns[outcome_shift.NAME]["all"])
    return f"{tally}; {len(view.opened)} more wait for an answer"


_WORDS: Mapping[str, Callable[[MemberView, Patterns], str]] = {
    hard_negatives.NAME: _outcome_words,
    outcome_shift.NAME: _outcome_words,
    sequential_numbers.NAME: lambda view, policy: sequential_numbers.in_words(
        view.patterns[sequential_numbers.NAME], policy.sequential_numbers
    ),
    machine_timing.NAME: lambda view, policy: machine_timing.in_words(
        view.patterns[machine_timing.NAME], policy.machine_timing
    ),
    target_collision.NAME: lambda view, _: target_collision.in_words(
        view.patterns[target_collision.NAME]
    ),
}
