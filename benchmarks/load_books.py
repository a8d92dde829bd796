"""The books of a load: what reached the messenger, what was decided, what accounts were charged."""

import asyncio
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.request import urlopen

import aiohttp

from benchmarks.load_adds import Account, Rush, rushed_accounts
from benchmarks.load_messenger import Reached
from benchmarks.load_tally import WAITS, Seen
from benchmarks.speed.programs import ProgramError, Service

AT_ONCE, TRIES = 4, 20
OK = 200
CAPS = frozenset({"member_daily_cap", "enterprise_daily_cap"})
_DECIDED = re.compile(r'^contact_quota_decisions_total\{reason="(\w+)"\} (\S+)$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Counters:
    """An account's counter as its quota tells it: active adds of the local day, and their cap."""

    used: int
    cap: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the books: two figures that must agree, and by how much they may differ."""

    what: str
    expected: int
    found: int
    slack: int = 0

    @property
    def balances(self) -> bool:
        """Whether they agree: never fewer than expected, and no more than the slack above."""
        return 0 <= self.found - self.expected <= self.slack


def decisions(service: Service) -> Counter[str]:
    """Decisions by reason, as /metrics counts them."""
    with urlopen(f"{service.url}/metrics", timeout=10) as response:  # noqa: S310 - ours
        text = response.read().decode()
    return Counter({reason: int(float(value)) for reason, value in _DECIDED.findall(text)})


def counters(service: Service, accounts: Sequence[tuple[str, str | None]]) -> list[Counters]:
    """The counters of (enterprise, member) each; a member of None is the enterprise itself.

    Raises ProgramError for an account that nobody has heard of.
    """
    return asyncio.run(_counters(service, accounts))


async def _counters(service: Service, accounts: Sequence[tuple[str, str | None]]) -> list[Counters]:
    turn = asyncio.Semaphore(AT_ONCE)
    headers = {"Authorization": f"Bearer {service.key}"}
    async with aiohttp.ClientSession(service.url, headers=headers) as session:

        async def one(enterprise_id: str, member_id: str | None) -> Counters:
            path = f"/v1/enterprises/{enterprise_id}"
            path += f"/members/{member_id}/quota" if member_id else "/quota"
            async with turn:
                return _active(await _read(session, path))

        return await asyncio.gather(*(one(*account) for account in accounts))


async def _read(session: aiohttp.ClientSession, path: str) -> Any:
    """A read is asked again where a store was slow: on a busy machine that happens."""
    said = path
    for _ in range(TRIES):
        async with session.get(path) as response:
            if response.status == OK:
                return await response.json()
            said = f"{path}: {response.status} {await response.text()}"
            if response.status != WAITS:
                break
        await asyncio.sleep(0.1)
    raise ProgramError(said)


def _active(quota: Mapping[str, Any]) -> Counters:
    for limit in quota["limits"]:
        if limit["name"] in {"member_daily_active", "enterprise_daily_active"}:
            return Counters(int(limit["used"]), int(limit["cap"]))
    raise ProgramError("a quota without a daily cap")


def balance(seen: Seen, reached: Reached, service: Service, rush: Rush, sample: int) -> list[Entry]:
    """Every line of the books; `sample` is how many ordinary members are asked for their counters.

    Where answers were 503 or none, a decision may have been made that its gateway no longer waited
    for: as many may be charged without an add, and that is all that may differ.
    """
    lost = seen.statuses[str(WAITS)] + seen.errors
    told, allowed = decisions(service), seen.allowed.total()
    rushed = sum(reached.by_account[one.name] for one in rushed_accounts())
    return [
        Entry("adds at the messenger = adds that callers saw allowed", allowed, _sum(reached)),
        Entry("… members with more or fewer", 0, _unlike(seen, reached)),
        Entry("… by other decisions", 0, int(seen.fingerprint != reached.fingerprint)),
        Entry("allowed decisions (/metrics) = adds at the messenger", allowed, told["ok"], lost),
        *_denials(seen, told, lost),
        Entry("caps of who was rushed = their adds", rushed, rush.allowed, lost),
        *_charges(reached, service, sample, lost),
    ]


def _sum(reached: Reached) -> int:
    return reached.by_account.total()


def _unlike(seen: Seen, reached: Reached) -> int:
    names = seen.allowed.keys() | reached.by_account.keys()
    return sum(seen.allowed[name] != reached.by_account[name] for name in names)


def _denials(seen: Seen, told: Counter[str], lost: int) -> list[Entry]:
    """Denials, all of them by cap here: each reached its caller as a 429, each was decided."""
    denied = sum(count for reason, count in seen.reasons.items() if reason != "ok")
    made = sum(count for reason, count in told.items() if reason in CAPS)
    return [
        Entry("answers 429 = denials that callers saw", denied, seen.statuses["429"]),
        Entry("denials by cap (/metrics) = denials that callers saw", denied, made, lost),
    ]


def _charges(reached: Reached, service: Service, sample: int, lost: int) -> list[Entry]:
    """Counters against adds: of every enterprise, of who was rushed, of a sample of the rest."""
    adds: Counter[tuple[str, str | None]] = Counter()
    for name, count in reached.by_account.items():
        adds[name.partition("/")[0], None] += count
    companies = len(adds)
    for one in _members(reached, sample):
        adds[one.enterprise_id, one.member_id] = reached.by_account[one.name]
    held = dict(zip(adds, counters(service, list(adds)), strict=True))
    charged = sum(one.used for one in held.values())
    asked = f"{companies} enterprises and {len(adds) - companies} members"
    unlike = sum(one.used != adds[account] for account, one in held.items())
    over = sum(max(one.used, adds[account]) > one.cap for account, one in held.items())
    return [
        # A lost decision counts twice: for its member and for its enterprise.
        Entry(f"counters of {asked} = their adds", adds.total(), charged, 2 * lost),
        Entry("… accounts with more or fewer", 0, unlike, 2 * lost),
        Entry("accounts above their cap", 0, over),
    ]


def _members(reached: Reached, sample: int) -> list[Account]:
    rushed = rushed_accounts()
    names = {one.name for one in rushed}
    others = sorted(name for name in reached.by_account if name not in names)
    step = max(1, len(others) // max(sample, 1))
    return [*rushed, *(Account(*name.split("/")) for name in others[::step][:sample])]
