"""What tests ask of a schema: how far it is from the code's tables, and to be at some revision."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from server.records import migrations, tables
from server.records.engine import Database


async def differences(database: Database) -> list[Any]:
    """What would have to be migrated for the record to have the tables that the code names."""

    def compared(connection: Connection) -> list[Any]:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, tables.metadata))

    async with database.read() as connection:
        return await connection.run_sync(compared)


async def bring_to(database: Database, revision: str) -> None:
    """Upgrades an older record to that revision."""

    def upgrade(connection: Connection) -> None:
        from alembic import command  # noqa: PLC0415  its import sets up logging of its own

        command.upgrade(migrations.alembic_config(connection), revision)

    async with database.write() as connection:
        await connection.run_sync(upgrade)
