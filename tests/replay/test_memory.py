import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.replay.memory import Overflow

Texts = Overflow[tuple[str, ...], str]


def texts(database: sqlite3.Connection, keep: int) -> Texts:
    return Overflow(database, "texts", {}, (str, str), keep)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "memory.sqlite", isolation_level=None)
    yield connection
    connection.close()


def put(held: Texts, key: str, value: str) -> None:
    held.load([(key,)])
    held.views[key,] = value
    held.settle([(key,)])


def get(held: Texts, key: str) -> str | None:
    held.load([(key,)])
    return held.views.get((key,))


def test_what_overflowed_is_found_again(database: sqlite3.Connection) -> None:
    held = texts(database, keep=10)
    for number in range(100):
        put(held, f"k{number}", f"v{number}")
        assert len(held.views) <= 10
    assert [get(held, f"k{number}") for number in range(100)] == [f"v{n}" for n in range(100)]
    assert get(held, "none") is None


def test_the_least_recently_used_go_first(database: sqlite3.Connection) -> None:
    held = texts(database, keep=10)
    for number in range(10):
        put(held, f"k{number}", "v")
    assert get(held, "k0") == "v"
    put(held, "new", "v")
    assert ("k0",) in held.views
    assert ("k1",) not in held.views


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.none() | st.integers(0, 9))),
    st.integers(1, 6),
)
def test_it_holds_what_a_dict_would(steps: list[tuple[str, int | None]], keep: int) -> None:
    database = sqlite3.connect(":memory:", isolation_level=None)
    held, model = texts(database, keep), dict[str, str]()
    for key, value in steps:
        if value is None:
            assert get(held, key) == model.get(key)
        else:
            put(held, key, str(value))
            model[key] = str(value)
    assert {key: get(held, key) for key in "abcdefgh"} == {k: model.get(k) for k in "abcdefgh"}
    database.close()
