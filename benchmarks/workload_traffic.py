"""Made-up traffic, enterprise by enterprise: labels, and lines in the order of their times.

    plan = stressed(make_plan(members=300), ["viral"])
    for enterprise in generate(plan, seed=1):
        for line in enterprise.lines: ...

Each enterprise draws from its own seed, so it is the same whichever others are made.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from random import Random

from benchmarks.workload_company import Company, Line
from benchmarks.workload_extras import hand_over, report_usage, retaliate, sabotage, scan_bursts
from benchmarks.workload_member import Member
from benchmarks.workload_plan import DAY_MS, START_MS, Label, Plan, Roster, compose

TIME_ZONE = "Asia/Shanghai"
_MINUTES = [f"T{minute // 60:02d}:{minute % 60:02d}:" for minute in range(1_440)]
_SECONDS = [f"{second:02d}." for second in range(60)]


@dataclass(frozen=True)
class Enterprise:
    """An enterprise's traffic. `lines` can be read once, and are made while they are read."""

    enterprise_id: str
    kind: str
    labels: tuple[Label, ...]
    lines: Iterator[Line]


def generate(plan: Plan, seed: int) -> Iterator[Enterprise]:
    """Every enterprise of a plan. Memory grows with its members, and with what is unanswered."""
    for roster in compose(plan, seed):
        lines = _written(_days(plan, roster, seed))
        yield Enterprise(roster.enterprise_id, roster.kind, labels(plan, roster), lines)


def labels(plan: Plan, roster: Roster) -> tuple[Label, ...]:
    """What each member is."""
    classes = plan.parameters.classes
    return tuple(
        Label(
            roster.enterprise_id,
            member_id(roster, place),
            seat.class_name,
            classes[seat.class_name].abusive,
            None if seat.hijack_day is None else START_MS + seat.hijack_day * DAY_MS,
            seat.note,
        )
        for place, seat in enumerate(roster.seats)
    )


def member_id(roster: Roster, place: int) -> str:
    """The id of the member on a seat."""
    return f"m{roster.number}-{place}"


class _Course:
    """A member's days, with what befalls it beside its own work; that has draws of its own."""

    def __init__(self, member: Member, handovers: bool, fate: Random) -> None:
        plan = member.company.plan
        self._member, self._fate, self._handovers = member, fate, handovers
        self._complaints = member.seat.retaliation
        days = min(plan.parameters.stress.qr_sabotage.days, plan.days)
        first = fate.randrange(plan.days - days + 1)
        self._attacked = range(first, first + days) if member.seat.sabotage else range(0)
        usage = plan.parameters.usage
        self._reports = fate.random() < usage.members and usage.enabled

    def day(self, day: int) -> None:
        """Makes the lines of a day."""
        member = self._member
        load = member.work(day)
        if not member.habit.rates.abusive:
            scan_bursts(member, day, max(1.0, load))
            if self._handovers:
                hand_over(member, day, load)
            if self._reports and load:
                report_usage(member, day, self._fate)
        if self._attacked:
            sabotage(member, day, self._attacked, self._fate)
        if self._complaints:
            self._complaints = retaliate(member, day, self._complaints, self._fate)


def _courses(plan: Plan, roster: Roster, company: Company, seed: int) -> Iterator[_Course]:
    """A course for each seat; a group with a daily cap has one, in which its members take turns."""
    rates = plan.parameters.classes[roster.seats[0].class_name]
    ids = [member_id(roster, place) for place in range(len(roster.seats))]
    crews = [ids] if rates.daily_cap else [[each] for each in ids]
    for seat, crew in zip(roster.seats, crews, strict=False):
        name = f"{seed}/{roster.number}/{crew[0]}"
        member = Member(company, seat, crew, Random(name))
        yield _Course(member, roster.handovers, Random(f"{name}/fate"))


def _days(plan: Plan, roster: Roster, seed: int) -> Iterator[Line]:
    """Lines by time, with `at` in epoch ms. What happens after a day's end waits for its day."""
    pool = plan.parameters.classes[roster.seats[0].class_name].pool
    company = Company(roster.number, plan, pool, Random(f"{seed}/{roster.number}"))
    courses = list(_courses(plan, roster, company, seed))
    about = {"enterprise_id": company.enterprise_id, "time_zone": TIME_ZONE}
    yield {"type": "enterprise.updated", "at": START_MS, **about, "verification": "verified"}
    for day in range(plan.days + plan.parameters.answers.tail_days):
        for course in courses if day < plan.days else ():
            course.day(day)
        lines, end = sorted(company.lines, key=itemgetter("at")), START_MS + (day + 1) * DAY_MS
        company.lines = []
        for line in lines:
            if line["at"] < end:
                yield line
            else:
                company.lines.append(line)


def _written(lines: Iterator[Line]) -> Iterator[Line]:
    """The same lines with `at` as it stands in a file."""
    for line in lines:
        day, rest = divmod(line["at"], DAY_MS)
        minute, rest = divmod(rest, 60_000)
        second, ms = divmod(rest, 1_000)
        line["at"] = f"{_date(day)}{_MINUTES[minute]}{_SECONDS[second]}{ms:03d}Z"
        yield line


@cache
def _date(day: int) -> str:
    return datetime.fromtimestamp(day * 86_400, UTC).strftime("%Y-%m-%d")
