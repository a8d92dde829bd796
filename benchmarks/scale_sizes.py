"""One number of members: a Redis that holds them all, a service on it, and the ledger without HTTP.

Each has a Redis of its own, so that the sizes are measured in turn.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.speed.cost import Cost, metered
from benchmarks.speed.ledgers import AT_ONCE, Adds, ledger_on, pinned, publish, spend
from benchmarks.speed.loading import Load, load
from benchmarks.speed.loops import Loop
from benchmarks.speed.measuring import Measured, measure
from benchmarks.speed.policy import write_policy
from benchmarks.speed.programs import ProgramError, redis_server, service
from benchmarks.speed.subjects import QUICK_DEADLINE_MS, REDIS_CORE, SERVER_CORE, Subject
from benchmarks.speed.traffic import USED_UP, Traffic, run_id, used_up
from quota.adds import Add
from quota.ledger import Ledger
from quota.policy import Rules
from quota.shard_log import Caps
from server.policy import load_policy
from server.policy.rules import rules_of

SEATS = 50
GROUP = 64
CONNECTIONS = 64
MEMBER_CAP, ENTERPRISE_CAP = 20_000, 1_000_000
"""So large that a run does not use up even those of a thousand members."""
DENIED_LEAST, DENIED_MOST = 0.05, 0.15
BYTES_A_MEMBER = 1_000
"""With its add's record, and the event before it is trimmed: what must be free to begin with."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where programs are started: a directory, the loop, whom to tell.

    `deadline_ms`, of the service's calls of Redis, is the service's default unless given.
    """

    directory: Path
    runner: Loop
    told: Callable[[str], None]
    quick: bool

    @property
    def env(self) -> dict[str, str]:
        """Settings of the service: a quick run bears any neighbour on the machine's cores."""
        late = {"CONTACT_QUOTA_REDIS_DEADLINE_MS": str(QUICK_DEADLINE_MS)}
        return late if self.quick else {}


def traffic_of(members: int) -> Traffic:
    """The measured traffic of that many members, in enterprises of `SEATS`."""
    return Traffic(members=members, enterprises=max(1, members // SEATS))


@dataclass(frozen=True, slots=True)
class Size:
    """A service and a ledger on a Redis where all accounts have begun."""

    members: int
    subject: Subject
    ledger: Ledger
    rules: Rules
    adds: Adds
    runner: Loop

    def over_http(self, seconds: float) -> Measured:
        """Pre-checks at full speed. Raises ProgramError."""
        self.runner.run(publish(self.ledger))
        return measure(self.subject, seconds, CONNECTIONS)

    def without_http(self, seconds: float) -> Cost:
        """Decisions of `Ledger.spend` in groups of `GROUP`. Raises ProgramError."""
        with pinned(SERVER_CORE):
            cost = self.runner.run(self._spent(seconds))
        denied = 1 - cost.allowed / cost.count
        if not DENIED_LEAST <= denied <= DENIED_MOST:
            raise ProgramError(f"a share of {denied:.2f} was denied, not a tenth")
        return cost

    async def _spent(self, seconds: float) -> Cost:
        await publish(self.ledger)  # trims the streams, as a worker that keeps up does

        async def prepare() -> list[Add]:
            return self.adds.take(AT_ONCE)

        async def ask(adds: list[Add]) -> int:
            return await spend(self.ledger, adds, self.rules, GROUP)

        return await metered(self.ledger.redis, seconds, prepare, ask)


@contextmanager
def filled(members: int, place: Place) -> Iterator[Size]:
    """Starts and fills one. Raises ProgramError."""
    directory = place.directory / f"members-{members}"
    directory.mkdir()
    with serving(directory, place, traffic_of(members)) as (subject, redis_url):
        rules = rules_of(load_policy(directory / "policy.toml"), 1)
        with ledger_on(redis_url, place.runner) as ledger:
            adds = Adds(replace(subject.traffic, headers={}))
            yield Size(members, subject, ledger, rules, adds, place.runner)


@contextmanager
def serving(
    directory: Path,
    place: Place,
    traffic: Traffic,
    *,
    processes: int | None = None,
) -> Iterator[tuple[Subject, str]]:
    """A service whose accounts have all begun, and the URL of its Redis.

    One process on a core of its own, or as many `processes` as given on whatever cores there are.
    """
    alone = processes is None
    policy = write_policy(
        directory / "policy.toml", member_cap=MEMBER_CAP, enterprise_cap=ENTERPRISE_CAP
    )
    with (
        redis_server(directory, core=REDIS_CORE if alone else None) as redis,
        service(
            directory,
            policy=policy,
            redis_url=redis.url,
            core=SERVER_CORE if alone else None,
            processes=processes or 1,
            env=place.env,
        ) as running,
    ):
        _begin(redis.url, policy, traffic, place)
        asked = replace(traffic, headers={"Authorization": f"Bearer {running.key}"})
        yield Subject(running.url, asked, running.pid, redis.pid), redis.url


def _begin(redis_url: str, policy: Path, traffic: Traffic, place: Place) -> None:
    """Every member makes an add; those whose cap is to be used up are left none."""
    what = Load(traffic.members, traffic.enterprises, run_id())
    load(
        redis_url,
        policy,
        what,
        place.runner,
        lambda text: place.told(f"{traffic.members:,} members begin: {text}"),
    )
    none_left = [Caps(*used_up(n), active=0, passive=0, seq=0) for n in range(USED_UP)]
    with ledger_on(redis_url, place.runner) as ledger:
        place.runner.run(publish(ledger, none_left))
