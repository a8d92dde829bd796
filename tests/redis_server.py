"""A real redis-server on a unix socket, started and ended by the tests."""

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

MISSING = "redis-server is not installed: `apt-get install redis-server` lets this test run"
START_S = 60
"""A server that has not started by then hangs; until then the machine may have stood still."""


class RedisServer:
    """One server process without persistence; `url` reaches it."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.socket = directory / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._directory = directory
        self._options = options
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = ["redis-server", "--port", "0", "--unixsocket", str(self.socket)]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self._directory)]
        process = subprocess.Popen([*command, *self._options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + START_S
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("redis-server did not start")
        return process

    def _answers(self) -> bool:
        ping = ["redis-cli", "-s", str(self.socket), "ping"]
        result = subprocess.run(ping, capture_output=True, check=False)
        return result.stdout.strip() == b"PONG"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.socket.unlink(missing_ok=True)

    def restart(self) -> None:
        """A new, empty server at the same address."""
        if self.process.poll() is None:
            self.kill()
        self.process = self._start()

    def signal(self, number: int) -> None:
        self.process.send_signal(number)


def client_of(url: str, **more: Any) -> Redis:
    """A client that waits for an answer as long as that takes.

    By itself it gives one up after five seconds, and the machine may stand still for longer.
    """
    client: Redis = Redis.from_url(url, socket_timeout=None, socket_connect_timeout=None, **more)
    return client


def require_redis_server() -> None:
    """Skips where no redis-server is installed; in CI that is a failure."""
    if shutil.which("redis-server"):
        return
    if os.environ.get("CI") == "true":
        pytest.fail(MISSING)
    pytest.skip(MISSING)
