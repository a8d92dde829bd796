"""The figures of a period counted one by one, as `docs/transparency.md` defines them."""

from collections import Counter
from collections.abc import Iterable
from statistics import median

from penalties.restrictions import Scope
from server.records.audit import Deed
from server.records.figures import (
    Blocked,
    Cases,
    Ended,
    Figures,
    Flagged,
    Imposed,
    Judged,
    Requests,
)
from server.records.requests import Request
from server.records.transparency import Period
from tests.enforced import World


class Count:
    """What a world comes to between two times."""

    def __init__(self, world: World, period: Period) -> None:
        self.world = world
        self.period = period

    def within(self, at_ms: int | None) -> bool:
        return at_ms is not None and self.period.from_ms <= at_ms < self.period.to_ms

    def figures(self) -> Figures:
        return Figures(
            imposed=self.imposed(),
            ended=self.ended(),
            violations=self.violations(),
            cases=self.cases(),
            appeals=self.requests("appeal", {"overturned", "modified", "rejected"}),
            applications=self.requests("application", {"approved", "rejected"}),
            blocked=self.blocked(),
            flags=self.flags(),
        )

    def imposed(self) -> list[Imposed]:
        sorts = Counter(
            (int(one.track), one.type, str(one.scope), one.source, one.automated, one.is_hold)
            for one in self.world.penalties
            if self.within(one.starts_ms)
        )
        return [Imposed(*sort, count) for sort, count in sorted(sorts.items())]

    def ended(self) -> dict[str, Ended]:
        by_id = {one.id: one for one in self.world.penalties}
        ended: dict[str, set[str]] = {"application": set(), "modification": set()}
        ended["overturn"] = {one.id for one in by_id.values() if self.within(one.overturned_ms)}
        for one in self.world.requests:
            if not self.within(one.decided_ms):
                continue
            overturned_ms = by_id[one.penalty_id].overturned_ms
            stands = overturned_ms is None or overturned_ms > (one.decided_ms or 0)
            if one.kind == "application" and one.state == "approved" and stands:
                ended["application"].add(one.penalty_id)
            if one.kind == "appeal" and one.state == "modified":
                ended["modification"].add(one.penalty_id)
        return {
            name: Ended(
                sum(not by_id[id_].is_hold for id_ in ids), sum(by_id[id_].is_hold for id_ in ids)
            )
            for name, ids in ended.items()
        }

    def violations(self) -> list[Judged]:
        found: dict[tuple[int, str, str], Counter[str]] = {}
        for record in self.world.violations:
            one = record.violation
            counts = found.setdefault((int(one.track), one.type, one.source), Counter())
            counts["reported"] += self.within(record.reported_ms)
            for change in ("upheld", "dismissed", "overturned"):
                first = self.first(f"violation.{change}", one.id)
                counts[change] += first is not None and self.within(first.at_ms)
        return [Judged(*key, dict(found[key])) for key in sorted(found) if found[key].total()]

    def cases(self) -> Cases:
        origins: dict[str, Counter[str]] = {"patterns": Counter(), "reports": Counter()}
        took: list[int] = []
        for record in self.world.cases:
            counts = origins["patterns" if record.seq else "reports"]
            counts["opened"] += self.within(record.case.opened_ms)
            for decision in ("confirmed", "dismissed"):
                first = self.first(f"case.{decision}", record.case.id)
                if first is not None and self.within(first.at_ms):
                    counts[decision] += 1
                    took.append(first.at_ms - record.case.opened_ms)
        names = ("opened", "confirmed", "dismissed")
        patterns, reports = ({name: counts[name] for name in names} for counts in origins.values())
        return Cases(patterns, reports, _median(took))

    def requests(self, kind: str, answers: set[str]) -> Requests:
        every = [one for one in self.world.requests if one.kind == kind]
        ended = [*sorted(answers), "withdrawn", "expired"]
        closed = {
            state: sum(one.state == state and self.within(_closed_ms(one)) for one in every)
            for state in ended
        }
        answered = [
            (one.decided_ms - one.created_ms, one.decided_ms > one.due_ms)
            for one in every
            if one.state in answers and one.decided_ms is not None and self.within(one.decided_ms)
        ]
        return Requests(
            filed=sum(self.within(one.created_ms) for one in every),
            closed=closed,
            median_ms=_median([took for took, _ in answered]),
            beyond_target=sum(late for _, late in answered),
        )

    def blocked(self) -> Blocked:
        without = {
            record.violation.id: record.violation.grounds.without or 0
            for record in self.world.violations
            if record.violation.grounds is not None
        }
        hit: dict[str, int] = {}
        for one in self.world.penalties:
            is_block = one.scope is Scope.ENTERPRISE_ACCOUNT and not one.is_hold
            if is_block and self.within(one.starts_ms):
                mine = without.get(one.violation_id or "", 0)
                hit[one.enterprise_id] = max(mine, hit.get(one.enterprise_id, 0))
        known = sum(one.first_seen_ms < self.period.to_ms for one in self.world.enterprises)
        return Blocked(len(hit), known, sum(hit.values()))

    def flags(self) -> list[Flagged]:
        raised = [one for one in self.world.flags if self.within(one.at_ms)]
        counts = Counter((one.pattern, one.mode) for one in raised)
        return [Flagged(*key, count) for key, count in sorted(counts.items())]

    def first(self, action: str, subject_id: str) -> Deed | None:
        """The first deed of that sort that the subject saw, whenever that was."""
        mine = (one for one in self.world.deeds if one.subject_id == subject_id)
        return next((one for one in mine if one.action == action), None)


def _closed_ms(one: Request) -> int:
    return one.changed_ms if one.decided_ms is None else one.decided_ms


def _median(values: Iterable[int]) -> float | None:
    known = list(values)
    return float(median(known)) if known else None
