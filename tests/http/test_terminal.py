"""What the terminal says: each message names what is wrong, and what would be right."""

import signal
import socket
import subprocess
from pathlib import Path

import pytest
from pydantic import SecretStr

from server.cli.mistakes import unknown_variables
from server.cli.serve import welcome
from server.settings import Settings, without_password
from tests.http.process import COMMAND, ServeProcess, refused


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, said = refused("--data", str(tmp_path), "--port", port)
    assert code == 1
    assert f"port {port}: address already in use; choose another with --port" in said
    assert "Traceback" not in said


def test_several_processes_need_a_store_to_share(tmp_path: Path) -> None:
    code, said = refused("--data", str(tmp_path), "--processes", "3")
    assert code == 2
    assert "would each count on their own" in said


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PROCESSES", "many", "CONTACT_QUOTA_PROCESSES: must be a whole number, not many"),
        ("SHARDS", "0", "CONTACT_QUOTA_SHARDS: must be at least 1, not 0"),
        ("WORKER", "maybe", "CONTACT_QUOTA_WORKER: must be true or false, not maybe"),
        ("REDIS", "localhost", "CONTACT_QUOTA_REDIS: must begin with redis://"),
        ("REDIS", "redis://h:x/", "CONTACT_QUOTA_REDIS: cannot be read: it is redis://"),
        ("REDIS", "redis://h/db", "CONTACT_QUOTA_REDIS: must end with the number of a database"),
        ("DATABASE", "mysql://x", "CONTACT_QUOTA_DATABASE: must be a path, or begin with"),
        ("DATABASE", "postgres://h:x/", "CONTACT_QUOTA_DATABASE: is no address"),
        ("DATABASE", "/dev/null/x", "no record can be kept at /dev/null/x: /dev/null is a file"),
        ("DATABASE", __file__, f"the record at {__file__} is no SQLite database"),
        ("THROTTLE", "often", "CONTACT_QUOTA_THROTTLE: 'often' is not a rate"),
        ("ADMIN_KEY", "short", "CONTACT_QUOTA_ADMIN_KEY must have at least 16 characters"),
        ("CONTACT_KEYS", "k1:zz", "CONTACT_QUOTA_CONTACT_KEYS: the secret of key 'k1' is not"),
        ("CONTACT_KEYS", "k1", "CONTACT_QUOTA_CONTACT_KEYS: key 1 does not begin with its id"),
        ("POLICY", "/nowhere/policy.toml", "/nowhere/policy.toml: cannot be read: no such file"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str, said: str) -> None:
    environment = {f"CONTACT_QUOTA_{name}": value}
    code, message = refused("--data", str(tmp_path), "--port", "0", **environment)
    assert code in {1, 2}
    assert said in message
    assert "Traceback" not in message


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--port", "70000"), "--port: must be at most 65535, not 70000"),
        (("--processes", "0"), "--processes: must be at least 1, not 0"),
        (("--redis", "localhost"), "--redis: must begin with redis://"),
        (
            ("--data", "/dev/null/x"),
            "nothing can be kept in /dev/null/x: not a directory; --data names a directory",
        ),
        (("--data", __file__), f"nothing can be kept in {__file__}: "),
        (("--database", "postgresql://u:secret@127.0.0.1:1/q"), "the record is out of reach: "),
        (("--prot", "1"), "No such option: --prot"),
        (("--port", "x"), "'--port'"),
    ],
)
def test_a_wrong_option_is_named(tmp_path: Path, options: tuple[str, str], said: str) -> None:
    code, message = refused("--data", str(tmp_path), "--port", "0", *options)
    assert code in {1, 2}
    assert said in message
    assert "Traceback" not in message
    assert "secret" not in message


def test_a_variable_that_is_no_setting_is_named() -> None:
    environment = {"CONTACT_QUOTA_PRT": "1", "CONTACT_QUOTA_PORT": "1", "PATH": "", "PORT": "1"}
    assert unknown_variables(environment) == ["CONTACT_QUOTA_PRT (is CONTACT_QUOTA_PORT meant?)"]
    assert unknown_variables({"CONTACT_QUOTA_LOGO_COLOR": "red"}) == ["CONTACT_QUOTA_LOGO_COLOR"]


def test_no_password_is_shown() -> None:
    settings = Settings(redis="redis://me:secret@127.0.0.1:6379/0", admin_key=SecretStr("x" * 16))
    said = welcome(settings, "http://127.0.0.1:8080", None)
    assert "counters: redis://me:***@127.0.0.1:6379/0" in said
    assert without_password("redis://:secret@h/0") == "redis://:***@h/0"
    assert without_password("data/record.sqlite") == "data/record.sqlite"


def test_the_end_is_said(tmp_path: Path) -> None:
    with ServeProcess(tmp_path / "data") as served:
        assert served.end(signal.SIGTERM) == 0
    log = (tmp_path / "data.log").read_text()
    assert log.index("stopping: ") < log.index("stopped")


def test_a_redis_that_is_away_is_named_while_it_is_waited_for(tmp_path: Path) -> None:
    options = ("--redis", "redis://:secret@127.0.0.1:1/0", "--data", str(tmp_path / "data"))
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", *options], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    with process.stderr as log:
        said = next(line for line in log if "waiting for Redis" in line)
        process.send_signal(signal.SIGTERM)
        rest = log.read()
    assert process.wait(30) == 0
    assert "127.0.0.1:1: connection refused" in said
    assert "secret" not in said + rest
    assert "Traceback" not in rest
