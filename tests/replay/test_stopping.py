import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.replay.run import replay
from server.replay.stopping import Stop, StoppedError
from tests.replay.files import add, write

COMMAND = [str(Path(sys.executable).with_name("contact-quota")), "replay"]
CODES = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]


@pytest.mark.parametrize(("number", "code"), CODES)
@pytest.mark.parametrize("mode", ["--observe", "--enforce"])
def test_a_signal_while_a_file_is_awaited_leaves_nothing(
    tmp_path: Path, number: int, code: int, mode: str
) -> None:
    fifo = tmp_path / "events"
    os.mkfifo(fifo)
    command = [*COMMAND, str(fifo), mode, "--out", str(tmp_path / "out")]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
        fifo.open("wb") as file,
    ):
        file.write(b"\n" * 1_000_000)  # more than a pipe holds: the replay is reading
        process.send_signal(number)
        said, complained = process.communicate()
    assert (process.returncode, said, complained) == (code, b"", b"")
    assert list(tmp_path.iterdir()) == [fifo]


@pytest.mark.parametrize(("number", "code"), CODES)
@pytest.mark.parametrize("mode", ["--observe", "--enforce"])
def test_a_signal_amid_the_work_leaves_nothing(
    tmp_path: Path, number: int, code: int, mode: str
) -> None:
    source = write(tmp_path / "events", [add("c")])
    source.write_bytes(source.read_bytes() * 100_000)
    command = [*COMMAND, str(source), mode, "--out", str(tmp_path / "out")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not _is_at_work(tmp_path):
            assert process.poll() is None
        process.send_signal(number)
        said, complained = process.communicate()
    assert (process.returncode, said, complained) == (code, b"", b"")
    assert list(tmp_path.iterdir()) == [source]


def _is_at_work(place: Path) -> bool:
    return any(place.glob(".out-*/results/flags.ndjson"))


def asks_for_the_end_after(stop: Stop, count: int) -> Callable[[int], Iterator[int]]:
    def items(number: int) -> Iterator[int]:
        for n in range(number):
            if n == count:
                stop.request(signal.SIGTERM)
            yield n

    return items


def test_the_end_is_at_once_while_an_item_is_awaited() -> None:
    stop, seen = Stop(), list[int]()
    with pytest.raises(StoppedError) as stopped:
        seen.extend(stop.each(asks_for_the_end_after(stop, 3)(9)))
    assert stopped.value.exit_code == 143


def test_the_end_waits_while_an_item_is_worked_on() -> None:
    stop, done = Stop(), []

    def work() -> None:
        for n in stop.each(range(9)):
            if n == 3:
                stop.request(signal.SIGINT)
                stop.request(signal.SIGTERM)
            done.append(n)

    with pytest.raises(StoppedError) as stopped:
        work()
    assert done == [0, 1, 2, 3]
    assert stopped.value.exit_code == 130


def test_signals_are_as_before_afterwards() -> None:
    before = [signal.getsignal(number) for number, _ in CODES]
    stop = Stop()
    with stop.on_signals():
        assert [signal.getsignal(number) for number, _ in CODES] == [stop.request] * 2
    assert [signal.getsignal(number) for number, _ in CODES] == before


@pytest.mark.parametrize("enforce", [False, True])
def test_an_end_that_was_asked_for_after_the_last_line_writes_nothing(
    tmp_path: Path, enforce: bool
) -> None:
    source, stop = write(tmp_path / "events", [add("c")]), Stop()
    size = source.stat().st_size

    def progress(done: int) -> None:
        if done == size:
            stop.request(signal.SIGINT)

    with pytest.raises(StoppedError):
        asyncio.run(
            replay([source], tmp_path / "out", enforce=enforce, progress=progress, stop=stop)
        )
    assert list(tmp_path.iterdir()) == [source]
