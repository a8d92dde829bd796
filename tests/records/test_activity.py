"""Activity on record: ten-minute slots of all shards together, kept for eight days."""

from server.records import activity
from server.records.activity import KEEP_MS, SLOT_MS, Slot, slot_of
from server.records.engine import Database
from tests.conftest import Clock


async def test_slots_add_up_over_batches_and_shards(database: Database, clock: Clock) -> None:
    now, before = slot_of(clock()), slot_of(clock()) - SLOT_MS
    async with database.write() as connection:
        await activity.add(connection, 0, {before: {"requested": 1}, now: {"requested": 2}})
        await activity.add(connection, 0, {now: {"requested": 3, "allowed": 1}})
        await activity.add(connection, 1, {now: {"requested": 4, "denied_member_burst": 2}})
        await activity.add(connection, 1, {})
    async with database.read() as connection:
        found = await activity.read(connection, before)
        later = await activity.read(connection, before + 1)
    counts = {"requested": 9, "allowed": 1, "denied_member_burst": 2}
    assert found == [Slot(before, {"requested": 1}), Slot(now, counts)]
    assert later == found[1:]


async def test_a_slot_begins_at_ten_minutes_of_the_clock(clock: Clock) -> None:
    assert slot_of(clock()) == clock()
    assert slot_of(clock() + SLOT_MS - 1) == clock()
    assert slot_of(clock() + SLOT_MS) == clock() + SLOT_MS


async def test_what_is_older_than_eight_days_goes_a_few_at_a_time(
    database: Database, clock: Clock
) -> None:
    kept = clock() - KEEP_MS
    async with database.write() as connection:
        for shard in range(3):
            slots = {kept - SLOT_MS: {"requested": 1}, kept: {"requested": 1}}
            await activity.add(connection, shard, slots)
        assert await activity.prune(connection, clock(), 2) == 2
        assert await activity.prune(connection, clock(), 2) == 1
        assert await activity.prune(connection, clock(), 2) == 0
        assert await activity.read(connection, 0) == [Slot(kept, {"requested": 3})]
