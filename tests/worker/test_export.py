"""The journal as NDJSON: order, names, times, and that a replay reads it."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from server.cli import app
from server.policy import default_policy
from server.records.engine import Database
from server.replay.files import Raw
from server.replay.reading import Reader, replay_hasher
from server.worker.export import export_lines
from tests.stored import Stored
from tests.worker.scene import Scene, drain

HASHED = "h.k1.AAAAAAAAAAAAAAAAAAAAAA"
EVER_MS = 1 << 62


async def _lines(
    database: Database, from_ms: int = 0, to_ms: int = EVER_MS
) -> list[dict[str, Any]]:
    return [json.loads(line) async for line in export_lines(database, from_ms, to_ms)]


async def _three_days(scene: Scene) -> None:
    await scene.begin()
    worker = await scene.up()
    await scene.announce()
    await scene.event(
        "member.updated", activated_at=scene.clock() - 5, person_id=None, profile={"phone": True}
    )
    for day in range(3):
        for n in range(3):
            await scene.add(f"{HASHED[:-1]}{n}", enterprise=f"e{n}", request_id=f"r{day}-{n}")
            scene.clock.forward(ms=7)
        decision = await scene.add(f"{HASHED[:-1]}3", enterprise="e3")
        scene.clock.forward(ms=7)
        await scene.ledger.settle(decision.decision_id, "cancel", scene.rules)
        await scene.event("contact.accepted", f"{HASHED[:-1]}0", enterprise_id="e0")
        await drain(worker)
        scene.clock.forward(days=1)


async def test_lines_have_the_names_of_the_api(scenes: Callable[[int], Scene]) -> None:
    scene = scenes(1)
    await _three_days(scene)
    lines = await _lines(scene.database)
    added = next(line for line in lines if line["type"] == "add.requested")
    assert added["target_id"] == f"{HASHED[:-1]}0"
    assert added["received_at"] == added["at"] == "2026-11-22T04:00:00.000Z"
    assert added["allowed"] is True
    assert not {"record", "target", "received_ms", "day_end_ms"} & added.keys()
    updated = next(line for line in lines if line["type"] == "member.updated")
    assert updated["activated_at"] == "2026-11-22T03:59:59.995Z"
    policy = next(line for line in lines if line["type"] == "policy.activated")
    assert policy["policy"] == json.loads(default_policy().model_dump_json())


async def test_each_shard_is_in_its_journals_order_and_all_in_that_of_time(
    scenes: Callable[[int], Scene],
) -> None:
    scene = scenes(4)
    await _three_days(scene)
    lines = await _lines(scene.database)
    assert len(lines) == 4 + 1 + 3 * 6
    received = [line["received_at"] for line in lines]
    assert received == sorted(received)
    for shard in range(4):
        seqs = [line["seq"] for line in lines if line["shard"] == shard]
        assert seqs == sorted(seqs)
    second_day = await _lines(scene.database, 1_795_406_400_000, 1_795_492_800_000)
    assert {line["received_at"][:10] for line in second_day} == {"2026-11-23"}
    assert len(second_day) == 6


async def test_a_replay_reads_every_line(scenes: Callable[[int], Scene]) -> None:
    scene = scenes(2)
    await _three_days(scene)
    reader = Reader(replay_hasher())
    lines = [line async for line in export_lines(scene.database, 0, EVER_MS)]
    read = [reader.line(Raw("export", n, line.encode())) for n, line in enumerate(lines, start=1)]
    targets = {line.body["target"] for line in read if "target" in line.body}
    assert len(read) == len(lines)
    assert targets == {f"{HASHED[:-1]}{n}" for n in range(4)}


def _export(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["export", *arguments])


async def _data(scenes: Callable[[int], Scene]) -> Scene:
    scene = scenes(2)
    await _three_days(scene)
    return scene


async def test_the_command_writes_a_whole_file_or_none(
    scenes: Callable[[int], Scene], stored: Stored, tmp_path: Path
) -> None:
    await _data(scenes)
    out = tmp_path / "out.ndjson"
    done = await _in_thread(_export, "--database", stored.url(), "--out", str(out))
    assert done.exit_code == 0, done.output
    assert len(out.read_text().splitlines()) == 21
    part = await _in_thread(_export, "--database", stored.url(), "--from", "2026-11-24")
    assert part.exit_code == 0
    assert len(part.stdout.splitlines()) == 6
    lost = await _in_thread(_export, "--database", stored.url(), "--out", str(tmp_path / "no/x"))
    assert lost.exit_code == 1
    assert "cannot write" in lost.output
    assert _exports(tmp_path) == ["out.ndjson"]


def _exports(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir() if "ndjson" in path.name]


async def _in_thread(work: Callable[..., Result], *arguments: str) -> Result:
    return await asyncio.to_thread(work, *arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "yesterday"], "is neither a date"),
        (["--from", "2026-11-22T16:00:00"], "is neither a date"),
        (["--from", "2026-11-23", "--to", "2026-11-22"], "must be earlier than --to"),
        (["--data", "nowhere"], "there is no record at nowhere"),
    ],
)
def test_the_command_says_what_is_wrong(arguments: list[str], said: str) -> None:
    done = _export(*arguments)
    assert done.exit_code in (1, 2)
    assert said in " ".join(done.output.replace("│", " ").split())
