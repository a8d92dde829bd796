"""The policy that is measured: the one that ships, with larger figures and every rule on."""

from pathlib import Path

from server.policy import default_policy

MEMBER_CAP = 1_000
ENTERPRISE_CAP = 50_000
BURST = 60_000
"""No burst binds in a run: daily caps deny, so that the share of denials holds."""
NEW_PER_MINUTE = 10_000_000

_FIGURES = """\
# Only figures differ from the policy that ships: a run makes in seconds the adds of a day, all
# accounts are new, and a steady mix of allowed and denied should hold from its first second.

[quota]
member_burst_active = "{burst}/hour"

[quota.enterprise_burst_active]
at_least = {burst}

[quota.unknown_accounts]
new_per_minute = {new_per_minute}

[scoring.movement]
ramp_floor = {member_cap}
"""

_TIER = """
[[scoring.tiers]]
score = {score}
member_active = {member_cap}
member_passive = {member_passive}
enterprise_floor = {enterprise_cap}
enterprise_seat = {enterprise_seat}
"""


def write_policy(
    path: Path, *, member_cap: int = MEMBER_CAP, enterprise_cap: int = ENTERPRISE_CAP
) -> Path:
    """Writes the measured policy to `path`, as `serve --policy` reads it; returns `path`.

    The caps are active adds a local day, the same in every tier and for accounts never seen.
    """
    figures = _FIGURES.format(burst=BURST, new_per_minute=NEW_PER_MINUTE, member_cap=member_cap)
    tiers = [
        _TIER.format(
            score=tier.score,
            member_cap=member_cap,
            member_passive=max(tier.member_passive, 2 * member_cap),
            enterprise_cap=enterprise_cap,
            enterprise_seat=tier.enterprise_seat,
        )
        for tier in default_policy().scoring.tiers
    ]
    path.write_text(figures + "".join(tiers))
    return path
