"""Rules and adds as the tests of the ledger use them."""

from quota.adds import Add
from quota.policy import EnterpriseBurst, QuotaPolicy, Refunds, Rules, StartingCaps, UnknownAccounts


def make_rules(**changes: object) -> Rules:
    """The published defaults, with the starting caps of tier 0."""
    policy = QuotaPolicy(
        default_time_zone="Asia/Shanghai",
        handover_daily=500,
        member_burst_active="40/hour",
        member_burst_passive="60/minute",
        enterprise_burst_active=EnterpriseBurst(window="minute", share=0.01, at_least=30),
        refunds=Refunds(window_min=10, share=0.2, at_least=3),
        unknown_accounts=UnknownAccounts(mode="create", new_per_minute=1000),
    )
    starting = StartingCaps(5, 50, 20, 200)
    if "starting" in changes:
        value = changes.pop("starting")
        assert isinstance(value, StartingCaps)
        starting = value
    return Rules(policy.model_copy(update=changes), starting, version=1)


def add(contact: str = "c1", member: str = "li", enterprise: str = "acme", **more: object) -> Add:
    return Add(enterprise, member, contact, **more)  # type: ignore[arg-type]
