"""The measured policy is the one that ships, with other figures."""

import re
from pathlib import Path
from typing import Any

from benchmarks.speed.policy import ENTERPRISE_CAP, MEMBER_CAP, write_policy
from server.policy import default_policy, load_policy
from server.policy.rules import rules_of

CHANGED = re.compile(
    r"quota\.(member_burst_active|enterprise_burst_active\.at_least|unknown_accounts\.new_per_minute)"
    r"|scoring\.movement\.ramp_floor"
    r"|scoring\.tiers\.\d\.(member_active|member_passive|enterprise_floor)"
)


def leaves(value: Any, name: str = "") -> dict[str, Any]:
    """Every figure and word of a policy by its dotted name."""
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list | tuple):
        parts = dict(enumerate(value)).items()
    else:
        return {name: value}
    return {
        key: leaf
        for inner, part in parts
        for key, leaf in leaves(part, f"{name}.{inner}" if name else str(inner)).items()
    }


def test_only_figures_differ_from_what_ships_so_that_every_rule_is_on(tmp_path: Path) -> None:
    shipped = leaves(default_policy().model_dump())
    found = leaves(load_policy(write_policy(tmp_path / "policy.toml")).model_dump())
    assert set(found) == set(shipped)
    changed = {name for name in found if found[name] != shipped[name]}
    assert {name for name in changed if not CHANGED.fullmatch(name)} == set()
    assert {"quota.member_burst_active", "scoring.movement.ramp_floor"} <= changed


def test_a_member_never_seen_has_the_cap_that_is_used_up(tmp_path: Path) -> None:
    starting = rules_of(load_policy(write_policy(tmp_path / "policy.toml")), 1).starting
    assert (starting.member_active, starting.enterprise_active) == (MEMBER_CAP, ENTERPRISE_CAP)
    small = write_policy(tmp_path / "small.toml", member_cap=50, enterprise_cap=700)
    starting = rules_of(load_policy(small), 1).starting
    assert (starting.member_active, starting.enterprise_active) == (50, 700)
