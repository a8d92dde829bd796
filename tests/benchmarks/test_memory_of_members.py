"""The benchmark of memory: a small run on a real Redis, with either record."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from benchmarks import memory
from benchmarks.memory_redis import (
    COOLDOWN,
    ENTERPRISE,
    EVENT_ID,
    MEMBER,
    PATTERNS,
    RECORD,
    WAITING,
)
from benchmarks.speed.loading import ANSWERED, EVERY, Load
from tests.benchmarks.commands import quick
from tests.postgres_server import PostgresServer
from tests.redis_server import require_redis_server
from tests.stored import StoredOnServer

MEMBERS, ADDS = 200, 2
SMALL = ("--members", str(MEMBERS), "--adds", str(ADDS))


@pytest.fixture(autouse=True)
def _redis_server() -> None:
    require_redis_server()


def check(figures: dict[str, Any], *, folded: bool) -> None:
    """Every sort was found, every add counted, and what is in parts is the whole."""
    built = figures[str(MEMBERS)]
    sorts = built["sorts"]
    assert list(sorts) == [*PATTERNS, WAITING]
    answered = MEMBERS * ADDS * len(ANSWERED) // EVERY
    counts = {MEMBER: MEMBERS, ENTERPRISE: MEMBERS // 50, RECORD: MEMBERS * ADDS}
    counts |= {EVENT_ID: answered, COOLDOWN: answered // 2, WAITING: MEMBERS * ADDS + answered}
    assert {name: sort["count"] for name, sort in sorts.items()} == counts
    for name in PATTERNS:
        assert 32 < sorts[name]["by_usage"] < sorts[name]["by_used"] * 1.1 < 2_000, name
    parts = sum(sorts[name]["by_used"] * sorts[name]["count"] for name in PATTERNS)
    assert parts + built["rest"] == pytest.approx(built["total"], abs=20_000)
    assert built["waiting"] > built["total"], "events that wait take room"
    assert (built["folded"] is not None) is folded
    if folded:
        tables = built["folded"]["tables"]
        begun = 16  # the policy that came into force, in each shard
        assert tables["journal"]["rows"] == counts[WAITING] + begun
        assert tables["member_views"]["rows"] == MEMBERS
        assert tables["cooldowns"]["rows"] == counts[COOLDOWN]


def test_members_are_folded_and_measured_in_redis_and_sqlite(tmp_path: Path) -> None:
    ran = quick("memory", tmp_path / "memory.json", *SMALL)
    check(ran.figures, folded=True)
    assert ran.figures[str(MEMBERS)]["folded"]["file_bytes"] > 0
    assert "SQLite: 200 members, folded" in ran.printed


def test_too_many_to_fold_are_measured_in_redis_alone_and_it_says_so(tmp_path: Path) -> None:
    ran = quick("memory", tmp_path / "memory.json", *SMALL, "--fold-most", "100")
    check(ran.figures, folded=False)
    assert "200 members were not folded" in ran.printed


async def test_members_are_measured_in_postgresql(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    stored = StoredOnServer(postgres_server)
    await (await stored.empty("memory")).close()
    try:
        options = (*SMALL, "--database", stored.url("memory"))
        ran = await asyncio.to_thread(quick, "memory", tmp_path / "memory.json", *options)
    finally:
        await stored.remove()
    check(ran.figures, folded=True)
    assert "PostgreSQL: 200 members, folded" in ran.printed


@pytest.mark.parametrize(
    "arguments",
    [["--members", "10"], ["--members", "100", "200", "--database", "postgresql://nowhere/none"]],
)
def test_what_does_not_go_together_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        memory.parsed(arguments)
    assert ended.value.code == 2
    assert "--members" in capsys.readouterr().err


def test_a_tenth_is_answered_and_nobody_is_deleted_each_time() -> None:
    what = Load(members=1_000, enterprises=20, run="00000000", adds=3, answered=True)
    assert what.events() == 3_300
    for member in range(what.members):
        answers = [what.answer(member + turn * what.members) for turn in range(what.adds)]
        assert answers.count("contact.deleted") <= 1
