"""Accounts by the million, begun through the real scripts from one process a core.

python -m benchmarks.speed.loading URL POLICY LOAD_AS_JSON PART/PARTS
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.speed.ledgers import LARGEST_GROUP, contact_of, ledger_on, spend
from benchmarks.speed.loops import Loop, loop
from benchmarks.speed.programs import ProgramError
from benchmarks.speed.traffic import WAY
from quota.adds import Add
from quota.calls import Event
from quota.ledger import Ledger
from quota.policy import Rules
from server.policy import load_policy
from server.policy.rules import rules_of

END_S = 15
LOOK_S = 0.5
TOLD = 20
"""About so often it is told how far loading is."""
ANSWERED = {0: "contact.deleted", 10: "contact.accepted"}
"""Of `EVERY` adds, what comes of some: a tenth is answered, half of that with a cool-down."""
EVERY = 20
STEP = 7
"""Which of a member's adds are answered moves on by this, so that nobody's all are deleted."""


@dataclass(frozen=True, slots=True)
class Load:
    """`adds` of each of `members`, all allowed; `answered`: a tenth of them by the contact, too.

    Members are named as `traffic.Traffic` draws them. `run` (8 characters) is part of every id.
    """

    members: int
    enterprises: int
    run: str
    adds: int = 1
    answered: bool = False

    @property
    def count(self) -> int:
        """All adds."""
        return self.members * self.adds

    def account(self, number: int) -> tuple[str, str]:
        """Who makes the add of that number, from 0: enterprise and member."""
        member = number % self.members
        return f"e{member % self.enterprises}", f"m{member}"

    def add(self, number: int) -> Add:
        """The add of that number."""
        mark = f"{self.run}{number:014d}"
        name = f"r-{self.run}-{number}"
        return Add(*self.account(number), contact_of(mark), way=WAY, request_id=name)

    def answer(self, number: int) -> str | None:
        """What the contact did then: a type of event."""
        if not self.answered:
            return None
        turn, member = divmod(number, self.members)
        return ANSWERED.get((member + STEP * turn) % EVERY)

    def events(self) -> int:
        """How many events the streams get of all this."""
        if not self.answered:
            return self.count
        answers = sum(self.answer(number) is not None for number in range(self.count))
        return self.count + answers


def load(url: str, policy: Path, what: Load, runner: Loop, told: Callable[[str], None]) -> None:
    """Makes all adds on an open Redis. Raises ProgramError where one was denied or refused."""
    before, expected, next_told = _seqs(url, runner), what.events(), 0
    with ExitStack() as started:
        parts = len(os.sched_getaffinity(0))
        running = [
            started.enter_context(_child(url, policy, what, f"{part}/{parts}"))
            for part in range(parts)
        ]
        while running := [child for child in running if _runs(child)]:
            done = _seqs(url, runner) - before
            if done >= next_told:
                told(f"{done:,} of {expected:,} events")
                next_told = done + expected // TOLD
    done = _seqs(url, runner) - before
    if done < expected:  # a service may tell the shards of its policy meanwhile
        raise ProgramError(f"{done} events came of {expected}")


def _runs(child: "subprocess.Popen[str]") -> bool:
    """Looks at a child for a while. Raises ProgramError where it failed."""
    try:
        _, said = child.communicate(timeout=LOOK_S)
    except subprocess.TimeoutExpired:
        return True
    if child.returncode:
        raise ProgramError(f"loading accounts: {said.strip()[-2_000:]}")
    return False


def _seqs(url: str, runner: Loop) -> int:
    """How many events the shards have had."""
    with ledger_on(url, runner) as ledger:
        metas = runner.run(ledger.log.meta(range(ledger.shards)))
    return sum(meta.seq for meta in metas)


@contextmanager
def _child(url: str, policy: Path, what: Load, part: str) -> Iterator["subprocess.Popen[str]"]:
    told = [url, str(policy), json.dumps(asdict(what)), part]
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.speed.loading", *told],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for the benchmark, which ends it
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=END_S)


async def fill(ledger: Ledger, rules: Rules, what: Load, part: int, parts: int) -> None:
    """Makes every `parts`-th add from number `part` on, and reports what came of it."""
    numbers = range(part, what.count, parts)
    for start in range(0, len(numbers), LARGEST_GROUP):
        some = numbers[start : start + LARGEST_GROUP]
        adds = [what.add(number) for number in some]
        if await spend(ledger, adds, rules, LARGEST_GROUP) != len(adds):
            raise ProgramError("an add was denied while accounts were loaded")
        answers = [event for number in some if (event := _event(what, number, ledger.now_ms()))]
        if answers:
            await ledger.append(answers, rules.policy.default_time_zone)


def _event(what: Load, number: int, now_ms: int) -> Event | None:
    answer, add = what.answer(number), what.add(number)
    if answer is None:
        return None
    body = {
        "type": answer,
        "at": now_ms,
        "enterprise_id": add.enterprise_id,
        "member_id": add.member_id,
        "target": add.contact,
    }
    return Event(add.enterprise_id, f"ev-{what.run}-{number}", body)


def main() -> None:
    """One process's part of a load."""
    url, policy, told, part = sys.argv[1:]
    rules, what = rules_of(load_policy(Path(policy)), 1), Load(**json.loads(told))
    number, parts = map(int, part.split("/"))
    with loop() as runner, ledger_on(url, runner) as ledger:
        runner.run(fill(ledger, rules, what, number, parts))


if __name__ == "__main__":
    main()
