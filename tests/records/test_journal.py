"""The journal: each seq once, read in order, forgotten a little at a time."""

import pytest

from server.records import journal
from server.records.engine import Database
from server.records.journal import Entry


def _entry(seq: int, *, shard: int = 0, received_ms: int | None = None, what: str = "a") -> Entry:
    at = seq * 10 if received_ms is None else received_ms
    return Entry(shard, seq, "t", at, "acme", None, f'{{"{what}":{seq}}}')


async def _append(database: Database, *entries: Entry) -> None:
    async with database.write() as connection:
        await journal.append(connection, entries)


async def test_an_entry_stays_as_it_was_first_written(database: Database) -> None:
    await _append(database, _entry(1), _entry(2))
    await _append(database, _entry(2, what="other"), _entry(3))
    async with database.read() as connection:
        entries = await journal.after(connection, 0, 0, 10)
        assert await journal.last_seqs(connection, [0, 1]) == {0: 3, 1: 0}
    assert entries == [_entry(1), _entry(2), _entry(3)]


async def test_reading_on_behind_a_seq_and_up_to_another(database: Database) -> None:
    await _append(database, *(_entry(n) for n in range(1, 8)), _entry(9, shard=1))
    async with database.read() as connection:
        some = await journal.after(connection, 0, 2, 2)
        rest = await journal.after(connection, 0, 4, 10, through=6)
    assert [entry.seq for entry in some] == [3, 4]
    assert [entry.seq for entry in rest] == [5, 6]


@pytest.mark.parametrize("page", [1, 2, 1000])
async def test_a_span_of_time_in_order_of_seq(
    database: Database, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "PAGE", page)
    await _append(database, *(_entry(n) for n in range(1, 10)))
    await _append(database, _entry(10, received_ms=15), _entry(11, received_ms=500))
    found = [e.seq async for e in journal.received_between(database, 0, 15, 60)]
    assert found == [2, 3, 4, 5, 10]
    assert [e async for e in journal.received_between(database, 0, 5000, 6000)] == []
    async with database.read() as connection:
        assert await journal.count_received(connection, 15, 60) == 5


async def test_what_was_received_at_given_times(database: Database) -> None:
    await _append(database, _entry(1), _entry(2), _entry(3, received_ms=20))
    async with database.read() as connection:
        found = await journal.received_at(connection, 0, {20, 99})
    assert found == {(20, '{"a":2}'), (20, '{"a":3}')}


async def test_pruning_takes_the_oldest_folded_entries_in_small_steps(database: Database) -> None:
    await _append(database, *(_entry(n) for n in range(1, 10)), _entry(1, shard=1))
    async with database.write() as connection:
        assert await journal.prune(connection, 0, 75, folded_seq=5, count=2) == 2
        assert [e.seq for e in await journal.after(connection, 0, 0, 99)] == [3, 4, 5, 6, 7, 8, 9]
        assert await journal.prune(connection, 0, 75, folded_seq=5, count=99) == 3
        assert await journal.prune(connection, 0, 75, folded_seq=5, count=99) == 0
        assert len(await journal.after(connection, 1, 0, 99)) == 1
