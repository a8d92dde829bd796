"""What measured: the machine, the versions of what ran, the commit."""

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.speed.installed import find

PACKAGES = ("aiohttp", "uvloop", "redis", "hiredis", "pydantic", "pydantic-core", "limits")
PROGRAMS: dict[str, tuple[str, ...]] = {
    "redis-server": ("redis-server", "--version"),
    "wrk": ("wrk", "--version"),
    "nginx": ("nginx", "-v"),
    "node": ("node", "--version"),
    "postgres": ("psql", "--version"),
}


@dataclass(frozen=True, slots=True)
class Machine:
    """Where figures come from; `versions` has only what is installed."""

    cores: int
    cpu: str
    memory_bytes: int
    system: str
    versions: dict[str, str]
    commit: str

    def line(self) -> str:
        """The machine in one line, for under a table."""
        gib = self.memory_bytes / 2**30
        return f"{self.cores} cores of {self.cpu}, {gib:.1f} GiB, {self.system}; {self.commit}"


def machine() -> Machine:
    """The machine this runs on, now."""
    found = {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}
    found |= {name: said for name, command in PROGRAMS.items() if (said := _first_line(command))}
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        cpu=_cpu(),
        memory_bytes=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        system=f"{platform.system()} {platform.release()}",
        versions=found,
        commit=_commit(),
    )


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _first_line(command: Sequence[str]) -> str | None:
    """What a program says about itself; some say it on stderr, wrk with an exit code of 1."""
    found = find(command[0])
    if found is None:
        return None
    done = subprocess.run([found, *command[1:]], capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0] if lines else None


def _commit() -> str:
    """The commit, with a + where files differ from it; "unknown" outside of a checkout."""
    here = ["git", "-C", str(Path(__file__).parent)]
    found = _first_line([*here, "rev-parse", "--short=12", "HEAD"])
    if found is None or found.startswith("fatal"):
        return "unknown"
    return found + ("+" if _first_line([*here, "status", "--porcelain", "-uno"]) else "")
