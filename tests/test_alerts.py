"""Alerts, run by the real promtool: what should fire does, what should not does not."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.promtool import promtool

ROOT = Path(__file__).parents[1]
RULES = ROOT / "deploy/prometheus/contact-quota.rules.yml"
PAGE = ROOT / "docs/metrics.md"
TESTS = sorted((ROOT / "tests/alerts").glob("*.test.yml"))


def rules() -> list[dict[str, Any]]:
    return [
        rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]
    ]


def test_prometheus_takes_the_rules_and_the_example() -> None:
    promtool("check", "rules", RULES)
    promtool("check", "config", RULES.parent / "prometheus.yml")


def test_alerts_fire_when_they_should_and_only_then() -> None:
    promtool("test", "rules", *TESTS)


def test_every_alert_is_shown_to_fire_and_not_to_fire() -> None:
    tests = [test for file in TESTS for test in yaml.safe_load(file.read_text())["tests"]]
    asked = [one for test in tests for one in test["alert_rule_test"]]
    fired = {one["alertname"] for one in asked if one["exp_alerts"]}
    silent = {one["alertname"] for one in asked if not one["exp_alerts"]}
    names = {rule["alert"] for rule in rules()}
    assert (names - fired, names - silent) == (set(), set())


@pytest.mark.parametrize("name", ["ContactQuotaStoreAway"])
def test_an_alert_that_never_fires_would_be_noticed(name: str, tmp_path: Path) -> None:
    changed = yaml.safe_load(RULES.read_text())
    for rule in changed["groups"][0]["rules"]:
        if rule["alert"] == name:
            rule["expr"] = f"({rule['expr']}) and vector(0) > 1"
    (tmp_path / "rules.yml").write_text(yaml.safe_dump(changed))
    there = "../../deploy/prometheus/contact-quota.rules.yml"
    for file in TESTS:
        (tmp_path / file.name).write_text(file.read_text().replace(there, "rules.yml"))
    with pytest.raises(AssertionError, match=name):
        promtool("test", "rules", *(tmp_path / file.name for file in TESTS))


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_how_bad_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"].keys() == {"summary", "description", "runbook"}
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(), re.MULTILINE)
    assert anchor == rule["alert"].lower()
    assert rule["alert"] in headings


def test_a_place_of_the_page_makes_links_of_the_runbooks(tmp_path: Path) -> None:
    (asked,) = re.findall(r"^sed '(.+)' \\$", PAGE.read_text(), re.MULTILINE)
    sed = shutil.which("sed")
    assert sed is not None
    linked = subprocess.run([sed, asked, RULES], capture_output=True, text=True, check=True)
    (tmp_path / "rules.yml").write_text(linked.stdout)
    promtool("check", "rules", tmp_path / "rules.yml")
    for group in yaml.safe_load(linked.stdout)["groups"]:
        for rule in group["rules"]:
            url = rule["annotations"]["runbook_url"]
            assert url.startswith("https://")
            assert url.endswith(f"/docs/metrics.md#{rule['alert'].lower()}")


def test_no_runbook_is_about_an_alert_that_is_gone() -> None:
    page = PAGE.read_text()
    assert re.findall(r"^### (\w+)$", page, re.MULTILINE) == [rule["alert"] for rule in rules()]
