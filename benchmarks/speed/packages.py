"""Packages of a peer that runs on Node, fetched by npm as its lock file says, beside the peer."""

import fcntl
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from benchmarks.speed.installed import npm
from benchmarks.speed.programs import ProgramError, needed

LONGEST_S = 300
OFFLINE = ("--prefer-offline", "--fetch-retries=1", "--fetch-retry-mintimeout=500")
"""Who is offline, and has not fetched them before, need not wait long to be told."""
QUIETLY = ("--no-audit", "--no-fund", "--loglevel=silent", "--json")
SAID = 300


def install(directory: Path, tell: Callable[[str], None]) -> Path:
    """The packages that the lock file in `directory` names, fetched where they are not there yet.

    Returns `directory`. Raises MissingError without Node, ProgramError where npm fails.
    """
    lock, done = directory / "package-lock.json", directory / "node_modules/.package-lock.json"
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # another run may be fetching them just now
        if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
            tell(f"{directory.name}: fetching its packages with npm, once")
            _fetch(directory)
    return directory


def _fetch(directory: Path) -> None:
    # Nothing that was fetched runs while it is installed.
    command = [*npm(needed("node")), "ci", "--ignore-scripts", *OFFLINE, *QUIETLY]
    try:
        ended = subprocess.run(
            command, cwd=directory, capture_output=True, text=True, check=False, timeout=LONGEST_S
        )
    except subprocess.TimeoutExpired as error:
        raise ProgramError(_failed(directory, f"nothing in {LONGEST_S} s")) from error
    if ended.returncode:
        raise ProgramError(_failed(directory, _said(ended.stdout, ended.stderr)))


def _said(out: str, err: str) -> str:
    """Why npm failed; it says so as JSON unless something ended it."""
    try:
        return str(json.loads(out)["error"]["summary"])[:SAID]
    except (ValueError, KeyError):
        return (out + err)[-SAID:]


def _failed(directory: Path, why: str) -> str:
    return (
        f"npm could not fetch the packages of the peer {directory.name} ({why}). It asks the "
        "registry of its configuration, `npm config set registry` or npm_config_registry; "
        "once they are there, no registry is asked. With --only, others are measured without them."
    )
