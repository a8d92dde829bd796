"""`contact-quota worker`: a process of its own, from start to signal."""

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientSession
from typer.testing import CliRunner

from benchmarks.speed.programs import free_port
from quota.ledger import Ledger
from server.cli import app
from server.records import journal, leases, settings
from server.records.engine import Database
from server.worker import install
from server.worker.refill import closed_shards
from server.worker.upkeep import prune
from tests.patience import HANGS_S
from tests.redis_server import RedisServer, client_of
from tests.stored import Stored
from tests.worker.scene import Scene, drain

RUN = "from server.cli import app; app()"


def test_both_stores_have_to_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONTACT_QUOTA_REDIS", raising=False)
    done = CliRunner().invoke(app, ["worker", "--redis", "redis://localhost"])
    assert done.exit_code == 2
    assert done.output.startswith("--database is missing")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_opens_the_shards_and_gives_them_back(
    number: signal.Signals,
    redis_server: RedisServer,
    database: Database,
    stored: Stored,
    tmp_path: Path,
) -> None:
    redis = client_of(redis_server.url)
    await redis.flushall()
    stores = ["--redis", redis_server.url, "--database", stored.url(), "--data", str(tmp_path)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RUN, "worker", *stores, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    said = b""
    while b"Folding;" not in said:
        line = await process.stderr.readline()
        assert line, said.decode()
        said += line
    ledger = Ledger(redis, shards=16)
    while await closed_shards(ledger):
        assert process.returncode is None, (await process.stderr.read()).decode()
        await asyncio.sleep(0.02)
    process.send_signal(number)
    said += await process.stderr.read()
    assert await process.wait() == 0, said.decode()
    assert b"Traceback" not in said
    async with database.read() as connection:
        assert len(await leases.free(connection, 0)) == 16
    await redis.aclose()


@pytest.mark.usefixtures("database")
async def test_its_metrics_are_read_at_the_port_it_is_told(
    redis_server: RedisServer, stored: Stored, tmp_path: Path
) -> None:
    redis = client_of(redis_server.url)
    await redis.flushall()
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        stores = ["--redis", redis_server.url, "--database", stored.url(), "--data", str(tmp_path)]
        command = [sys.executable, "-c", RUN, "worker", *stores, "--metrics-port", str(port)]
        refused = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
        said = (await refused.communicate())[1].decode()
        assert (refused.returncode, f"port {port} for metrics" in said) == (1, True), said
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    text = ""
    async with asyncio.timeout(HANGS_S), ClientSession() as session:
        while "contact_quota_shards_held 16.0" not in text:
            assert process.returncode is None
            with suppress(ClientConnectionError):
                async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                    text = await answer.text()
    assert "contact_quota_build_info{" in text
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
    await redis.aclose()


async def test_a_foreign_redis_is_refused(scene: Scene) -> None:
    async with scene.database.write() as connection:
        ours = await settings.install_id(connection)
    await install.claim(scene.ledger, ours)
    await install.claim(scene.ledger, ours)
    with pytest.raises(install.ForeignRedis, match="another installation"):
        await install.claim(scene.ledger, "another")


async def test_a_refill_leaves_the_mark_of_the_installation(scene: Scene) -> None:
    await install.claim(scene.ledger, "ours")
    await scene.up()
    await install.claim(scene.ledger, "ours")
    assert await scene.redis.get(install.KEY) == b"ours"


async def test_what_is_too_old_goes(scenes: Callable[[int], Scene]) -> None:
    scene = scenes(1)
    await scene.begin()
    worker = await scene.up()
    await scene.add("c1")
    await scene.event("contact.blocked", "c1")
    await drain(worker)
    lease = worker.leasing.held[0].lease
    assert not await prune(scene.stores(), lease)
    async with scene.database.read() as connection:
        assert len(await journal.after(connection, 0, 0, 9)) == 2
    scene.clock.forward(days=191)
    assert not await prune(scene.stores(), lease)
    async with scene.database.read() as connection:
        assert await journal.after(connection, 0, 0, 9) == []
