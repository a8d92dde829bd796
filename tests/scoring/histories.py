"""Two accounts side by side through the same days, one of them never doing worse."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from scoring import tiers
from scoring.views import EnterpriseView, MemberView
from tests.scoring.build import DAY, MEMBER_FIELDS, POLICY, a_company, a_member

FROM_WORST = ("complained", "blocked", "deleted", "declined", "accepted")
_WEIGHT = {"deleted": 1.0, "blocked": 3.0, "complained": 9.0}


@dataclass(frozen=True)
class Doings:
    """What one account does on a day that it has an event on; adds by their outcome."""

    active: bool = False
    violation: bool = False
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Day:
    """A day of both, `idle` days before it. `worse` None: it has no event that day."""

    idle: int
    better: Doings
    worse: Doings | None


@dataclass(frozen=True)
class History:
    """Where both begin, and their days."""

    company: tuple[str, str]
    fields: tuple[frozenset[str], frozenset[str]]
    tier: int
    days: list[Day] = field(default_factory=list)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Histories in which the first account is never worse than the second."""
    ranks = ("none", "verified", "certified")
    high = draw(st.integers(0, 2))
    low = draw(st.integers(0, high))
    more = draw(st.frozensets(st.sampled_from(sorted(MEMBER_FIELDS))))
    fewer = frozenset(name for name in sorted(more) if draw(st.booleans()))
    return History(
        (ranks[high], ranks[low]),
        (more, fewer),
        draw(st.integers(0, 4)),
        draw(st.lists(days(), min_size=1, max_size=12)),
    )


@st.composite
def days(draw: st.DrawFn) -> Day:
    """A day whose adds ended as well or better for the first account."""
    ends = draw(st.lists(st.tuples(_RANKS, _RANKS, st.integers(1, 40)), max_size=3))
    better = tuple(FROM_WORST[max(a, b)] for a, b, times in ends for _ in range(times))
    worse = tuple(FROM_WORST[min(a, b)] for a, b, times in ends for _ in range(times))
    active, violation = draw(st.booleans()), draw(st.integers(0, 9)) == 0
    doings = Doings(active and draw(st.booleans()), violation or draw(st.booleans()), worse)
    return Day(
        draw(st.one_of(st.integers(0, 20), st.integers(0, 200))),
        Doings(active, violation, better),
        doings if worse or doings.active or doings.violation else None,
    )


_RANKS = st.integers(0, len(FROM_WORST) - 1)


@dataclass
class Account:
    """A member with its enterprise, folded by hand: no colleagues, every contact a new one."""

    company: EnterpriseView
    member: MemberView

    @classmethod
    def begin(cls, verification: str, fields: frozenset[str], tier: int) -> "Account":
        """An account at `tier` by score."""
        company = a_company(verification)
        member = a_member(company, profile=fields, score_tier=tier, tier=tier)
        tiers.refresh(member, company, POLICY, 1)
        return cls(company, member)

    def at(self, day: int) -> MemberView:
        """The member as it would stand on a day."""
        company = tiers.moved_enterprise(self.company, POLICY, day, day)
        return tiers.moved_member(self.member, company, POLICY, company.day, day)

    def does(self, doings: Doings, day: int) -> None:
        """Folds a day's doings."""
        member, company = self.member, self.company
        tiers.begin_enterprise_day(company, POLICY, day, day)
        tiers.begin_day(member, company, POLICY, day, day)
        if doings.active:
            member.active_days |= 1
            member.replies[day] = [1, 100]
        if doings.violation:
            member.points += POLICY.compliance.normal
            member.clean_since_day = day
        for outcome in doings.outcomes:
            self._add(outcome, day)
        tiers.refresh(member, company, POLICY, day)

    def _add(self, outcome: str, day: int) -> None:
        member = self.member
        member.adds += 1
        member.best[day] = member.best.get(day, 0) + 1
        recent = member.recent.setdefault(day, [0, 0])
        recent[0] += 1
        member.sums.resolved += 1
        if outcome == "accepted":
            member.sums.accepted += 1
            member.sums.positive += 1
        if outcome in _WEIGHT:
            member.sums.negative += _WEIGHT[outcome]
            member.negative_contacts += 1
            recent[1] += outcome == "complained"


def pair(history: History) -> tuple[Account, Account]:
    """The better and the worse account at the beginning."""
    (high, low), (more, fewer) = history.company, history.fields
    return Account.begin(high, more, history.tier), Account.begin(low, fewer, history.tier)


FIRST_DAY = DAY
