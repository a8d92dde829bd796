"""Instants at which requests are due: evenly spaced, and kept whatever the answers do."""

import asyncio
import ctypes
import os
import sys
import time
from collections.abc import Callable

MONOTONIC, NON_BLOCKING, CLOSE_ON_EXEC = 1, 0o4000, 0o2000000
"""clockid and flags of timerfd_create(2)."""
COARSE_S = 0.001


class _Span(ctypes.Structure):
    _fields_ = (("s", ctypes.c_long), ("ns", ctypes.c_long))


class _Timer(ctypes.Structure):
    _fields_ = (("interval", _Span), ("first", _Span))


class Pace:
    """Calls `due(at_s)` for each of `count` instants, `1 / per_s` apart on `time.perf_counter`.

    Event loops round timers to a millisecond; on Linux a timerfd wakes this one in time. An instant
    that was missed is still told, as the instant it was.
    """

    def __init__(self, per_s: float, count: int, due: Callable[[float], None]) -> None:
        self._interval_s, self._count, self._due = 1 / per_s, count, due
        self._told, self._start_s, self._timer = 0, 0.0, -1
        self._loop = asyncio.get_running_loop()

    def start(self) -> None:
        """The first instant is one interval from now."""
        self._start_s = time.perf_counter()
        if sys.platform.startswith("linux"):
            self._timer = _timer(self._interval_s)
            self._loop.add_reader(self._timer, self._woken)
        else:
            self._loop.call_later(COARSE_S, self._coarsely)

    def _woken(self) -> None:
        os.read(self._timer, 8)
        if self._tell():
            self._loop.remove_reader(self._timer)
            os.close(self._timer)

    def _coarsely(self) -> None:
        if not self._tell():
            self._loop.call_later(COARSE_S, self._coarsely)

    def _tell(self) -> bool:
        """Tells what is due; whether that was all."""
        now_s = time.perf_counter()
        while self._told < self._count:
            at_s = self._start_s + (self._told + 1) * self._interval_s
            if at_s > now_s:
                return False
            self._told += 1
            self._due(at_s)
        return True


def _timer(interval_s: float) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    timer: int = libc.timerfd_create(MONOTONIC, NON_BLOCKING | CLOSE_ON_EXEC)
    span = _Span(int(interval_s), int(interval_s % 1 * 1e9))
    if timer < 0 or libc.timerfd_settime(timer, 0, ctypes.byref(_Timer(span, span)), None):
        raise OSError(ctypes.get_errno(), "no timer")
    return timer
