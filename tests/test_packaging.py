import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from server.cli import COMMANDS, app, load

ROOT = Path(__file__).parents[1]
PACKAGES = ("quota", "scoring", "penalties", "server")
PINNED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==[A-Za-z0-9.+!-]+")
cli = CliRunner()


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def constraints() -> list[str]:
    return (ROOT / "constraints.txt").read_text().splitlines()


def test_constraints_name_packages_and_versions_and_nothing_else() -> None:
    assert [line for line in constraints() if not PINNED.fullmatch(line)] == []


def test_constraints_cover_everything_that_gets_installed() -> None:
    pinned = {normal(line.partition("==")[0]) for line in constraints()}
    installed = {normal(found.metadata["Name"]) for found in distributions()}
    assert installed - pinned - {"contact-quota", "pip", "setuptools", "wheel"} == set()


def test_the_wheel_holds_what_the_packages_read_at_run_time(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.iterdir()
    built = set(ZipFile(wheel).namelist())
    ours = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    web = {name for name in ours if name.startswith("server/web/")}
    pages = {name for name in web if name.startswith("server/web/built/")}
    assert "server/web/built/index.html" in pages
    assert ours - web | pages <= built
    assert not (web - pages) & built
    kinds = {Path(name).suffix for name in ours}
    assert {".py", ".lua", ".toml", ".html", ".mako"} <= kinds
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in built)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_how_each_ones_help_begins(name: str) -> None:
    about = COMMANDS[name][1]
    listed = cli.invoke(app, ["--help"]).stdout
    assert re.search(rf"^ +{name} +{re.escape(about)}$", listed, re.MULTILINE)
    assert load(name).help.startswith(about.removesuffix("."))
    assert cli.invoke(app, [name, "--help"]).stdout.startswith(f"Usage: root {name} ")


def test_help_imports_no_command() -> None:
    asked = "import sys; from server.cli import app; app(['--help'], standalone_mode=False)"
    looked = "print('imported', [m for m in sys.modules if m.split('.')[0] in "
    looked += "{'aiohttp', 'redis', 'sqlalchemy', 'pydantic', 'quota', 'scoring'}])"
    command = [sys.executable, "-c", f"{asked}; {looked}"]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert said.stdout.endswith("imported []\n")


def test_an_unknown_command_is_refused() -> None:
    result = cli.invoke(app, ["serv"])
    assert result.exit_code == 2
    assert "Did you mean 'serve'?" in result.stderr


VIOLATIONS = [
    ("quota/days.py", "import scoring.views", "do not know each other"),
    ("scoring/views.py", "import penalties.catalogue", "do not know each other"),
    ("penalties/policy.py", "import quota.days", "do not know each other"),
    ("scoring/trust.py", "import server.contacts", "the domain does not know the server"),
    ("quota/days.py", "import redis", "in quota only the ledger"),
    ("quota/policy.py", "import time", "in quota only the ledger"),
    ("scoring/fold.py", "import random", "scoring and penalties are pure"),
    ("penalties/restrictions.py", "import sqlite3", "scoring and penalties are pure"),
]


def contracts(place: Path) -> "subprocess.CompletedProcess[str]":
    """What the import linter says of a copy of the packages."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(place)}
    return subprocess.run(
        command, cwd=place, env=environment, check=False, capture_output=True, text=True
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in PACKAGES:
        # Other tests may be compiling modules just now.
        leave = shutil.ignore_patterns("node_modules", "__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=leave)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_import_contracts_hold(copy: Path) -> None:
    said = contracts(copy)
    written = tomllib.loads((ROOT / "pyproject.toml").read_text())
    kept = len(written["tool"]["importlinter"]["contracts"])
    assert said.returncode == 0
    assert f"Contracts: {kept} kept, 0 broken." in said.stdout


@pytest.mark.parametrize(("file", "line", "contract"), VIOLATIONS)
def test_an_import_that_breaks_a_contract_is_caught(
    copy: Path, file: str, line: str, contract: str
) -> None:
    with (copy / file).open("a") as source:
        source.write(f"\n{line}\n")
    said = contracts(copy)
    assert said.returncode == 1
    assert re.search(rf"{contract}.* BROKEN", said.stdout)
