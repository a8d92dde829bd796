"""Starts that go wrong: said in a sentence, without a password, and with nothing left behind."""

import asyncio
import logging
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from typer.testing import CliRunner

from server import demo
from server.cli import app
from server.records import keys
from server.records.engine import RecordsUnusable, open_database
from server.records.keys import ApiKey
from server.settings import DATABASE_FILE, Settings, without_password
from server.wiring import open_services
from server.worker.outage import Outage
from server.worker.reaching import RedisUnusable, open_redis, reach, warn_if_forgetful
from tests.http.process import COMMAND, ServeProcess, refused
from tests.interrupted import Interrupted
from tests.redis_server import RedisServer, require_redis_server

NOWHERE = "redis://:s3cret@127.0.0.1:1/0"


@pytest.mark.parametrize("part", range(12))
async def test_one_interrupt_ends_the_making_of_history(tmp_path: Path, part: int) -> None:
    at = 100 + part * 160
    making = Interrupted(demo.make_history(Settings(data=tmp_path), days=1), {at})
    task = asyncio.create_task(making.run())
    await asyncio.wait({task})
    assert making.waits >= at
    assert task.cancelled()
    assert os.listdir(tmp_path) == [], "half a history"  # noqa: PTH208  nothing waits here


def test_a_demo_on_a_port_in_use_makes_no_history(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(app, ["demo", "--data", str(tmp_path), "--port", port])
    assert (done.exit_code, "already in use" in done.stderr) == (1, True)
    assert "Making" not in done.stdout


def test_a_demo_does_not_play_with_a_record_of_ones_own(tmp_path: Path) -> None:
    with ServeProcess(tmp_path) as served:
        assert served.end(signal.SIGTERM) == 0
    before = _keys_on_record(tmp_path)
    done = CliRunner().invoke(app, ["demo", "--data", str(tmp_path), "--port", "0"])
    assert (done.exit_code, "no demo's; give --data another directory" in done.stderr) == (1, True)
    assert _keys_on_record(tmp_path) == before


def _keys_on_record(data: Path) -> list[ApiKey]:
    async def read() -> list[ApiKey]:
        database = open_database(str(data / DATABASE_FILE))
        async with database.read() as connection:
            found = await keys.listed(connection)
        await database.close()
        return found

    return asyncio.run(read())


def test_a_start_that_fails_leaves_nothing_and_the_next_one_shows_the_key(tmp_path: Path) -> None:
    data, policy = tmp_path / "data", tmp_path / "bad.toml"
    policy.write_text("nonsense = 3")
    code, said = refused("--data", str(data), "--policy", str(policy), "--port", "0")
    assert (code, "unknown key" in said, data.exists()) == (1, True, False)
    with ServeProcess(data, key="") as served:
        assert "Admin key, shown this once: cq_" in served.said


def test_several_processes_show_the_key_once(tmp_path: Path, redis_server: RedisServer) -> None:
    command = ["redis-cli", "-s", str(redis_server.socket), "flushall"]
    subprocess.run(command, check=True, capture_output=True)
    options = ("--redis", redis_server.url, "--processes", "2")
    with ServeProcess(tmp_path / "data", *options, key="") as served:
        assert "Admin key, shown this once: cq_" in served.said
        assert served.end(signal.SIGTERM) == 0


async def test_a_key_that_nobody_shows_is_not_made(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    async with open_services(settings):
        pass
    async with open_services(settings) as running:
        made = await running.first_admin_key()
        assert made is not None
        assert await running.services.keys.find(made) is not None
        assert await running.first_admin_key() is None
    configured = settings.model_copy(update={"admin_key": SecretStr("a-key-that-is-configured")})
    async with open_services(configured) as running:
        assert await running.first_admin_key() is None


def _file(place: Path) -> None:
    place.write_text("")


def _no_database(place: Path) -> None:
    place.mkdir()
    (place / "contact-quota.sqlite").write_bytes(b"no database at all " * 300)


def _junk_keys(place: Path) -> None:
    place.mkdir()
    (place / "contact-keys").write_text("junk")


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (_file, "it is a file; --data names a directory"),
        (_no_database, "contact-quota.sqlite is no SQLite database"),
        (_junk_keys, "contact-keys: key 1 does not begin with its id"),
    ],
)
def test_data_that_cannot_be_used(
    tmp_path: Path, prepare: Callable[[Path], None], said: str
) -> None:
    prepare(tmp_path / "data")
    code, message = refused("--data", str(tmp_path / "data"), "--port", "0")
    assert code == 1
    assert said in message
    assert str(tmp_path / "data") in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize("content", [b"no database at all " * 300, b""])
def test_an_export_of_what_is_no_record(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "record.sqlite"
    file.write_bytes(content)
    done = CliRunner().invoke(app, ["export", "--database", str(file)])
    assert done.exit_code == 1
    assert done.stderr.startswith(f"the record at {file} is no")


def test_a_worker_does_not_wait_for_a_damaged_record(tmp_path: Path) -> None:
    file = tmp_path / "record.sqlite"
    file.write_bytes(b"no database at all " * 300)
    command = [*COMMAND, "worker", "--redis", NOWHERE, "--database", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"{file} is no SQLite database" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("url", [NOWHERE, "redis://127.0.0.1:1/0?password=s3cret"])
def test_an_address_is_shown_without_its_password(url: str) -> None:
    shown = without_password(url)
    assert "s3cret" not in shown
    assert shown.endswith("127.0.0.1:1/0")


def test_an_address_of_a_record_keeps_its_password() -> None:
    with pytest.raises(RecordsUnusable, match="postgresql://USER") as told:
        open_database("postgresql+nothing://me:s3cret@db/quota")
    assert "s3cret" not in str(told.value)


class Patience:
    """Sleeps by counting; the test is over when it is used up."""

    def __init__(self, seconds: float) -> None:
        self.left_s = seconds
        self.naps = 0

    async def __call__(self, seconds: float) -> None:
        self.naps += 1
        self.left_s -= seconds
        if self.left_s < 0:
            raise asyncio.CancelledError


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (NOWHERE, "Redis at 127.0.0.1:1: connection refused (is it running?)"),
        ("unix:///nowhere/redis.sock", "there is no such socket (is it running?)"),
    ],
)
async def test_redis_is_waited_for(url: str, why: str, caplog: pytest.LogCaptureFixture) -> None:
    redis, patience = open_redis(url), Patience(60)
    with pytest.raises(asyncio.CancelledError):
        await reach(redis, patience)
    said = [r.getMessage() for r in caplog.records if r.name == "server.worker.reaching"]
    assert all(why in line for line in said)
    assert len(said) == 4, "at once, after 5, 15 and 35 s"
    assert patience.naps > 25
    assert "s3cret" not in caplog.text
    await redis.aclose()


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis whose password is `right`."""
    require_redis_server()
    server = RedisServer(tmp_path)
    command = ["redis-cli", "-s", str(server.socket), "config", "set", "requirepass", "right"]
    subprocess.run(command, check=True, capture_output=True)
    yield server
    server.kill()


async def test_a_wrong_password_is_not_waited_for(guarded: RedisServer) -> None:
    for wrong in (guarded.url, f"unix://:s3cret@{guarded.socket}"):
        redis = open_redis(wrong)
        with pytest.raises(RedisUnusable, match="refuses us") as told:
            await reach(redis)
        assert "s3cret" not in str(told.value)
        await redis.aclose()
    right = open_redis(f"unix://:right@{guarded.socket}")
    await reach(right)
    await right.aclose()


def test_a_wrong_password_ends_the_start(guarded: RedisServer, tmp_path: Path) -> None:
    code, said = refused("--data", str(tmp_path / "data"), "--port", "0", "--redis", guarded.url)
    assert (code, "refuses us" in said) == (1, True)


@pytest.mark.parametrize("url", ["redis://:s3/cret@db:6379", "redis://:s3#cret@db", "redis://db:x"])
def test_an_address_that_cannot_be(url: str) -> None:
    with pytest.raises(RedisUnusable, match="cannot be read") as told:
        open_redis(url)
    assert "s3" not in str(told.value)


async def test_a_redis_without_append_only_file(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    redis = Redis.from_url(redis_server.url)
    await warn_if_forgetful(redis)
    assert caplog.text.count("no append-only file") == 1
    await redis.config_set("appendonly", "yes")
    await warn_if_forgetful(redis)
    await redis.config_set("appendonly", "no")
    assert caplog.text.count("no append-only file") == 1
    await redis.aclose()


def test_what_another_tells_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    outage = Outage("folding", 0.1, lambda: 0, told_elsewhere=True)
    assert outage.failed(RuntimeError("away")) == pytest.approx(0.1)
    outage.worked()
    assert caplog.text == ""


def test_an_export_into_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    asyncio.run(demo.make_history(Settings(data=tmp_path), days=2))
    command = [*COMMAND, "export", "--data", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (141, b"")
