"""Restrictions on their way from the record to Redis."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from quota.adds import Restriction, StoreUnavailable
from quota.ledger import Ledger
from server.records import restrictions
from server.records.engine import Database
from server.records.restrictions import RestrictionRecord
from server.worker.translate import of_shard

Account = tuple[str, str | None]
Held = dict[Account, tuple[Restriction, ...]]
_MOST_ROUNDS = 8


async def push_restrictions(
    ledger: Ledger, database: Database, enterprise_id: str, member_id: str | None
) -> None:
    """Sets what binds an account now, by the record; call it after the record was changed.

    Two callers at once may read and write in different orders, so it reads again until nothing has
    changed. Raises StoreUnavailable, RecordsUnavailable; the next refill brings it then.
    """
    account = (enterprise_id, member_id)
    held = (await _of_enterprise(ledger, database, enterprise_id)).get(account, ())
    for _ in range(_MOST_ROUNDS):
        await ledger.accounts.restrict(enterprise_id, member_id, held)
        now = (await _of_enterprise(ledger, database, enterprise_id)).get(account, ())
        if now == held:
            return
        held = now
    raise StoreUnavailable("the account's restrictions keep changing")


async def of_shard_now(ledger: Ledger, database: Database, shard: int) -> Held:
    """What binds now in a shard, by account. Raises RecordsUnavailable."""
    async with database.read() as connection:
        records = await restrictions.active(connection, ledger.now_ms())
    return _by_account(r for r in records if of_shard(r.enterprise_id, shard, ledger.shards))


async def _of_enterprise(ledger: Ledger, database: Database, enterprise_id: str) -> Held:
    async with database.read() as connection:
        records = await restrictions.active(connection, ledger.now_ms(), [enterprise_id])
    return _by_account(records)


def _by_account(records: Iterable[RestrictionRecord]) -> Held:
    def account(record: RestrictionRecord) -> tuple[str, str]:
        return record.enterprise_id, record.member_id or ""

    return {
        (enterprise_id, member_id or None): tuple(
            Restriction(r.penalty_id, r.scope, r.ends_ms, r.may_apply, r.may_appeal) for r in some
        )
        for (enterprise_id, member_id), some in groupby(sorted(records, key=account), account)
    }
