"""Programs that the benchmarks of speed start: ready when they say so, gone when they are left."""

import sys
from pathlib import Path

import pytest
from redis import Redis as Client

from benchmarks.speed.policy import write_policy
from benchmarks.speed.programs import (
    TICKS_PER_S,
    MissingError,
    ProgramError,
    answers,
    cpu_s,
    folding,
    listens,
    program,
    redis_server,
    rss_bytes,
    service,
)
from tests.benchmarks.speed_programs import require, running


def test_a_redis_server_is_empty_reachable_and_gone_afterwards(tmp_path: Path) -> None:
    require("redis-server")
    with redis_server(tmp_path, core=1) as redis:
        with Client.from_url(redis.url) as client:
            assert client.dbsize() == 0
            assert client.config_get("appendonly") == {"appendonly": "no"}
            assert client.info("server")["process_id"] == redis.pid
        assert rss_bytes(redis.pid) > 1_000_000
    assert not listens(redis.port)
    assert running(str(tmp_path)) == []


def test_what_fails_inside_ends_the_program_too(tmp_path: Path) -> None:
    require("redis-server")
    with pytest.raises(KeyboardInterrupt), redis_server(tmp_path, appendonly=True) as redis:
        raise KeyboardInterrupt
    assert not listens(redis.port)


def test_a_program_that_is_not_installed_is_missing(tmp_path: Path) -> None:
    nothing = program(["no-such-program"], log=tmp_path / "log", ready=lambda: True, name="none")
    with pytest.raises(MissingError, match="no-such-program is not installed"), nothing:
        pass


def test_a_program_that_ends_at_once_says_what_it_wrote(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no such luck')"]
    early = program(command, log=tmp_path / "log", ready=lambda: False, name="early")
    with pytest.raises(ProgramError, match=r"early ended at once: no such luck"), early:
        pass


def test_cpu_time_counts_child_processes(tmp_path: Path) -> None:
    burn = "import time\nwhile time.process_time() < 0.5: pass\nprint('burnt', flush=True)\n"
    outer = f"import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', {burn!r}])\n"
    log = tmp_path / "log"
    command = [sys.executable, "-c", outer + "time.sleep(60)"]
    with program(
        command, log=log, ready=lambda: b"burnt" in log.read_bytes(), name="burning"
    ) as burning:
        # User and system time are each cut to a whole tick.
        assert cpu_s(burning.pid) >= 0.5 - 2 / TICKS_PER_S


def test_the_service_decides_once_it_is_there_and_a_worker_folds_beside_it(tmp_path: Path) -> None:
    require("redis-server")
    policy = write_policy(tmp_path / "policy.toml", member_cap=5)
    with redis_server(tmp_path) as redis:
        with service(tmp_path, policy=policy, redis_url=redis.url, core=0) as running_one:
            assert answers(f"{running_one.url}/readyz")
            with folding(tmp_path, redis_url=redis.url) as worker:
                assert worker.pid != running_one.pid
        assert not listens(running_one.port)
    assert running(str(tmp_path)) == []


def test_embedded_stores_need_the_worker_in_the_process(tmp_path: Path) -> None:
    with (
        pytest.raises(ProgramError, match="opened by the worker"),
        service(tmp_path, policy=tmp_path / "policy.toml"),
    ):
        pass
