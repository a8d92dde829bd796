"""What `benchmarks/load.py` asks for: accounts, and adds as bytes that are ready to be sent."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

MEMBERS, ENTERPRISES = 20_000, 400
LONE, CROWDS, CROWD_MEMBERS = 8, 2, 30
"""What is rushed: members each alone in an enterprise, and enterprises whose members are many."""
RUSHED_SHARE = 0.1
"""Of the steady traffic, the adds of accounts that were rushed, so whose caps are used up."""

_ADD = (
    "POST /contacts/add HTTP/1.1\r\nHost: load\r\nX-Enterprise-Id: {enterprise_id}\r\n"
    "X-Member-Id: {member_id}\r\nX-Target-Id: wm-{mark}\r\nX-Add-Way: phone_search\r\n"
    "Idempotency-Key: r-{mark}\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
)


@dataclass(frozen=True, slots=True)
class Account:
    """A member of an enterprise."""

    enterprise_id: str
    member_id: str

    @property
    def name(self) -> str:
        """Both ids in one word, as counts are kept by."""
        return f"{self.enterprise_id}/{self.member_id}"


@dataclass(frozen=True, slots=True)
class Asked:
    """One add: whose it is (`Account.name`), and the request."""

    account: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Rush:
    """How much is asked of accounts whose caps must bind, by the caps of the policy in force.

    Every cap is asked for half as much again as it allows, spread over the gateways.
    """

    member_cap: int
    enterprise_cap: int

    @property
    def allowed(self) -> int:
        """How many adds the caps leave of all that are asked."""
        return LONE * self.member_cap + CROWDS * self.enterprise_cap

    @property
    def asked(self) -> int:
        """How many adds are asked for."""
        return len(list(self.accounts()))

    def accounts(self) -> Iterator[Account]:
        """Whose adds are asked for, mixed so that every cap is reached by many at once."""
        alone = [lone(k) for k in range(LONE)] * (self.member_cap * 3 // 2)
        many = [crowded(n, k) for n in range(self.enterprise_cap * 3 // 2) for k in range(CROWDS)]
        yield from random.Random(1).sample([*alone, *many], len(alone) + len(many))


def lone(number: int) -> Account:
    """A member alone in its enterprise: its own cap binds."""
    return Account(f"lone-{number}", "li")


def crowded(number: int, crowd: int) -> Account:
    """One of the many of an enterprise: the enterprise's cap binds."""
    return Account(f"crowd-{crowd}", f"m{number % CROWD_MEMBERS}")


def rushed_accounts() -> list[Account]:
    """All accounts of a rush."""
    many = [crowded(n, k) for k in range(CROWDS) for n in range(CROWD_MEMBERS)]
    return [*(lone(k) for k in range(LONE)), *many]


def rush(mark: str, of: Rush, part: int, parts: int) -> list[Asked]:
    """Every `parts`-th add of a rush, beginning with number `part`."""
    accounts = list(of.accounts())[part::parts]
    return [_asked(account, f"{mark}-{part}-{n}") for n, account in enumerate(accounts)]


def steady(mark: str, count: int, enterprises: int = ENTERPRISES) -> list[Asked]:
    """Adds of members drawn evenly, a tenth of them by those who were rushed before.

    `mark` is new with each run, so that nothing asked is a retry or a repeat.
    """
    draw, rushed = random.Random(mark), rushed_accounts()
    made = []
    for n in range(count):
        if draw.random() < RUSHED_SHARE:
            account = draw.choice(rushed)
        else:
            member = draw.randrange(MEMBERS)
            account = Account(f"e{member % enterprises}", f"m{member}")
        made.append(_asked(account, f"{mark}-{n}"))
    return made


def _asked(account: Account, mark: str) -> Asked:
    text = _ADD.format(enterprise_id=account.enterprise_id, member_id=account.member_id, mark=mark)
    return Asked(account.name, text.encode())
