"""Bytes of the record by table with its indexes: SQLite by pages, PostgreSQL by relations."""

from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from server.records import tables
from server.records.engine import open_database

_OF_SQLITE = text(
    "SELECT m.tbl_name, SUM(s.pgsize) FROM dbstat AS s JOIN sqlite_master AS m ON m.name = s.name"
    " GROUP BY m.tbl_name"
)
_OF_POSTGRESQL = text("SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a table, and its bytes with its indexes."""

    rows: int
    bytes: int


async def by_table(url: str) -> dict[str, Table]:
    """The tables of a record that have rows, largest first."""
    database = open_database(url)
    try:
        async with database.read(None) as connection:
            sizes = await _sizes(connection)
            found = {
                table.name: Table(
                    await connection.scalar(select(func.count()).select_from(table)) or 0,
                    sizes[table.name],
                )
                for table in tables.metadata.sorted_tables
            }
    finally:
        await database.close()
    filled = ((name, table) for name, table in found.items() if table.rows)
    return dict(sorted(filled, key=lambda item: -item[1].bytes))


async def _sizes(connection: AsyncConnection) -> dict[str, int]:
    of_engine = _OF_SQLITE if connection.dialect.name == "sqlite" else _OF_POSTGRESQL
    return {name: int(size) for name, size in (await connection.execute(of_engine)).tuples()}
