"""Real programs for a measurement: on loopback, on free ports, each on the core it is given.

What is started here ends with the `with` block that started it, whichever way that is left.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.speed.installed import find, missing

LOOPBACK = "127.0.0.1"
ASKED_FOR = range(20_000, 32_000)
"""Below the ports that systems give to connections and to whoever takes any."""
START_S = 60
"""How long a program may take until it answers."""
END_S = 15
"""How long a program may take to end before it is killed."""
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
CONTACT_QUOTA = "contact-quota"


class ProgramError(RuntimeError):
    """A program is missing, did not start, or ended early; the text has the end of its log."""


class MissingError(ProgramError):
    """A program that is needed is not installed here."""


@dataclass(frozen=True, slots=True)
class Program:
    """A running program; `log` has what it wrote."""

    name: str
    pid: int
    log: Path


@dataclass(frozen=True, slots=True)
class Redis:
    """A redis-server of its own."""

    url: str
    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Service:
    """A running Contact Quota; `key` is an admin's, `data` is its directory."""

    url: str
    port: int
    key: str
    pid: int
    data: Path
    redis_url: str | None
    database: str


def free_port() -> int:
    """A TCP port of loopback that nobody has, nor gets without asking for this one."""
    while True:
        port = secrets.choice(ASKED_FOR)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port


def on_core(command: Sequence[str], core: int | None) -> list[str]:
    """The command pinned to a core, where the machine has that core and `taskset`."""
    if core is None or shutil.which("taskset") is None or core not in os.sched_getaffinity(0):
        return list(command)
    return ["taskset", "-c", str(core), *command]


def answers(url: str) -> bool:
    """Whether a GET is answered with 200 now."""
    try:
        with urlopen(url, timeout=5) as response:  # noqa: S310 - an address of our own making
            return bool(response.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False


def listens(port: int) -> bool:
    """Whether somebody accepts connections at a port of loopback now."""
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0


def needed(name: str) -> str:
    """The path of a program; one given by its path is itself.

    Raises MissingError, with how to install it, where it is not there.
    """
    found = find(name)
    if found is None:
        raise MissingError(missing(name))
    return found


@contextmanager
def program(
    command: Sequence[str],
    *,
    log: Path,
    ready: Callable[[], bool],
    name: str,
    core: int | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[Program]:
    """Any program from when `ready` says so; `env` is laid over this process's environment.

    Raises MissingError where it is not installed, ProgramError where it ends before it is ready or
    takes longer than `START_S`.
    """
    with log.open("ab") as written:
        process = subprocess.Popen(
            on_core([needed(command[0]), *command[1:]], core),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            env=_environment(env or {}),
            start_new_session=True,  # Ctrl-C is for the benchmark, which ends its programs in order
        )
    try:
        until(ready, name, lambda: process.poll() is None, log)
        yield Program(name, process.pid, log)
    finally:
        _end(process)


def until(
    ready: Callable[[], bool], name: str, lives: Callable[[], bool], log: Path | None = None
) -> None:
    """Returns when `ready` is true. Raises ProgramError where it dies first or takes too long."""
    deadline = time.monotonic() + START_S
    while not ready():
        if not lives() or time.monotonic() > deadline:
            what = "did not get ready" if lives() else "ended at once"
            said = log.read_text(errors="replace")[-2_000:] if log else ""
            raise ProgramError(f"{name} {what}: {said}")
        time.sleep(0.02)


@contextmanager
def redis_server(
    directory: Path, *, core: int | None = None, appendonly: bool = False
) -> Iterator[Redis]:
    """An empty redis-server; it keeps nothing on disk unless `appendonly`."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", LOOPBACK, "--save", ""]
    command += ["--appendonly", "yes" if appendonly else "no", "--dir", str(directory)]
    log = directory / f"redis-{port}.log"
    ready = lambda: listens(port)  # noqa: E731 - read where it is used
    with program(command, log=log, ready=ready, name="redis-server", core=core) as running:
        yield Redis(f"redis://{LOOPBACK}:{port}/0", port, running.pid)


@contextmanager
def service(
    directory: Path,
    *,
    policy: Path,
    redis_url: str | None = None,
    core: int | None = None,
    processes: int = 1,
    worker: bool = False,
    database: str | None = None,
    port: int | None = None,
    options: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
) -> Iterator[Service]:
    """`contact-quota serve`, ready to decide; `worker` folds in the same process.

    Without `worker` a `contact-quota worker` opens the shards and ends again before this yields.
    Without `redis_url` the embedded stores serve, which need `worker`. `options` and `env` are
    further settings of the service. Raises ProgramError.
    """
    if redis_url is None and not worker:
        raise ProgramError("the embedded stores are opened by the worker in the same process")
    port = port or free_port()
    key, where = secrets.token_urlsafe(24), database or str(directory / "contact-quota.sqlite")
    command = [CONTACT_QUOTA, "serve", "--port", str(port), "--data", str(directory)]
    command += ["--policy", str(policy), "--processes", str(processes), *options]
    command += ["--redis", redis_url] if redis_url else []
    command += ["--database", database] if database else []
    command += ["--worker" if worker else "--no-worker"]
    url = f"http://{LOOPBACK}:{port}"
    log, ready = directory / f"serve-{port}.log", lambda: answers(f"{url}/readyz")
    settings = {"CONTACT_QUOTA_ADMIN_KEY": key, **(env or {})}
    with ExitStack() as opening:
        if redis_url is not None and not worker:
            opening.enter_context(
                folding(directory, redis_url=redis_url, database=where, at_once=True)
            )
        with program(
            command, log=log, ready=ready, name="contact-quota serve", core=core, env=settings
        ) as running:
            opening.close()
            yield Service(url, port, key, running.pid, directory, redis_url, where)


@contextmanager
def folding(
    directory: Path,
    *,
    redis_url: str,
    database: str | None = None,
    core: int | None = None,
    at_once: bool = False,
) -> Iterator[Program]:
    """`contact-quota worker` beside a service on `directory`, from when it folds.

    `at_once` is from when it was started, for one that starts together with its service.
    """
    where = database or str(directory / "contact-quota.sqlite")
    command = [CONTACT_QUOTA, "worker", "--redis", redis_url, "--database", where]
    command += ["--data", str(directory)]
    log = directory / f"worker-{secrets.token_hex(4)}.log"
    ready = lambda: at_once or b"Folding;" in log.read_bytes()  # noqa: E731 - read where it is used
    with program(command, log=log, ready=ready, name="contact-quota worker", core=core) as running:
        yield running


def cpu_s(pid: int) -> float:
    """Seconds of CPU, user and system, of a process with its threads and its child processes.

    In steps of a kernel tick (10 ms). Raises FileNotFoundError for a process that is gone.
    """
    return sum(sum(map(int, _stat(one)[11:13])) for one in family(pid)) / TICKS_PER_S


def rss_bytes(pid: int) -> int:
    """Resident memory of a process with its child processes; shared pages count in each."""
    return sum(int(_stat(one)[21]) * PAGE_BYTES for one in family(pid))


def family(pid: int) -> list[int]:
    """A process and all that descend from it now."""
    parents = {}
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(directory.name)] = int(_stat(int(directory.name))[1])
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
    found, look_at = [pid], [pid]
    while look_at:
        look_at = [child for child, parent in parents.items() if parent in look_at]
        found += look_at
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name: proc(5) counts them from 3."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _environment(added: Mapping[str, str]) -> dict[str, str]:
    """That of this process, without settings of the service that a person may have exported."""
    kept = {name: value for name, value in os.environ.items() if not _is_setting(name)}
    return kept | dict(added) | {"PYTHONUNBUFFERED": "1"}


def _is_setting(name: str) -> bool:
    return name.startswith("CONTACT_QUOTA_")


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            # Its whole session: nothing that it started may be left over.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
