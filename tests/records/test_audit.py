"""The audit on record: found again as it was written, and never changed."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.records import audit, keys, policies
from server.records.audit import SERVICE, Deed, DeedFilter, Doer
from server.records.engine import Database
from server.records.keys import ApiKey
from tests.stored import ON_POSTGRESQL

ANN = Doer("ann", "k-ann")


def deed(n: int = 1, **changed: object) -> Deed:
    """The n-th deed: ann looked at a document of acme's li."""
    plain = {
        "at_ms": n,
        "holder": "ann",
        "key_id": "k-ann",
        "action": "document.viewed",
        "subject_kind": "document",
        "subject_id": f"d-{n}",
        "enterprise_id": "acme",
        "member_id": "li",
        "before": None,
        "after": {"kind": "other", "名": [1, None]},
        "why": "it was asked for",
    }
    return Deed(**{**plain, **changed})  # type: ignore[arg-type]


async def recorded(database: Database, *deeds: Deed) -> None:
    async with database.write() as connection:
        await audit.record(connection, *deeds)


async def found(database: Database, **which: object) -> list[Deed]:
    async with database.read() as connection:
        return await audit.listed(connection, DeedFilter(**which))  # type: ignore[arg-type]


async def test_a_deed_comes_back_as_it_was_done(database: Database) -> None:
    await recorded(database, deed(), deed(2, enterprise_id=None, member_id=None, after=None))
    assert await found(database) == [
        deed(2, enterprise_id=None, member_id=None, after=None, seq=2),
        deed(seq=1),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET why = 'nothing'",
        "UPDATE audit SET why = why",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE seq = 1",
    ],
)
async def test_no_deed_can_be_changed_or_removed(database: Database, change: str) -> None:
    await recorded(database, deed())
    with pytest.raises(DBAPIError, match="audit is append-only"):
        async with database.write() as connection:
            await connection.execute(text(change))
    assert await found(database) == [deed(seq=1)]


@ON_POSTGRESQL
async def test_the_audit_cannot_be_emptied_at_once(database: Database) -> None:
    await recorded(database, deed())
    with pytest.raises(DBAPIError, match="audit is append-only"):
        async with database.write() as connection:
            await connection.execute(text("TRUNCATE audit"))
    assert len(await found(database)) == 1


async def test_a_deed_is_undone_with_what_it_was_about(database: Database) -> None:
    record = ApiKey("k", ("gateway",), "", "k", 1)
    async with database.write() as connection:
        await keys.create(connection, record, "secret", ANN)
        await connection.rollback()
    assert await found(database) == []
    async with database.read() as connection:
        assert await keys.listed(connection) == []


async def test_whoever_makes_and_ends_a_key_is_kept_but_not_its_secret(database: Database) -> None:
    async with database.write() as connection:
        await keys.create(connection, ApiKey("k", ("gateway",), "n", "gw", 5), "secret", ANN)
        await keys.create(connection, ApiKey("k-2", ("admin",), "", "k-2", 6), "another")
        assert await keys.revoke(connection, "k", 7, ANN)
        assert not await keys.revoke(connection, "k", 8, ANN)
        assert not await keys.revoke(connection, "unknown", 8, ANN)
    ended, by_itself, made = await found(database, subject_kind="key")
    granted = {"scopes": ["gateway"], "note": "n", "holder": "gw"}
    assert (made.action, made.subject_id, made.at_ms) == ("key.created", "k", 5)
    assert (made.holder, made.key_id, made.before, made.after) == ("ann", "k-ann", None, granted)
    assert (by_itself.holder, by_itself.key_id) == (SERVICE, "")
    assert (ended.action, ended.subject_id, ended.at_ms) == ("key.revoked", "k", 7)
    assert (ended.before, ended.after) == (granted, None)


async def test_a_policy_that_comes_into_force_says_which_it_replaces(database: Database) -> None:
    async with database.write() as connection:
        for n in (1, 2):
            await policies.add(connection, "{}", "ann", n)
        await policies.activate(connection, 1, 3)
        await policies.activate(connection, 1, 4, ANN)
        await policies.activate(connection, 2, 5, ANN)
    second, first = await found(database, subject_kind="policy")
    assert (first.holder, first.before, first.after) == (SERVICE, None, {"version": 1})
    assert (second.holder, second.key_id, second.subject_id) == ("ann", "k-ann", "2")
    assert (second.before, second.after) == ({"version": 1}, {"version": 2})
