"""What the ledger takes of a policy."""

from quota.policy import Rules, StartingCaps
from scoring.caps import starting
from server.policy.model import Policy


def rules_of(policy: Policy, version: int) -> Rules:
    """The limits of a policy and the caps of accounts never seen, under the policy's version."""
    caps = starting(policy.scoring)
    member, enterprise = caps.member, caps.enterprise
    return Rules(
        policy=policy.quota,
        starting=StartingCaps(
            member_active=member.active,
            member_passive=member.passive,
            enterprise_active=enterprise.active,
            enterprise_passive=enterprise.passive,
        ),
        version=version,
    )
