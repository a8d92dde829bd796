"""A migrated SQLite record."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.records import migrations
from server.records.engine import Database, open_database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = open_database(str(tmp_path / "record.sqlite"))
    await migrations.upgrade(database)
    yield database
    await database.close()
