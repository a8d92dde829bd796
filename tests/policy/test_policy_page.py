import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli import app

PAGE = (Path(__file__).parents[2] / "docs" / "policy.md").read_text()
cli = CliRunner()


def test_the_files_of_the_page_are_checked_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    good, bad = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    answers = re.findall(r"```\n(mine\.toml:.*?)```", PAGE, re.DOTALL)
    Path("mine.toml").write_text(good)
    assert cli.invoke(app, ["policy", "check", "mine.toml"]).exit_code == 0
    Path("mine.toml").write_text(bad)
    result = cli.invoke(app, ["policy", "check", "mine.toml"])
    assert (result.exit_code, [result.stdout]) == (1, answers)
