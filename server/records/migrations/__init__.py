"""Brings the record's tables to the newest revision; Alembic with its revisions as package data."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import PendingRollbackError

from server.records.engine import Database

UPGRADE_DEADLINE_S = 600.0
_LOCK = 5_640_128_733_211


async def upgrade(database: Database) -> None:
    """Applies what is missing, in one transaction; processes that start together take turns."""
    async with database.write(UPGRADE_DEADLINE_S) as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        try:
            await connection.run_sync(_upgrade)
        except PendingRollbackError as error:
            # Alembic tidies up behind a statement that was cancelled, and stumbles over that.
            if isinstance(error.__context__, asyncio.CancelledError):
                raise asyncio.CancelledError from error
            raise


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration, bound to an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")
