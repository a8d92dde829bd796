"""Files of lines, plain or gzip, read once in order; an error names file and line."""

import codecs
import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader
from itertools import chain
from pathlib import Path

MAX_LINE = 1024 * 1024
_GZIP = b"\x1f\x8b"
_REPORT_EVERY = 1_000


class ReplayError(Exception):
    """A replay that cannot go on; `line` is None where the file as a whole is the trouble."""

    def __init__(self, file: str, line: int | None, message: str) -> None:
        place = file if line is None else f"{file}:{line}"
        super().__init__(f"{place}: {message}")


@dataclass(frozen=True, slots=True)
class Raw:
    """One line as it stands in its file, lines counted from 1."""

    file: str
    number: int
    text: bytes


def total_bytes(paths: Sequence[Path]) -> int:
    """What the files hold on disk together. Raises ReplayError for one that cannot be read."""
    total = 0
    for path in paths:
        try:
            total += path.stat().st_size
        except OSError as error:
            raise _unreadable(path, None, error) from None
    return total


def read(paths: Sequence[Path], progress: Callable[[int], None]) -> Iterator[Raw]:
    """Every line that is not blank; `progress` is told the bytes read so far of all files.

    Raises ReplayError for what cannot be read, and for a line longer than 1 MiB.
    """
    done = 0
    for path in paths:
        number = 0
        try:
            with path.open("rb") as file:
                for number, text in enumerate(_lines(file), start=1):
                    if number % _REPORT_EVERY == 0 and file.seekable():
                        progress(done + file.tell())
                    if len(text) > MAX_LINE:
                        raise ReplayError(str(path), number, "is longer than 1 MiB")
                    if text.strip():
                        yield Raw(str(path), number, text)
                done += file.tell() if file.seekable() else 0
        except (OSError, EOFError, zlib.error) as error:
            raise _unreadable(path, number + 1, error) from None
        progress(done)


def _lines(file: BufferedReader) -> Iterator[bytes]:
    """The lines of a file or pipe; gzip is told by how it begins, not by its name.

    The first comes without a byte order mark, and is there even if nothing is.
    """
    zipped = file.peek(len(_GZIP)).startswith(_GZIP)
    source = gzip.GzipFile(fileobj=file) if zipped else file
    first = source.readline(MAX_LINE + 1).removeprefix(codecs.BOM_UTF8)
    return chain([first], iter(lambda: source.readline(MAX_LINE + 1), b""))


def _unreadable(path: Path, line: int | None, error: Exception) -> ReplayError:
    system = error.strerror if isinstance(error, OSError) else None
    reason = system.lower() if system else str(error)
    return ReplayError(str(path), line, f"cannot be read: {reason}")
