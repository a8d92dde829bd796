"""docs/metrics.md, the alerts and the dashboard speak of the metrics there are, no others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from server.http.routes import ROUTES
from tests.observed import OPEN_ENDED, documented, registered, series
from tests.promql import Matcher, read
from tests.promtool import promtool
from tests.test_alerts import ROOT, rules

DASHBOARD = json.loads((ROOT / "deploy/grafana/contact-quota.json").read_text())
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
OF_PROMETHEUS = {"up": {"job": frozenset[str](), "instance": frozenset[str]()}}
OF_TARGETS = {"job", "instance"}
"""Labels that Prometheus gives to whatever it reads."""
_LEGEND = re.compile(r"\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}")


def panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def expressions() -> Iterator[tuple[str, str]]:
    """Where each stands, and it."""
    for rule in rules():
        yield rule["alert"], rule["expr"]
    for panel in panels():
        for target in panel["targets"]:
            yield f"{panel['title']}, {target['refId']}", target["expr"]
    for one in DASHBOARD["annotations"]["list"]:
        if "expr" in one:
            yield one["name"], one["expr"]


EXPRESSIONS = dict(expressions())


def test_the_page_says_what_the_registry_has() -> None:
    there, said = registered(), documented()
    assert said.keys() == there.keys()
    for name, metric in there.items():
        assert (said[name].type, said[name].labels) == (metric.type, metric.labels), name


def test_the_page_says_which_values_labels_have() -> None:
    there, said = registered(), documented()
    for name, metric in there.items():
        for label in metric.labels - OPEN_ENDED:
            assert said[name].values[label] == metric.values[label], (name, label)


def test_names_follow_the_customs_of_prometheus() -> None:
    for name, metric in registered().items():
        assert name.endswith("_total") == (metric.type == "counter"), name
        assert not re.search(r"_(ms|millis|milliseconds|minutes|kb|mb|percent)(_|$)", name), name


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_reads_what_there_is(name: str) -> None:
    there = series(registered()) | OF_PROMETHEUS
    found = read(EXPRESSIONS[name])
    assert found.series
    known = set(OF_TARGETS)
    for metric, matchers in found.series:
        assert metric in there
        known |= there[metric].keys()
        for matcher in matchers:
            _check(matcher, there[metric])
    assert found.named <= known


def _check(matcher: Matcher, values: dict[str, frozenset[str]]) -> None:
    if matcher.label in OF_TARGETS:
        return
    known = values[matcher.label]
    if not matcher.is_regex:
        assert matcher.value in known
        return
    if re.fullmatch(r"[\w|]+", matcher.value):
        assert set(matcher.value.split("|")) <= known
    assert any(re.fullmatch(matcher.value, value) for value in known), matcher


def test_an_expression_that_reads_what_is_not_there_would_be_noticed() -> None:
    found = read('sum by (job, nobody) (rate(contact_quota_no_such{reason="of_none"}[5m]))')
    assert found.series == [
        ("contact_quota_no_such", (Matcher("reason", "of_none", is_regex=False),))
    ]
    assert found.named == {"job", "nobody"}


def test_all_kinds_of_denial_are_what_the_pattern_of_denials_means() -> None:
    pattern = ".+_(restricted|cooldown|cap|burst)"
    reasons = registered()["contact_quota_decisions_total"].values["reason"]
    denials = {one for one in reasons if re.fullmatch(pattern, one)}
    assert reasons - denials == {
        "ok", "replayed", "conflict", "new_accounts", "unknown_account", "unavailable", "failed",
    }  # fmt: skip
    used = re.findall(r'reason=~"(\.[^"]+)"', " ".join(EXPRESSIONS.values()))
    assert set(used) == {pattern}


def test_prometheus_takes_every_expression_of_the_dashboard(tmp_path: Path) -> None:
    taken = [
        {"record": "a", "expr": expr.replace("$__rate_interval", "5m")}
        for expr in EXPRESSIONS.values()
    ]
    (tmp_path / "rules.yml").write_text(json.dumps({"groups": [{"name": "g", "rules": taken}]}))
    promtool("check", "rules", "--lint=none", tmp_path / "rules.yml")


def test_every_metric_is_shown_or_watched() -> None:
    used = {name for expr in EXPRESSIONS.values() for name, _ in read(expr).series}
    unused = [
        name for name, metric in registered().items() if not used & set(series({name: metric}))
    ]
    assert unused == []


def test_legends_and_summaries_name_labels_that_are_left() -> None:
    for panel in panels():
        for target in panel["targets"]:
            named = set(_LEGEND.findall(target["legendFormat"]))
            assert named <= read(target["expr"]).grouped, panel["title"]
    for rule in rules():
        named = set(_LEGEND.findall(json.dumps(rule["annotations"])))
        found = read(rule["expr"])
        assert named <= (found.grouped or OF_TARGETS), rule["alert"]


def test_the_dashboard_belongs_to_no_machine() -> None:
    assert DASHBOARD["schemaVersion"] >= 39  # Grafana 11
    assert DASHBOARD["id"] is None
    for holder in (*panels(), *(target for panel in panels() for target in panel["targets"])):
        assert holder["datasource"] == SOURCE
    source, job = DASHBOARD["templating"]["list"]
    assert (source["type"], source["query"], source["current"]) == ("datasource", "prometheus", {})
    found = re.fullmatch(r"label_values\((\w+), (\w+)\)", job["query"]["query"])
    assert found is not None
    assert found[1] in registered()
    assert found[2] in OF_TARGETS


def test_panels_say_what_they_show_and_lie_side_by_side() -> None:
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(numbers)) == len(numbers)
    for panel in panels():
        assert panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        for target in panel["targets"]:
            assert target["legendFormat"] or panel["type"] == "table", panel["title"]
    for one, other in combinations(DASHBOARD["panels"], 2):
        assert _apart(one["gridPos"], other["gridPos"]), (one["title"], other["title"])


def _apart(a: dict[str, int], b: dict[str, int]) -> bool:
    beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
    above = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
    return (beside or above) and a["x"] + a["w"] <= 24


def test_routes_that_the_page_and_the_alerts_name_exist() -> None:
    said = (ROOT / "docs/metrics.md").read_text() + json.dumps(rules())
    paths = {(route.method, re.sub(r"\{\w+\}", "{}", route.path)) for route in ROUTES}
    for method, path in re.findall(r"(GET|POST) (/v1/[\w/{}-]+)", said):
        if path != "/v1/live":
            assert (method, re.sub(r"\{\w+\}", "{}", path)) in paths, path
