"""Real gateways with the files of deploy/: only addresses, the key and their places are replaced.

`python benchmarks/load.py` measures them; `tests/http/test_gateways.py` looks at what they do.
"""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.speed.programs import LOOPBACK, free_port, listens, needed, program

DEPLOY = Path(__file__).parents[1] / "deploy"


@dataclass(frozen=True, slots=True)
class Behind:
    """What a gateway stands in front of: ports of loopback, and its key of Contact Quota."""

    quota_port: int
    messenger_port: int
    key: str


@dataclass(frozen=True, slots=True)
class Gateway:
    """A running gateway; `asks` is whether it asks Contact Quota."""

    name: str
    port: int
    pid: int
    asks: bool

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{LOOPBACK}:{self.port}"


Starting = Callable[..., AbstractContextManager[Gateway]]


def envoy_version() -> str:
    """What the program says it is. Raises MissingError where there is none."""
    command = [needed("envoy"), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    return said.stdout.strip().rpartition("version: ")[2]


@contextmanager
def nginx(
    directory: Path,
    behind: Behind,
    *,
    asks: bool = True,
    core: int | None = None,
    wait_s: float | None = None,
) -> Iterator[Gateway]:
    """An nginx in front of `behind`, one worker process; `asks` False leaves only the check out.

    `wait_s` is how long it waits for an answer of Contact Quota, None: as long as the file says.
    `directory` is its own. Raises ProgramError where it does not start, ValueError where the file
    no longer has what is replaced.
    """
    port = free_port()
    replaced = {
        "127.0.0.1:8080": f"{LOOPBACK}:{behind.quota_port}",
        "127.0.0.1:9000": f"{LOOPBACK}:{behind.messenger_port}",
        "127.0.0.1:8081": f"{LOOPBACK}:{port}",
        "/tmp/contact-quota-nginx.pid": str(directory / "pid"),  # noqa: S108 - the file's word
        "worker_processes auto": "worker_processes 1",
        "a-gateway-key": behind.key,
    }
    if not asks:
        replaced["auth_request /_contact_quota"] = "auth_request off"
    if wait_s is not None:
        replaced |= {"connect_timeout 100ms": f"connect_timeout {wait_s:.0f}s"}
        replaced |= {"read_timeout 500ms": f"read_timeout {wait_s:.0f}s"}
    conf = _written("nginx.conf", directory, replaced)
    command = ["nginx", "-p", str(directory), "-c", str(conf)]
    command += ["-g", "daemon off;"]
    log, ready = directory / "nginx.log", lambda: listens(port)
    with program(command, log=log, ready=ready, name="nginx", core=core) as running:
        yield Gateway("nginx", port, running.pid, asks)


@contextmanager
def envoy(
    directory: Path,
    behind: Behind,
    *,
    asks: bool = True,
    core: int | None = None,
    wait_s: float | None = None,
) -> Iterator[Gateway]:
    """An Envoy in front of `behind`, one worker thread; the rest is as for nginx."""
    port = free_port()
    replaced = {
        "port_value: 8080": f"port_value: {behind.quota_port}",
        "http://127.0.0.1:8080": f"http://{LOOPBACK}:{behind.quota_port}",
        "port_value: 9000": f"port_value: {behind.messenger_port}",
        "port_value: 8081": f"port_value: {port}",
        "a-gateway-key": behind.key,
    }
    if not asks:
        replaced["config: {}"] = "disabled: true"
    if wait_s is not None:
        replaced |= {" timeout: 0.5s": f" timeout: {wait_s}s", "0.1s": f"{wait_s}s"}
    conf = _written("envoy.yaml", directory, replaced)
    command = ["envoy", "-c", str(conf), "--concurrency", "1"]
    command += ["--disable-hot-restart", "--log-level", "warning"]
    log, ready = directory / "envoy.log", lambda: listens(port)
    with program(command, log=log, ready=ready, name="envoy", core=core) as running:
        yield Gateway("envoy", port, running.pid, asks)


GATEWAYS: Mapping[str, Starting] = {"nginx": nginx, "envoy": envoy}


def _written(name: str, directory: Path, replaced: Mapping[str, str]) -> Path:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    for written, meant in replaced.items():
        if written not in text:
            raise ValueError(f"deploy/{name} no longer has {written!r}")
        text = text.replace(written, meant)
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return path
