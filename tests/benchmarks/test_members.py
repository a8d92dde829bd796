"""The benchmark of lists: a small run on either record, every order and filter among it."""

import asyncio
from pathlib import Path
from typing import Any, get_args

from server.records.listing_pages import Only, Order, Sort
from tests.benchmarks.commands import quick
from tests.postgres_server import PostgresServer
from tests.stored import StoredOnServer

SMALL = ("--members", "300")


def check(figures: dict[str, Any]) -> None:
    """Every list was asked for, and everything took some time."""
    assert figures["members"] == 300
    wanted = len(get_args(Sort)) * len(get_args(Order)) * (4 + len(get_args(Only)))
    assert len(figures["lists"]) == wanted
    assert {f"sort={sort}&order=asc" for sort in get_args(Sort)} <= set(figures["lists"])
    assert {"/history?days=30", "/members/m00007/timeline"} <= set(figures["http"])
    for part in ("lists", "others", "http"):
        assert all(ms > 0 for ms in figures[part].values())


def test_lists_are_measured_on_sqlite(tmp_path: Path) -> None:
    ran = quick("members", tmp_path / "members.json", *SMALL)
    check(ran.figures)
    assert "wanted: a list below 200 ms" in ran.printed


def test_lists_are_measured_on_postgresql(tmp_path: Path, postgres_server: PostgresServer) -> None:
    stored = StoredOnServer(postgres_server)

    async def emptied() -> None:
        await (await stored.empty("members")).close()

    asyncio.run(emptied())
    try:
        url = stored.url("members")
        check(quick("members", tmp_path / "members.json", *SMALL, "--database", url).figures)
    finally:
        asyncio.run(stored.remove())
