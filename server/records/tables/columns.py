"""What the tables are made of: the metadata, and columns by what they hold."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key(name: str) -> Column[str]:
    """A part of the primary key: an id of up to 128 characters."""
    return Column(name, String(128), primary_key=True)


def id_(name: str, *, nullable: bool = False, index: bool | None = None) -> Column[str]:
    """An id of up to 128 characters. Of one that most rows leave empty: `index_where_given`."""
    return Column(name, String(128), nullable=nullable, index=index)


def numbered(name: str) -> Column[int]:
    """A key that the database counts up by itself."""
    # SQLite numbers rows by itself only where the key is an INTEGER.
    number = BigInteger().with_variant(Integer, "sqlite")
    return Column(name, number, primary_key=True, autoincrement=True)


def ms(name: str, *, nullable: bool = False) -> Column[int]:
    """Epoch milliseconds."""
    return Column(name, BigInteger, nullable=nullable)


def whole(name: str, *, nullable: bool = False) -> Column[int]:
    """A whole number of up to 32 bits."""
    return Column(name, Integer, nullable=nullable)


def text(name: str, *, nullable: bool = False) -> Column[str]:
    """Text of any length."""
    return Column(name, Text, nullable=nullable)


def index_where_given(column: Column[str]) -> Index:
    """An index of the rows that have something in a column which most leave empty.

    With empty ones in it, statistics of a record where nobody has any (SQLite, after `ANALYZE`)
    say that each value is shared by all rows, and joins go through whole tables instead.
    """
    given = column.is_not(None)
    return Index(None, column, sqlite_where=given, postgresql_where=given)
