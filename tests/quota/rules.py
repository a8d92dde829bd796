"""Rules and adds as the tests of the ledger use them."""

from typing import TypedDict, Unpack

from quota.adds import Add, Mode
from quota.policy import (
    EnterpriseBurst,
    QuotaPolicy,
    Refunds,
    Rules,
    StartingCaps,
    UnknownAccounts,
)

DEFAULTS = QuotaPolicy(
    default_time_zone="Asia/Shanghai",
    handover_daily=500,
    member_burst_active="40/hour",
    member_burst_passive="60/minute",
    enterprise_burst_active=EnterpriseBurst(window="minute", share=0.01, at_least=30),
    refunds=Refunds(window_min=10, share=0.2, at_least=3),
    unknown_accounts=UnknownAccounts(mode="create", new_per_minute=1000),
)
TIER_0 = StartingCaps(5, 50, 20, 200)


class More(TypedDict, total=False):
    """The optional parts of an add."""

    way: str
    initiated_by: str
    mode: Mode
    hold_s: int | None
    request_id: str | None
    number_block: str | None
    number_tail: str | None
    greeting_hash: str | None
    aliases: tuple[str, ...]


def make_rules(*, starting: StartingCaps = TIER_0, **changes: object) -> Rules:
    """The published defaults with some settings of the policy changed."""
    return Rules(DEFAULTS.model_copy(update=changes), starting, version=1)


def roomy_rules(cap: int = 60_000) -> Rules:
    """Rules under which nothing binds before `cap`."""
    return make_rules(
        starting=StartingCaps(cap, cap, cap, cap),
        member_burst_active=f"{cap}/hour",
        member_burst_passive=f"{cap}/minute",
        enterprise_burst_active=EnterpriseBurst(window="minute", share=1, at_least=cap),
    )


def add(
    contact: str = "c1", member: str = "li", enterprise: str = "acme", **more: Unpack[More]
) -> Add:
    """An active add of a contact by acme's member li, unless said otherwise."""
    return Add(enterprise, member, contact)._replace(**more)


def hold(contact: str = "c1", member: str = "li", seconds: int = 60, **more: Unpack[More]) -> Add:
    """The same as a hold."""
    return add(contact, member, **more)._replace(mode=Mode.HOLD, hold_s=seconds)
