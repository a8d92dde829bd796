"""Restrictions on their way from the record to Redis."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from penalties.penalty import Penalty
from quota.adds import Restriction, StoreUnavailable
from quota.ledger import Ledger
from server.records import standing
from server.records.engine import Database
from server.worker.translate import of_shard

Account = tuple[str, str | None]
ELSEWHERE = "elsewhere"
"""What a person's penalty is called in other enterprises: whose it is, and why, is not theirs to
know. It is objected to where it was imposed."""
Held = dict[Account, tuple[Restriction, ...]]
_MOST_ROUNDS = 8
SKEW_MS = 60_000
"""How far clocks may differ: Redis keeps what ended this recently, and compares ends by its own."""


async def push_restrictions(
    ledger: Ledger, database: Database, enterprise_id: str, member_id: str | None
) -> None:
    """Sets what binds an account now, by the record; call it after the record was changed.

    Two callers at once may read and write in different orders, so it reads again until nothing has
    changed. Raises StoreUnavailable, RecordsUnavailable; the next refill brings it then.
    """
    account = (enterprise_id, member_id)
    held = await _of_account(ledger, database, account)
    for _ in range(_MOST_ROUNDS):
        await ledger.accounts.restrict(enterprise_id, member_id, held)
        now = await _of_account(ledger, database, account)
        if now == held:
            return
        held = now
    raise StoreUnavailable("the account's restrictions keep changing")


async def push_people(
    ledger: Ledger, database: Database, enterprise_id: str, member_id: str, people: Collection[str]
) -> None:
    """Sets what binds a member, and every account of these people: who is who has changed.

    Raises StoreUnavailable, RecordsUnavailable.
    """
    async with database.read() as connection:
        theirs = await standing.accounts_with(connection, people)
    for account in {(enterprise_id, member_id), *theirs}:
        await push_restrictions(ledger, database, *account)


async def of_shard_now(ledger: Ledger, database: Database, shard: int) -> Held:
    """What binds now in a shard, by account. Raises RecordsUnavailable."""
    async with database.read() as connection:
        found = await standing.binding(connection, ledger.now_ms() - SKEW_MS, shard=shard)
    return {
        account: _held(account, some)
        for account, some in found.items()
        if _is_here(account, shard, ledger)
    }


def _is_here(account: Account, shard: int, ledger: Ledger) -> bool:
    return of_shard(account[0], shard, ledger.shards)


async def _of_account(
    ledger: Ledger, database: Database, account: Account
) -> tuple[Restriction, ...]:
    async with database.read() as connection:
        now_ms = ledger.now_ms() - SKEW_MS
        return _held(account, await standing.binding_of(connection, now_ms, *account))


def _held(account: Account, some: Iterable[Penalty]) -> tuple[Restriction, ...]:
    return tuple(
        Restriction(one.id, str(one.scope), one.ends_ms, one.may_apply, one.may_appeal)
        if one.enterprise_id == account[0]
        else Restriction(ELSEWHERE, str(one.scope), one.ends_ms, may_apply=False, may_appeal=False)
        for one in some
    )
