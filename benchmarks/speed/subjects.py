"""Who is asked in benchmarks/precheck.py: the service and its peers, started, with their traffic.

All get the same adds of the same members under the same two caps.
"""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.speed.packages import install
from benchmarks.speed.policy import ENTERPRISE_CAP, MEMBER_CAP, write_policy
from benchmarks.speed.programs import (
    LOOPBACK,
    free_port,
    listens,
    program,
    redis_server,
    service,
)
from benchmarks.speed.traffic import Traffic

PEERS = Path(__file__).with_name("peers")
SERVER_CORE, REDIS_CORE = 0, 1
OURS, DO_NOTHING = "Contact Quota", "do-nothing aiohttp"
FLEXIBLE, NGINX = "rate-limiter-flexible", "nginx limit_req"
LIMITS, LIMITS_BARE = "limits + aiohttp", "limits, no figures"
QUICK_CAP, QUICK_DEADLINE_MS = 20, 5_000
MINUTES_A_DAY = 1_440


@dataclass(frozen=True, slots=True)
class Subject:
    """A running server: where it is, what it is asked with, whose CPU time counts.

    `denies_by_status` says that a denial is a 429; of any other such statuses are failures.
    """

    url: str
    traffic: Traffic
    pid: int
    redis_pid: int | None = None
    denies_by_status: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subject is started: a directory of its own, the cap of members, whom to tell.

    `deadline_ms`, of the service's calls of Redis, is the service's default unless given.
    """

    directory: Path
    member_cap: int
    tell: Callable[[str], None]
    deadline_ms: float | None = None


def placed(given: Namespace, directory: Path, tell: Callable[[str], None]) -> Place:
    """Where a command's arguments want subjects: those of a quick run use up a small cap first.

    It also bears any neighbour on the machine's cores, which a full run does not.
    """
    if given.quick:
        return Place(directory, QUICK_CAP, tell, deadline_ms=QUICK_DEADLINE_MS)
    return Place(directory, MEMBER_CAP, tell)


Starting = Callable[[Place], AbstractContextManager[Subject]]


@contextmanager
def ours(place: Place) -> Iterator[Subject]:
    """One serving process with every rule on; the worker is not running, as it would elsewhere."""
    policy = write_policy(place.directory / "policy.toml", member_cap=place.member_cap)
    late = place.deadline_ms
    env = {} if late is None else {"CONTACT_QUOTA_REDIS_DEADLINE_MS": str(late)}
    with (
        redis_server(place.directory, core=REDIS_CORE) as redis,
        service(
            place.directory, policy=policy, redis_url=redis.url, core=SERVER_CORE, env=env
        ) as running,
    ):
        traffic = Traffic(headers={"Authorization": f"Bearer {running.key}"})
        yield Subject(running.url, traffic, running.pid, redis.pid)


@contextmanager
def do_nothing(place: Place) -> Iterator[Subject]:
    """The ceiling of the stack."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.speed.peers.do_nothing", str(port)]
    with _serving(place, "do-nothing", command, port) as subject:
        yield subject


@contextmanager
def limits_aiohttp(place: Place, answer: str = "figures") -> Iterator[Subject]:
    """The package `limits`, in the same stack as the service; `answer` "bare" says no figures."""
    port = free_port()
    with redis_server(place.directory, core=REDIS_CORE) as redis:
        command = [sys.executable, "-m", "benchmarks.speed.peers.limits_aiohttp", str(port)]
        command += [redis.url, str(place.member_cap), str(ENTERPRISE_CAP), answer]
        with _serving(place, "limits", command, port) as subject:
            yield replace(subject, redis_pid=redis.pid, denies_by_status=True)


@contextmanager
def rate_limiter_flexible(place: Place) -> Iterator[Subject]:
    """rate-limiter-flexible behind Fastify. Raises ProgramError without Node or its packages."""
    packages, port = install(PEERS / "rate_limiter_flexible", place.tell), free_port()
    with redis_server(place.directory, core=REDIS_CORE) as redis:
        env = {
            "NODE_ENV": "production",
            "PORT": str(port),
            "REDIS_URL": redis.url,
            "MEMBER_CAP": str(place.member_cap),
            "ENTERPRISE_CAP": str(ENTERPRISE_CAP),
        }
        command = ["node", str(packages / "server.js")]
        with _serving(place, "rate-limiter-flexible", command, port, env) as subject:
            yield replace(subject, redis_pid=redis.pid, denies_by_status=True)


@contextmanager
def nginx(place: Place) -> Iterator[Subject]:
    """The ceiling of what a gateway does alone; it is asked in headers, as it reads no JSON."""
    port = free_port()
    figures = {
        "PORT": port,
        "MEMBER_BURST": place.member_cap - 1,
        "ENTERPRISE_BURST": ENTERPRISE_CAP - 1,
        "ENTERPRISE_PER_MINUTE": round(ENTERPRISE_CAP / MINUTES_A_DAY),
    }
    text = (PEERS / "nginx.conf").read_text()
    for name, figure in figures.items():
        text = text.replace(f"@{name}@", str(figure))
    configuration = place.directory / "nginx.conf"
    configuration.write_text(text)
    command = ["nginx", "-p", str(place.directory), "-e", "stderr", "-c", str(configuration)]
    with _serving(place, "nginx", command, port) as subject:
        yield replace(subject, traffic=Traffic(form="headers"), denies_by_status=True)


SUBJECTS: Mapping[str, Starting] = {
    OURS: ours,
    DO_NOTHING: do_nothing,
    FLEXIBLE: rate_limiter_flexible,
    LIMITS: limits_aiohttp,
    LIMITS_BARE: partial(limits_aiohttp, answer="bare"),
    NGINX: nginx,
}


@contextmanager
def _serving(
    place: Place,
    name: str,
    command: Sequence[str],
    port: int,
    env: Mapping[str, str] | None = None,
) -> Iterator[Subject]:
    log, ready = place.directory / f"{name}.log", lambda: listens(port)
    with program(command, log=log, ready=ready, name=name, core=SERVER_CORE, env=env) as running:
        yield Subject(f"http://{LOOPBACK}:{port}", Traffic(), running.pid)
