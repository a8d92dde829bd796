"""The three penalty tracks: what a violation brings, given what the account did before.

    violation + history + policy + now ─▶ measures, each of them one restriction
                                       ─▶ or none, and why

Strikes are counted by a fold over the history: what was overturned counts no more, what expired by
policy neither. Nothing here is remembered elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from penalties.catalogue import Track
from penalties.penalty import Penalty
from penalties.policy import PenaltiesPolicy
from penalties.restrictions import Scope
from penalties.rules import RULES, Rule
from penalties.violation import Violation

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
LAST_STEP = 3

BLOCKS = frozenset({Scope.ADMIN_ACCOUNT, Scope.ENTERPRISE_ACCOUNT})
"""Blocks that reach beyond the member, where two reviewers say so (§2.2 Note, §3.2, §4.2)."""

STEPS: Mapping[int, Rule] = MappingProxyType(
    {1: RULES["ladder.first"], 2: RULES["ladder.second"], 3: RULES["ladder.third"]}
)
"""The steps of the ladder (§2.2)."""
_SEVERE: Mapping[Track, Rule] = MappingProxyType(
    {
        Track.LADDER: RULES["ladder.severe"],
        Track.LINKED_ACCOUNT: RULES["linked.severe"],
        Track.PERMANENT: RULES["permanent.severe"],
    }
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One restriction that is called for; `lasts_ms` None: for good, or until an event ends it.

    `step` and `is_strike` are of the ladder.
    """

    scope: Scope
    lasts_ms: int | None
    rule: Rule
    step: int | None = None
    is_strike: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a violation calls for: `measures`, or none and `why_none` in words.

    `needs_two`: two different holders must say so before any of it is imposed.
    """

    measures: tuple[Measure, ...]
    needs_two: bool = False
    why_none: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A penalty that stands otherwise once another was overturned; `ends_ms` None: for good."""

    penalty_id: str
    step: int
    ends_ms: int | None


def rule_on(
    violation: Violation, history: Sequence[Penalty], policy: PenaltiesPolicy, now_ms: int
) -> Ruling:
    """What the violation calls for now (§2.2, §3.2, §4.2); `history` in any order."""
    if violation.severity == "severe" or violation.track is Track.PERMANENT:
        return _blocks(violation, history)
    if violation.member_id is None:
        return Ruling(
            (), why_none="The ladder is of member accounts: there is no step of it to impose."
        )
    if violation.track is Track.LINKED_ACCOUNT:
        return _linked(violation, history, now_ms)
    return _ladder(violation, history, policy, now_ms)


def strikes(history: Sequence[Penalty], policy: PenaltiesPolicy, now_ms: int) -> int:
    """Upheld violations of the ladder that count at `now_ms`, one for each incident.

    They never expire, as the seed names no expiry, unless the policy sets one.
    """
    days = policy.ladder.strikes_expire_days
    since_ms = None if days is None else now_ms - days * DAY_MS
    counting = [one for one in history if one.is_strike]
    return sum(since_ms is None or one.starts_ms > since_ms for one in counting)


def next_ordinal(history: Sequence[Penalty]) -> int:
    """The number of the next strike: those that were overturned keep theirs."""
    return 1 + max((one.ordinal for one in history if one.ordinal is not None), default=0)


def incident_of(violation: Violation, history: Sequence[Penalty]) -> Penalty | None:
    """The penalty whose incident the conduct belongs to; None: it is a new one.

    An incident is all conduct up to the start of the member's last penalty of the track.
    """
    of_track = [
        one
        for one in history
        if one.track is Track.LADDER and not one.is_hold and one.overturned_ms is None
    ]
    last = max(of_track, key=lambda one: one.starts_ms, default=None)
    return last if last is not None and violation.occurred_ms <= last.starts_ms else None


def why_no_step(known: Penalty) -> str:
    """Why conduct brings no step of its own, in words."""
    return f"The conduct is of an incident that {known.id} is for."


def step_length_ms(step: int, policy: PenaltiesPolicy) -> int | None:
    """How long a step of the ladder lasts; None: for good."""
    hours = {1: policy.ladder.first_h, 2: policy.ladder.second_h}.get(step)
    return None if hours is None else hours * HOUR_MS


def corrected(
    history: Sequence[Penalty], overturned: Penalty, policy: PenaltiesPolicy, now_ms: int
) -> list[Correction]:
    """How later steps stand once a strike was taken back: one step lower, time served credited.

    Credit is what was served under the ladder in all, beyond what its standing steps call for.
    `history` is without the overturned one. No end moves to a later time than it had, nor into the
    past: what was served was served.
    """
    if overturned.ordinal is None:
        return []
    counted = [one for one in (*history, overturned) if one.ordinal is not None]
    served_ms = _covered_ms((one.starts_ms, _until_ms(one, now_ms)) for one in counted)
    standing = sorted(
        (one for one in history if one.is_strike), key=lambda one: (one.starts_ms, one.id)
    )
    due: list[tuple[int, int]] = []
    corrections = []
    for one in standing:
        step = None if one.step is None else min(one.step, _step_at(one, history, policy))
        due.append((one.starts_ms, _due_until_ms(one, step, policy, now_ms)))
        if step is None or step == one.step or one.starts_ms <= overturned.starts_ms:
            continue
        owed_ms = max(0, _covered_ms(due) - served_ms)
        ends_ms = _lowered_ms(one, step_length_ms(step, policy), owed_ms, now_ms)
        corrections.append(Correction(one.id, step, ends_ms))
    return corrections


def _until_ms(penalty: Penalty, now_ms: int) -> int:
    """Until when it was served by `now_ms`."""
    over_ms = penalty.over_ms
    return now_ms if over_ms is None else min(over_ms, now_ms)


def _due_until_ms(penalty: Penalty, step: int | None, policy: PenaltiesPolicy, now_ms: int) -> int:
    """Until when a strike that stands is rightly served; for good: by now, as far as it goes."""
    lasts_ms = None if step is None else step_length_ms(step, policy)
    if lasts_ms is None:
        return _until_ms(penalty, now_ms)
    ends_ms = penalty.starts_ms + lasts_ms
    return ends_ms if penalty.lifted_ms is None else min(ends_ms, penalty.lifted_ms)


def _lowered_ms(penalty: Penalty, lasts_ms: int | None, owed_ms: int, now_ms: int) -> int | None:
    """The end of a step that became a lower one, of which `owed_ms` are still to be served."""
    if lasts_ms is None:
        return penalty.ends_ms
    full_ms = penalty.starts_ms + lasts_ms
    if penalty.binds_at(now_ms):
        full_ms = max(penalty.starts_ms + 1, now_ms, min(full_ms, now_ms + owed_ms))
    else:
        full_ms = max(full_ms, _until_ms(penalty, now_ms))
    return full_ms if penalty.ends_ms is None else min(penalty.ends_ms, full_ms)


def _covered_ms(spans: Iterable[tuple[int, int]]) -> int:
    """How long spans are together, what they share counted once."""
    covered_ms, end_ms = 0, 0
    for starts_ms, ends_ms in sorted(spans):
        covered_ms += max(0, ends_ms - max(starts_ms, end_ms))
        end_ms = max(end_ms, ends_ms)
    return covered_ms


def _step_at(penalty: Penalty, history: Sequence[Penalty], policy: PenaltiesPolicy) -> int:
    """The step that a strike is, by those that counted when it was imposed."""
    before = [one for one in history if one.starts_ms < penalty.starts_ms]
    return min(strikes(before, policy, penalty.starts_ms) + 1, LAST_STEP)


def _ladder(
    violation: Violation, history: Sequence[Penalty], policy: PenaltiesPolicy, now_ms: int
) -> Ruling:
    known = incident_of(violation, history)
    if known is not None:
        return Ruling((), why_none=why_no_step(known))
    step = min(strikes(history, policy, now_ms) + 1, LAST_STEP)
    lasts_ms = step_length_ms(step, policy)
    measure = Measure(Scope.INTEROP, lasts_ms, STEPS[step], step, is_strike=True)
    return Ruling((measure,), needs_two=lasts_ms is None)


def _linked(violation: Violation, history: Sequence[Penalty], now_ms: int) -> Ruling:
    for one in history:
        same = one.linked_account_id == violation.linked_account_id and not one.is_hold
        own = (one.enterprise_id, one.member_id) == (violation.enterprise_id, violation.member_id)
        if one.track is Track.LINKED_ACCOUNT and same and own and one.binds_at(now_ms):
            return Ruling((), why_none=f"{one.id} is for the same linked account.")
    return Ruling((Measure(Scope.INTEROP, None, RULES["linked.blocked"]),))


def _blocks(violation: Violation, history: Sequence[Penalty]) -> Ruling:
    """Account blocks, whatever came before: they always take two (§2.2 Note, §3.2, §4.2)."""
    severe = violation.severity == "severe"
    rule = _SEVERE[violation.track] if severe else RULES["permanent.member"]
    climbs = violation.track is Track.LADDER and incident_of(violation, history) is None
    measures = []
    if violation.member_id is not None:
        measures.append(Measure(Scope.MEMBER_ACCOUNT, None, rule, is_strike=climbs))
    wider = violation.scopes & BLOCKS if severe else frozenset()
    measures += [Measure(scope, None, rule) for scope in sorted(wider)]
    if not measures:
        return Ruling((), why_none="There is no member to block, and no other block was asked for.")
    return Ruling(tuple(measures), needs_two=True)
