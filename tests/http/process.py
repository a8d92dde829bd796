"""`contact-quota serve` as a process of its own, as an operator starts it."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from typer.testing import CliRunner

from server.cli import app

COMMAND = [sys.executable, "-c", "from server.cli import app; app()"]


PATIENT = {"CONTACT_QUOTA_REDIS_DEADLINE_MS": "5000"}
"""For processes whose Redis a busy machine makes late, where that is not what is tested."""


class ServeProcess:
    """A running service; `url` and `said` are what it printed, `key` the admin's."""

    def __init__(
        self,
        data: Path,
        *options: str,
        key: str = "an-admin-key-for-tests-only",
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.key = key
        arguments = ["serve", "--data", str(data), "--port", "0", *options]
        environment = {**os.environ, **settings, "CONTACT_QUOTA_ADMIN_KEY": key}
        if not key:
            del environment["CONTACT_QUOTA_ADMIN_KEY"]
        self._log = (data.parent / f"{data.name}.log").open("ab")
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=environment,
            text=True,
        )
        self.said = self._first_words()
        found = re.search(r"http://[\w.:]+", self.said)
        if found is None:
            self.__exit__(None, None, None)
            raise AssertionError(f"it did not start: {Path(self._log.name).read_text()}")
        self.url = found[0]

    def _first_words(self) -> str:
        """What is printed up to the request to try; empty where it ends before."""
        stream, said = self.process.stdout, ""
        assert stream is not None
        for line in stream:
            said += line
            if "curl" in line:
                return said
        return ""

    def end(self, signal_number: int) -> int:
        """Sends the signal; the exit code."""
        self.process.send_signal(signal_number)
        return self.process.wait(30)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._log.close()


def refused(*options: str, **environment: str) -> tuple[int, str]:
    """Exit code and message of a service that does not start."""
    result = CliRunner().invoke(app, ["serve", *options], env=environment)
    return result.exit_code, result.stderr
