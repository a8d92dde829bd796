"""What runs during a load: Contact Quota, its Redis, the messenger, both gateways twice."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.load_adds import Rush
from benchmarks.load_gateways import GATEWAYS, Behind
from benchmarks.load_tally import Seen
from benchmarks.speed.policy import write_policy
from benchmarks.speed.programs import (
    Program,
    Service,
    free_port,
    listens,
    program,
    redis_server,
    service,
)

SERVICE_CORE, LOAD_CORE = 0, 1
DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is asked at a port; `checked` is whether Contact Quota is."""

    name: str
    port: int
    pids: Mapping[str, int]
    checked: bool


@dataclass(slots=True)
class Scene:
    """Everything that runs, and what callers have seen so far with the check and without."""

    service: Service
    messenger_port: int
    subjects: Mapping[str, Subject]
    seen: Seen = field(default_factory=Seen)
    past: Seen = field(default_factory=Seen)

    def note(self, subject: Subject, seen: Seen) -> None:
        """Takes what callers of a subject saw."""
        (self.seen if subject.checked else self.past).add(seen)


@contextmanager
def scene(directory: Path, rush: Rush) -> Iterator[Scene]:
    """Starts everything, each gateway once with the check and once without; ends it.

    The caps of the policy in force are those of the rush. Raises ProgramError.
    """
    caps = {"member_cap": rush.member_cap, "enterprise_cap": rush.enterprise_cap}
    policy, port = write_policy(directory / "policy.toml", **caps), free_port()
    with ExitStack() as running:
        enter = running.enter_context
        redis = enter(redis_server(directory, core=LOAD_CORE))
        quota = enter(service(directory, policy=policy, redis_url=redis.url, core=SERVICE_CORE))
        messenger = enter(_messenger(directory, port))
        pids = {"quota": quota.pid, "redis": redis.pid, "messenger": messenger.pid}
        subjects = [Subject(DIRECT, port, pids, checked=False)]
        behind = Behind(quota.port, port, quota.key)
        for name, start in GATEWAYS.items():
            for asks in (False, True):
                called = checked(name) if asks else name
                where = directory / f"{name}-{'asking' if asks else 'plain'}"
                where.mkdir()
                one = enter(start(where, behind, asks=asks, core=LOAD_CORE))
                subjects.append(Subject(called, one.port, {"gateway": one.pid, **pids}, asks))
        yield Scene(quota, port, {one.name: one for one in subjects})


def checked(gateway: str) -> str:
    """What the gateway of that name is called with the check on."""
    return f"{gateway} + check"


@contextmanager
def _messenger(directory: Path, port: int) -> Iterator[Program]:
    command = [sys.executable, "-m", "benchmarks.load_messenger", str(port)]
    log, ready = directory / "messenger.log", lambda: listens(port)
    with program(command, log=log, ready=ready, name="messenger", core=LOAD_CORE) as running:
        yield running
