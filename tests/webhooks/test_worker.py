"""`contact-quota worker` delivers, too: under the keys of those that serve, and under no others."""

import asyncio
import sys
from pathlib import Path

from server.records import settings
from server.records.engine import Database
from server.worker.loop import wall_clock_ms
from tests.conftest import Clock
from tests.redis_server import RedisServer, client_of
from tests.stored import ON_SQLITE, Stored
from tests.webhooks.receiver import Receiver
from tests.webhooks.scene import SEALER, Post

KEYS = "t1:" + (b"7" * 32).hex()
"""What `SEALER` seals with."""
RUN = "from server.cli import app; app()"


async def _begun(database: Database) -> None:
    """As a process that serves leaves the record at its first start."""
    async with database.write() as connection:
        await settings.check_document_keys(connection, SEALER.checks)


async def _started(
    redis: RedisServer, stored: Stored, data: Path, **environment: str
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", RUN, "worker", "--redis", redis.url),
        *("--database", stored.url(), "--data", str(data)),
        env={"PATH": "/usr/bin:/bin", **environment},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )


@ON_SQLITE
async def test_it_refuses_to_start_with_other_keys(
    database: Database, stored: Stored, redis_server: RedisServer, tmp_path: Path
) -> None:
    await _begun(database)
    process = await _started(redis_server, stored, tmp_path)
    _, said = await process.communicate()
    assert process.returncode == 1
    assert b"this database knows documents by the key(s) t1" in said
    assert b"Traceback" not in said


async def test_a_worker_of_its_own_delivers(
    post: Post,
    stored: Stored,
    redis_server: RedisServer,
    receiver: Receiver,
    clock: Clock,
    tmp_path: Path,
) -> None:
    redis = client_of(redis_server.url)
    await redis.flushall()
    await redis.aclose()
    await _begun(post.database)
    clock.now_ms = wall_clock_ms()
    await post.hook(receiver.url)
    allowed = {"CONTACT_QUOTA_DOCUMENT_KEYS": KEYS, "CONTACT_QUOTA_WEBHOOK_PRIVATE": "true"}
    process = await _started(redis_server, stored, tmp_path, **allowed)
    id_ = await post.note()
    await receiver.arrived(1)
    process.terminate()
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()
    assert b"Traceback" not in said
    assert receiver.ids == [id_]
