"""The data directory: made, held by one embedded store at a time, or refused in words."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK_FILE = "lock"


class DataInUse(Exception):  # noqa: N818  a state of the directory, no fault
    """Another process holds the embedded store's directory."""


class DataUnusable(Exception):  # noqa: N818  a state of the machine, no fault
    """What the service has to keep cannot be kept where it was told to."""


@contextmanager
def told_as_unusable(data: Path) -> Iterator[None]:
    """Raises DataUnusable for what the machine has against that directory."""
    try:
        yield
    except OSError as error:
        a_file = isinstance(error, FileExistsError)
        reason = "it is a file" if a_file else (error.strerror or str(error)).lower()
        raise DataUnusable(
            f"nothing can be kept in {data}: {reason}; --data names a directory that is there, or "
            f"can be made, and may be written"
        ) from error


@contextmanager
def alone_in(data: Path) -> Iterator[None]:
    """Holds the directory: two embedded stores in it would each count on their own.

    Raises DataInUse.
    """
    with (data / LOCK_FILE).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataInUse(
                f"another contact-quota runs on the embedded stores in {data}: stop it, or choose "
                f"another directory with --data"
            ) from error
        yield
