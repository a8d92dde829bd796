"""The limits of the model: what is counted for an account, and what of it a limit counts now."""

from dataclasses import dataclass, field

from quota.adds import Kind, Restriction
from quota.policy import Rules
from tests.quota.model_days import Day


@dataclass(frozen=True)
class Limit:
    """A limit as an answer states it."""

    name: str
    cap: int
    used: int
    resets_at_ms: int


@dataclass
class Account:
    """An enterprise or a member: caps, what it used on `day`, and when it was charged in bursts."""

    day: int | None = None
    caps: dict[str, int] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    refunds: dict[str, int] = field(default_factory=dict)
    times: dict[str, list[int]] = field(default_factory=dict)
    restrictions: tuple[Restriction, ...] = ()

    def turn(self, day: int) -> None:
        """A new day begins with nothing used and nothing refunded."""
        if self.day != day:
            self.day, self.used, self.refunds = day, {}, {}


@dataclass
class Company(Account):
    """An enterprise has a zone and a calendar, too."""

    zone: str | None = None
    today: Day | None = None


def limits(
    rules: Rules, kind: Kind, company: Company, person: Account, today: Day, now_ms: int
) -> tuple[Limit, ...]:
    """The limits of an add, in the order of checks, as they stand."""
    policy, start = rules.policy, rules.starting

    def daily(name: str, account: Account, cap: int, what: str) -> Limit:
        used = account.used.get(what, 0) if account.day == today.number else 0
        return Limit(name, cap, used, today.end_ms)

    if kind is Kind.HANDOVER:
        return (daily("handover_daily", company, policy.handover_daily, "handover"),)
    if kind is Kind.PASSIVE:
        return (
            daily(
                "member_daily_passive",
                person,
                person.caps.get("passive", start.member_passive),
                "passive",
            ),
            daily(
                "enterprise_daily_passive",
                company,
                company.caps.get("passive", start.enterprise_passive),
                "passive",
            ),
            _burst(rules, "member_burst_passive", person, "passive", now_ms),
        )
    cap = company.caps.get("active", start.enterprise_active)
    return (
        daily(
            "member_daily_active",
            person,
            person.caps.get("active", start.member_active),
            "active",
        ),
        daily("enterprise_daily_active", company, cap, "active"),
        _burst(rules, "member_burst_active", person, "active", now_ms),
        _burst(rules, "enterprise_burst_active", company, "active", now_ms, cap),
    )


def _burst(
    rules: Rules, name: str, account: Account, what: str, now_ms: int, daily_cap: int = 0
) -> Limit:
    """Used = what was charged in the current slot, a twelfth of the window, and 12 before."""
    window = rules.bursts[name]
    cap = window.amount
    if name == "enterprise_burst_active":
        cap = max(cap, int(daily_cap * rules.policy.enterprise_burst_active.share))
    ends = sorted(_leaves_ms(at, window.slot_ms) for at in account.times.get(what, ()))
    live = [end for end in ends if end > now_ms]
    return Limit(name, cap, len(live), live[-1] if live else now_ms)


def free_at(rules: Rules, limit: Limit, account: Account, what: str, now_ms: int) -> int:
    """When a limit that binds has room for one more, if nothing else is charged."""
    if "burst" not in limit.name:
        return limit.resets_at_ms
    slot_ms = rules.bursts[limit.name].slot_ms
    ends = sorted(_leaves_ms(at, slot_ms) for at in account.times[what])
    live = [end for end in ends if end > now_ms]
    return live[len(live) - limit.cap]


REASON = {
    "member_daily_active": "member_daily_cap",
    "member_daily_passive": "member_daily_cap",
    "enterprise_daily_active": "enterprise_daily_cap",
    "enterprise_daily_passive": "enterprise_daily_cap",
    "handover_daily": "handover_cap",
    "member_burst_active": "member_burst",
    "member_burst_passive": "member_burst",
    "enterprise_burst_active": "enterprise_burst",
}


def _leaves_ms(at_ms: int, slot_ms: int) -> int:
    """When an event has left a window of 12 slots and the current one."""
    return (at_ms // slot_ms + 13) * slot_ms


def binding_restriction(account: Account, active: bool, now_ms: int) -> Restriction | None:
    """Of those that hold and bind the direction, the one that ends last."""
    binding = [
        r
        for r in account.restrictions
        if (r.ends_at_ms is None or r.ends_at_ms > now_ms) and (active or r.scope != "active_adds")
    ]
    return max(binding, key=lambda r: r.ends_at_ms or 10**18, default=None)
