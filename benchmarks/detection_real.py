"""Real people: first messages of a college with abusers among them, posting times of accounts.

REAL_DATA_SETS names the directory with `collegemsg.txt.gz` and `reddit_timestamps.csv.gz`; where it
does not, this part is left out. docs/real-data.md says what the data are.
"""

import csv
import gzip
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from benchmarks import detection_measures as measures
from benchmarks.detection_events import Converter, at_ms
from benchmarks.detection_pass import Company, follow_events
from benchmarks.detection_scenarios import SEEDS
from benchmarks.detection_summary import Figures, Pool, until
from benchmarks.real_data import READERS, Organisation
from benchmarks.workload import Enterprise, Label, generate, make_plan
from benchmarks.workload_company import Line
from benchmarks.workload_plan import DAY_MS, START_MS
from quota.days import midnight_ms
from scoring import verdict
from scoring.patterns import Attempt, machine_timing
from scoring.patterns.policy import Patterns
from scoring.policy import ScoringPolicy
from scoring.views import new_member
from scoring.working import Level

VARIABLE = "REAL_DATA_SETS"
COLLEGE, REDDIT = "collegemsg.txt.gz", "reddit_timestamps.csv.gz"
ENTERPRISES = 20
SEED = SEEDS[0]
DAYS: Mapping[str, int] = {"blaster": 10, "slow_drip": 30}
"""For how long each injected abuser is active; they begin on the first days of the data."""
FIRST_DAYS = 60


@dataclass(frozen=True)
class Injected:
    """One enterprise of the college, with `each` abusers of each class among all of them."""

    source: Path
    each: int
    number: int
    policy: ScoringPolicy


def directory() -> Path | None:
    """Where the data are, if anywhere."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named and Path(named).is_dir() else None


def college_jobs(where: Path, each: int, policy: ScoringPolicy) -> list[Injected]:
    """The enterprises of the college; none where the data are absent."""
    source = where / COLLEGE
    numbers = range(ENTERPRISES if source.exists() else 0)
    return [Injected(source, each, number, policy) for number in numbers]


def measure_college(job: Injected) -> Company:
    """Folds one enterprise of the college."""
    lines, labels = _mixed(job.source, job.each)
    name = f"college-{job.number}"
    events = Converter(READERS["collegemsg"][2]).events(lines[name])
    enterprise = Enterprise(name, "college", labels[name], iter(()))
    return follow_events(enterprise, events, job.policy, ())


@cache
def _mixed(
    source: Path, each: int
) -> tuple[Mapping[str, Sequence[Line]], Mapping[str, tuple[Label, ...]]]:
    """Lines and labels by enterprise: the people's, and the abusers' at the time of the people."""
    reader, name, zone = READERS["collegemsg"]
    with gzip.open(source, "rt", encoding="ascii") as messages:
        people = Organisation(name, zone, enterprises=ENTERPRISES)
        lines = [line | {"at": at_ms(line["at"])} for line in reader(messages, people)]
    senders = {(line["enterprise_id"], line["member_id"]) for line in lines if "member_id" in line}
    labels = [Label(*sender, "people", abusive=False) for sender in sorted(senders)]
    first_day = lines[0]["at"] // DAY_MS
    for class_name, days in DAYS.items():
        for place, (label, made) in enumerate(_abusers(class_name, each, days)):
            home = f"{name}-{place % ENTERPRISES}"
            member_id = f"{class_name}-{label.member_id}"
            labels.append(Label(home, member_id, class_name, abusive=True))
            begun = midnight_ms(zone, first_day + 1 + place * FIRST_DAYS // each)
            lines += [_moved(line, home, member_id, begun - START_MS) for line in made]
    by_enterprise: dict[str, list[Line]] = {}
    for line in sorted(lines, key=itemgetter("at")):
        by_enterprise.setdefault(line["enterprise_id"], []).append(line)
    return by_enterprise, {
        home: tuple(label for label in labels if label.enterprise_id == home)
        for home in by_enterprise
    }


def _abusers(class_name: str, each: int, days: int) -> Iterator[tuple[Label, list[Line]]]:
    """Labels and lines of so many abusers, without the honest members of their enterprise."""
    for enterprise in generate(make_plan(members=5, days=days, abusers={class_name: each}), SEED):
        lines: dict[str, list[Line]] = {}
        for line in enterprise.lines:
            lines.setdefault(line.get("member_id", ""), []).append(line)
        for label in enterprise.labels:
            if label.abusive:
                yield label, lines.get(label.member_id, [])


def _moved(line: Line, home: str, member_id: str, by_ms: int) -> Line:
    """A line at another enterprise and time; its contact is nobody's of the data."""
    moved = {"at": at_ms(line["at"]) + by_ms, "enterprise_id": home, "member_id": member_id}
    if "target_id" in line:
        moved["target_id"] = f"{member_id}-{line['target_id']}"
    return line | moved


def college(found: Iterable[Company]) -> Figures | None:
    """What was found of the abusers, and falsely of the people."""
    pool = Pool(found)
    if not pool.members:
        return None
    return {
        "classes": {
            name: {
                "members": len(members),
                "adds_made": sum(member.adds for member in members),
                **{
                    level: {
                        "count": sum(level in member.reached for member in members),
                        **until([m for m in members if level in m.reached], level),
                    }
                    for level in ("enforce", "review")
                },
            }
            for name, members in pool.by_class().items()
        },
        "highest_nats_of_people": max(member.top for member in pool.honest),
    }


@dataclass(slots=True)
class _Account:
    """A poster: the statistic's maximum, the events until the first flag, the level by timing."""

    is_bot: bool
    events: int = 0
    most: float = 0.0
    flagged_after: int | None = None
    level: Level | None = None


def reddit(where: Path, policy: Patterns) -> Figures | None:
    """Each account's posting times as adds, shown to `machine_timing` alone."""
    source = where / REDDIT
    if not source.exists():
        return None
    with gzip.open(source, "rt", encoding="ascii") as rows:
        accounts = [
            _timed(list(posts), policy)
            for _, posts in groupby(csv.DictReader(rows), key=itemgetter("user_id"))
        ]
    bots = [account for account in accounts if account.is_bot]
    people = [account for account in accounts if not account.is_bot]
    return {"bots": _summed(bots), "people": _summed(people)}


def _timed(posts: Sequence[Mapping[str, str]], policy: Patterns) -> _Account:
    account, view = _Account(posts[0]["is_bot"] == "1"), new_member(0)
    for at_s in sorted(int(post["timestamp_s"]) for post in posts):
        account.events += 1
        at, view.day = at_s * 1000, at_s // 86_400
        attempt = Attempt(at, view.day, "", "", "ok")
        signal = machine_timing.observe(attempt, view, policy)
        state = view.patterns[machine_timing.NAME]
        account.most = max(account.most, state["n"] if signal is None else signal.statistic)
        if signal is None:
            continue
        account.flagged_after = account.flagged_after or account.events
        verdict.remember(view, [signal], policy)
        weights = verdict.contributions(view, policy)
        level = verdict.level(weights, verdict.posterior(weights, policy), policy)
        account.level = max(account.level, level, key=verdict.rank)
    return account


def _summed(accounts: Sequence[_Account]) -> Figures:
    after = [each.flagged_after for each in accounts if each.flagged_after is not None]
    return {
        "accounts": len(accounts),
        "events": sum(account.events for account in accounts),
        "flagged": len(after),
        "review": sum(account.level == "review" for account in accounts),
        "enforce": sum(account.level == "enforce" for account in accounts),
        "highest": max(account.most for account in accounts),
        "events_until_flag": [measures.quantile(after, at) for at in (0.5, 0.9)],
    }
