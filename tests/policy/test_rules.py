from quota.policy import StartingCaps
from server.policy import default_policy, parse_policy
from server.policy.rules import rules_of


def test_accounts_never_seen_begin_with_the_caps_of_tier_0() -> None:
    rules = rules_of(default_policy(), 3)
    assert rules.starting == StartingCaps(5, 50, 20, 200)
    assert rules.version == 3
    assert rules.policy is default_policy().quota


def test_starting_caps_follow_the_policy() -> None:
    changed = "[scoring.movement]\nramp_floor = 3\nenterprise_passive_factor = 4\n"
    rules = rules_of(parse_policy(changed, "p.toml"), 1)
    assert (rules.starting.member_active, rules.starting.enterprise_passive) == (3, 80)
