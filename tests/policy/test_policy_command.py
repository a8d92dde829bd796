from importlib.metadata import version
from pathlib import Path

from typer.testing import CliRunner

from server.cli import app
from server.policy import default_policy

cli = CliRunner()


def test_check_names_every_mistake_and_ends_with_one(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text("[quota]\nhandover_daily = -1\nhandover = 2\n")
    result = cli.invoke(app, ["policy", "check", str(path)])
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{path}:2: quota.handover_daily: must be at least 0, not -1",
        f"{path}:3: quota.handover: unknown key; did you mean handover_daily?",
    ]


def test_check_says_when_a_policy_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text("")
    result = cli.invoke(app, ["policy", "check", str(path)])
    assert result.exit_code == 0
    assert result.stdout == f"{path}: valid policy (digest {default_policy().digest})\n"


def test_the_command_line_tells_its_version() -> None:
    result = cli.invoke(app, ["--version"])
    assert result.stdout == f"contact-quota {version('contact-quota')}\n"
