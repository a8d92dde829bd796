"""A real nginx with `deploy/nginx.conf`, its addresses replaced by free ports."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

CONF = Path(__file__).parents[2] / "deploy" / "nginx.conf"
MISSING = "nginx is not installed: `apt-get install nginx` lets this test run"


def require_nginx() -> str:
    """The program. Skips where there is none; in CI that is a failure."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(MISSING)
    if found is None:
        pytest.skip(MISSING)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def nginx(directory: Path, quota_port: int, messenger_port: int, key: str) -> Iterator[str]:
    """The gateway's address."""
    program, port = require_nginx(), free_port()
    text = CONF.read_text()
    for written, meant in {
        "127.0.0.1:8080": f"127.0.0.1:{quota_port}",
        "127.0.0.1:9000": f"127.0.0.1:{messenger_port}",
        "127.0.0.1:8081": f"127.0.0.1:{port}",
        "/tmp/contact-quota-nginx.pid": str(directory / "pid"),  # noqa: S108
        "a-gateway-key": key,
    }.items():
        assert written in text, f"{CONF} no longer has {written}"
        text = text.replace(written, meant)
    conf = directory / "nginx.conf"
    conf.write_text(text)
    command = [program, "-p", str(directory), "-c", str(conf), "-g", "daemon off;"]
    process = subprocess.Popen(command)
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert process.poll() is None, "nginx did not start"
            assert monotonic() < end, "nginx does not listen"
        else:
            return
