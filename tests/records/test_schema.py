"""The migrated schema is the one the code names."""

from importlib import resources

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from server.records import flags, migrations, tables
from server.records.engine import Database
from tests.records.schema import differences


async def test_the_migrated_schema_is_the_metadata(database: Database) -> None:
    assert await differences(database) == []


async def test_upgrading_again_changes_nothing(database: Database) -> None:
    await migrations.upgrade(database)
    async with database.read() as connection:
        names = await connection.run_sync(lambda c: inspect(c).get_table_names())
    assert set(names) == {*tables.metadata.tables, "alembic_version"}


async def test_the_first_revision_can_be_taken_back(database: Database) -> None:
    def down_and_up(connection: Connection) -> list[str]:
        from alembic import command  # noqa: PLC0415  its import sets up logging of its own

        config = migrations.alembic_config(connection)
        command.downgrade(config, "base")
        left: list[str] = inspect(connection).get_table_names()
        return left

    async with database.write() as connection:
        assert await connection.run_sync(down_and_up) == ["alembic_version"]


async def test_the_revisions_are_package_data_in_one_line(database: Database) -> None:
    versions = resources.files("server.records.migrations") / "versions"
    assert (versions / "0001_first.py").is_file()
    async with database.write() as connection:
        heads = await connection.run_sync(
            lambda c: ScriptDirectory.from_config(migrations.alembic_config(c)).get_heads()
        )
    assert len(heads) == 1


async def test_a_record_of_the_first_revision_comes_along_with_its_data(database: Database) -> None:
    def back_and_forth(connection: Connection) -> list[str]:
        from alembic import command  # noqa: PLC0415  its import sets up logging of its own

        config = migrations.alembic_config(connection)
        command.downgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO flags (id, shard, seq, at_ms, enterprise_id, member_id, pattern, "
                "mode, statistic, threshold, adds_before, evidence, policy_version) VALUES ("
                "'0-1-p', 0, 1, 5, 'acme', 'li', 'p', 'review', 1.5, 1.0, 3, '[\"a\"]', 1)"
            )
        )
        before: list[str] = inspect(connection).get_table_names()
        command.upgrade(config, "head")
        return before

    async with database.write() as connection:
        before = await connection.run_sync(back_and_forth)
        kept = await flags.get(connection, "0-1-p")
    assert "cases" not in before
    assert kept is not None
    assert (kept.evidence, kept.events, kept.at_ms) == ('["a"]', "[]", 5)
    assert await differences(database) == []
