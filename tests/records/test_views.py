"""Views as a batch saves them and as they are published, swept and forgotten."""

from dataclasses import replace

import pytest

from server.records import published, views
from server.records.engine import Database
from server.records.views import (
    ContactRow,
    CooldownRow,
    EnterpriseRow,
    MemberRow,
    RelationRow,
)

ACME = EnterpriseRow("acme", 0, "{}", 5, 7, 1_000, 60.0, 2, 300, 3000, 500)
LI = MemberRow("acme", "li", 0, "{}", 5, 7, 10.0, 1, 20, 200)
COOLDOWN = CooldownRow("acme", "c1", "", 0, 500, 5)


async def test_what_was_saved_is_loaded_by_key(database: Database) -> None:
    keys = [("acme", f"m{n}") for n in range(1_000)]
    async with database.write() as connection:
        await views.save(
            connection,
            enterprises=[ACME],
            members=[replace(LI, member_id=m) for _, m in keys],
            relations=[RelationRow("acme", "li", "c1", "r", 1)],
            contacts=[ContactRow("acme", "c1", "c", 1)],
        )
        await views.save(connection, relations=[RelationRow("acme", "li", "c1", "r2", 2)])
        assert await views.enterprises_by_id(connection, ["acme", "x"]) == {"acme": ACME}
        found = await views.members_by_id(connection, [*keys, ("x", "m1")])
        assert set(found) == set(keys)
        relations = await views.relation_documents(
            connection, [("acme", "li", "c1"), ("a", "b", "c")]
        )
        assert relations == {("acme", "li", "c1"): "r2"}
        assert await views.contact_documents(connection, [("acme", "c1")]) == {("acme", "c1"): "c"}


async def test_a_cooldown_is_never_shortened(database: Database) -> None:
    async with database.write() as connection:
        for until_ms in (500, 900, 700):
            await views.save(connection, cooldowns=[replace(COOLDOWN, until_ms=until_ms)])
    (page,) = [p async for p in published.cooldowns_changed(database, 0, -1, 100)]
    assert [row.until_ms for row in page] == [900]
    assert [p async for p in published.cooldowns_changed(database, 0, -1, 900)] == []


@pytest.mark.parametrize("page", [1, 2, 100])
async def test_changes_behind_a_seq_come_in_pages(
    database: Database, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "PAGE", page)
    members = [replace(LI, member_id=f"m{n}", changed_seq=n) for n in range(6)]
    async with database.write() as connection:
        await views.save(connection, enterprises=[ACME], members=members)
        await views.save(connection, members=[replace(LI, enterprise_id="beta", shard=1)])
    found = [row async for rows in published.members_changed(database, 0, 3) for row in rows]
    assert found == members[4:]
    every = [row async for rows in published.enterprises_changed(database, 0, -1) for row in rows]
    assert every == [ACME]


async def test_a_sweep_is_due_when_the_day_ended_or_the_terms_changed(database: Database) -> None:
    due = published.enterprises_to_sweep
    async with database.write() as connection:
        beta = replace(ACME, enterprise_id="beta", day_end_ms=2_000)
        await views.save(connection, enterprises=[ACME, beta])
        assert await due(connection, 0, 999, 9) == []
        assert await due(connection, 0, 2_000, 9) == [ACME, beta]
        await published.swept(connection, "acme", 5_000)
        await views.save(connection, enterprises=[replace(ACME, tier=3)])
        assert await due(connection, 0, 2_000, 9) == [beta]
        await published.sweep_now(connection, 0, ["acme"])
        assert [row.enterprise_id for row in await due(connection, 0, 0, 9)] == ["acme"]
        await published.sweep_now(connection, 0, None)
        assert len(await due(connection, 0, 0, 9)) == 2
        assert await due(connection, 1, 9_999, 9) == []


async def test_members_of_an_enterprise_by_id(database: Database) -> None:
    async with database.write() as connection:
        await views.save(connection, members=[replace(LI, member_id=f"m{n}") for n in range(5)])
        page = await published.members_after(connection, "acme", "m1", 2)
    assert [row.member_id for row in page] == ["m2", "m3"]


async def test_what_is_over_is_forgotten_a_little_at_a_time(database: Database) -> None:
    async with database.write() as connection:
        await views.save(
            connection,
            relations=[RelationRow("acme", "li", f"c{n}", "r", n) for n in range(5)],
            contacts=[ContactRow("acme", f"c{n}", "c", n) for n in range(5)],
            cooldowns=[replace(COOLDOWN, contact=f"c{n}", until_ms=n) for n in range(5)],
        )
        assert await published.prune(connection, 4, 4, 3) == 9
        assert await published.prune(connection, 4, 4, 3) == 3
        assert await published.prune(connection, 4, 4, 3) == 0
        left = await views.relation_documents(
            connection, [("acme", "li", f"c{n}") for n in range(5)]
        )
    assert set(left) == {("acme", "li", "c4")}
