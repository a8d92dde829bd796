"""A real PostgreSQL server on the loopback interface, started and ended by the tests."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from benchmarks.speed.programs import free_port

MISSING = "PostgreSQL is not installed: `apt-get install postgresql` lets this test run"
SUPERUSER = "postgres"
# A crash of the machine may lose everything, and nothing waits that a test would wait for.
FAST = ("fsync=off", "full_page_writes=off", "autovacuum=off", "deadlock_timeout=50ms")
SMALL = ("wal_level=minimal", "max_wal_senders=0", "max_wal_size=64MB", "min_wal_size=32MB")
IN_MEMORY = Path("/dev/shm")  # noqa: S108  the name within is random
ROOM_BYTES = 1 << 30
START_S = 120
"""A server that has not started by then hangs; until then the machine may have stood still."""


class PostgresServer:
    """One server process on data of its own, which `remove` deletes; `url` reaches a database.

    `migrated`: it has the database that others are copies of.
    """

    def __init__(self) -> None:
        # PostgreSQL refuses to run as root, and its user may not enter root's directories.
        self._directory = Path(tempfile.mkdtemp(prefix="contact-quota-postgres-", dir=_roomy()))
        self._as_user = _unprivileged()
        self._password = secrets.token_hex(16)
        self._port = free_port()
        self.migrated = False
        self._make_data()
        self.process = self._start()

    def url(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}:{self._password}@127.0.0.1:{self._port}/{database}"

    def stop(self, number: int = signal.SIGINT) -> None:
        """Ends every connection at once; with SIGQUIT as after a crash."""
        self.process.send_signal(number)
        self.process.wait()

    def start(self) -> None:
        """The same data at the same address; one that runs, or is stopping, stops before."""
        if self.process.poll() is None:
            self.stop()
        self.process = self._start()

    def remove(self) -> None:
        if self.process.poll() is None:
            self.stop(signal.SIGQUIT)
        shutil.rmtree(self._directory)

    def _make_data(self) -> None:
        password = self._directory / "password"
        password.write_text(self._password)
        if self._as_user:
            for path in (self._directory, password):
                os.chown(path, self._as_user["user"], self._as_user["group"])
        command = [_program("initdb"), "--pgdata", str(self._directory / "data"), "--no-sync"]
        command += ["--username", SUPERUSER, "--auth=password", "--pwfile", str(password)]
        command += ["--encoding=UTF8", "--locale=C"]
        made = subprocess.run(command, capture_output=True, check=False, **self._elsewhere())
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr.decode()}")

    def _start(self) -> "subprocess.Popen[bytes]":
        settings = ("listen_addresses=127.0.0.1", f"port={self._port}", *FAST, *SMALL)
        command = [_program("postgres"), "-D", str(self._directory / "data")]
        command += [part for setting in settings for part in ("-c", setting)]
        command += ["-c", "unix_socket_directories="]
        with (self._directory / "log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, **self._elsewhere())
        deadline = time.monotonic() + START_S
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                said = (self._directory / "log").read_text()
                raise RuntimeError(f"PostgreSQL did not start: {said}")
        return process

    def _answers(self) -> bool:
        ready = [_program("pg_isready"), "--host=127.0.0.1", f"--port={self._port}"]
        return subprocess.run(ready, capture_output=True, check=False).returncode == 0

    def _elsewhere(self) -> dict[str, Any]:
        return {**self._as_user, "cwd": self._directory}


def require_postgres() -> None:
    """Skips where PostgreSQL is not installed; in CI that is a failure."""
    if _programs() is not None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(MISSING)
    pytest.skip(MISSING)


@cache
def _programs() -> Path | None:
    """The directory of the newest server's programs: Debian puts none but links on the path."""
    on_path = shutil.which("postgres")
    found = [Path(on_path).resolve().parent] if on_path else []
    versions = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    found += [path.parent for path in sorted(versions, key=_major, reverse=True)]
    return next((place for place in found if (place / "initdb").exists()), None)


def _major(path: Path) -> float:
    return float(path.parts[-3])


def _program(name: str) -> str:
    directory = _programs()
    assert directory is not None, MISSING
    return str(directory / name)


def _unprivileged() -> dict[str, Any]:
    """Whom the server runs as, as arguments of `Popen`; empty where that is ourselves."""
    if os.geteuid() != 0:
        return {}
    for name in (SUPERUSER, "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL does not run as root, and there is neither postgres nor nobody")


def _roomy() -> Path | None:
    """Memory where there is enough of it: a disk may take 20 times as long to copy a database."""
    if not os.access(IN_MEMORY, os.W_OK) or shutil.disk_usage(IN_MEMORY).free < ROOM_BYTES:
        return None
    return IN_MEMORY
