"""A whole replay: reads the files once, folds them, writes the results when all went well."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from time import perf_counter

from scoring import verdict
from scoring.report import member_report
from scoring.tiers import moved_enterprise
from scoring.working import MemberKey
from server.policy import Policy
from server.replay import files, output
from server.replay.calendars import Calendars
from server.replay.checking import check_decision
from server.replay.decision_lines import DECISIONS
from server.replay.enforcement import Enforcement
from server.replay.enforcing import Enforcing
from server.replay.folding import Folding
from server.replay.memory import Memory
from server.replay.observing import Observing
from server.replay.output import LinesFile
from server.replay.policies import Policies
from server.replay.reading import Reader, replay_hasher
from server.replay.results import score_line
from server.replay.stopping import Stop
from server.replay.tally import Tally

_RESULTS, _MEMORY = "results", "memory.sqlite"


@dataclass(frozen=True, slots=True)
class Summary:
    """What came out: `tiers` counts members, `seconds` is the time the run took."""

    tally: Tally
    enterprises: int
    members: int
    tiers: Counter[int]
    seconds: float

    @property
    def events_per_s(self) -> float:
        """Events folded per second, everything included."""
        return self.tally.events / self.seconds if self.seconds else 0.0


async def replay(
    paths: Sequence[Path],
    out: Path,
    *,
    policy: Policy | None = None,
    enforce: bool = False,
    progress: Callable[[int], None] = lambda _: None,
    stop: Stop | None = None,
) -> Summary:
    """Replays the files in the order given and writes the results to `out`.

    `policy` None: the shipped one, until the files activate another. `progress` is told the bytes
    read so far. Raises ReplayError, and StoppedError where `stop` asks for the end; then nothing is
    written.
    """
    started, stop = perf_counter(), stop or Stop()
    with output.workplace(out) as place:
        made = place / _RESULTS
        made.mkdir()
        tally, policies = Tally(), Policies(policy)
        memory = Memory(place / _MEMORY)
        calendars = Calendars(policies.latest.policy.quota.default_time_zone)
        async with AsyncExitStack() as stack:
            names = (output.FLAGS, output.CASES, output.PENALTIES)
            flags, cases, penalties = (stack.enter_context(LinesFile(made / n)) for n in names)
            enforcement = Enforcement(memory.working, cases, penalties, tally)
            folding = Folding(memory, tally, flags, enforcement)
            mode: Observing | Enforcing = Observing(folding, calendars, policies)
            if enforce:
                decisions = stack.enter_context(LinesFile(made / output.DECISIONS))
                mode = Enforcing(folding, calendars, policies, decisions)
                await mode.open()
                stack.push_async_callback(mode.close)
            await _take_all(mode, stop.each(files.read(paths, progress)), folding, policies)
        members = stop.each(sorted(memory.working.members))
        with LinesFile(made / output.SCORES) as scores:
            tiers = _write_scores(scores, members, folding, calendars, policies)
        memory.close()
        stop.check()
        output.publish(made, out)
    working = memory.working
    seconds = perf_counter() - started
    return Summary(tally, len(working.enterprises), len(working.members), tiers, seconds)


async def _take_all(
    mode: Observing | Enforcing, lines: Iterable[files.Raw], folding: Folding, policies: Policies
) -> None:
    reader, tally = Reader(replay_hasher()), folding.tally
    for raw in lines:
        line = reader.line(raw, policies.latest.policy.exempt_blocks)
        tally.lines += 1
        if line.type == "policy.activated":
            policies.activate(line)
            continue
        if line.shard is not None and policies.given is None:
            folding.enforcement.is_told()
        if line.type in DECISIONS:
            check_decision(line, policies.of(line).policy.penalties)
        await mode.take(line)
    await mode.finish()


def _write_scores(
    scores: LinesFile,
    members: Iterable[MemberKey],
    folding: Folding,
    calendars: Calendars,
    policies: Policies,
) -> Counter[int]:
    """One line for each member, as of the last event of all; returns the members by tier."""
    working, tally, scoring = folding.memory.working, folding.tally, policies.latest.policy.scoring
    now_ms, counted = calendars.latest_ms, Counter[int]()
    for enterprise_id, keys in groupby(members, key=itemgetter(0)):
        day = calendars.end(enterprise_id).day
        company = moved_enterprise(working.enterprises[enterprise_id], scoring, day, now_ms)
        for key in keys:
            view, figures = working.members[key], tally.figures.get(key, Counter())
            report = member_report(view, company, scoring, day=day, now_ms=now_ms, guide=False)
            counted[report.tier] += 1
            suspected = verdict.posterior(
                verdict.contributions(view, scoring.patterns), scoring.patterns
            )
            scores.write(
                score_line(key, report, figures, flagged=key in tally.flagged, posterior=suspected)
            )
    return counted
