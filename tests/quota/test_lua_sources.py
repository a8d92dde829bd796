"""The scripts use what every store of ours has: cjson at most, and no command after Redis 7.0."""

import re
from importlib.resources import files

import pytest

from quota.scripts import NAMES, SHARED, source

COMMANDS = {
    "GET", "SET", "SETRANGE", "MGET", "MSET", "INCRBY", "PEXPIRE", "HMGET", "HSET",
    "TIME", "XADD", "XTRIM", "ZADD", "ZREM", "ZRANGEBYSCORE",
}  # fmt: skip
FORBIDDEN = ("struct.", "cmsgpack", "bit.", "sha1hex", "loadstring", "redis.pcall", "math.random")
LUA = sorted(path.name for path in files("quota").iterdir() if path.name.endswith(".lua"))


def _code(name: str) -> str:
    """A script without its comments."""
    return re.sub(r"--.*", "", (files("quota") / name).read_text())


def test_every_script_file_is_loaded() -> None:
    assert [*LUA] == sorted(f"{name}.lua" for name in (*SHARED, *NAMES))


@pytest.mark.parametrize("name", LUA)
def test_only_these_commands_are_called(name: str) -> None:
    calls = re.findall(r"redis\.call\(\s*'(\w+)'", _code(name))
    assert set(calls) <= COMMANDS
    assert len(calls) == len(re.findall(r"redis\.call\b", _code(name)))


@pytest.mark.parametrize("name", LUA)
def test_no_library_but_cjson_is_used(name: str) -> None:
    assert [word for word in FORBIDDEN if word in _code(name)] == []
    libraries = set(re.findall(r"\b([a-z]+)\.[a-z]\w*\(", _code(name)))
    assert libraries <= {"redis", "string", "table", "math", "cjson"}


@pytest.mark.parametrize("name", NAMES)
def test_every_script_states_its_contract(name: str) -> None:
    text = source(name)
    head = text[text.rindex("\n-- KEYS") :]
    assert "-- ARGV" in head
    assert "-- Reply" in head
