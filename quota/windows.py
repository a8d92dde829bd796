"""Sliding windows of epoch-aligned slots: the maths that `windows.lua` does, in Python.

A window is cut into `SLOTS` slots. Used = the current slot and the `SLOTS` before it, so an event
is counted for at least the window's length and at most one slot longer: never over-admits.
Packed, big-endian: when the current slot began (s, 4 bytes), how much is used (4), `SLOTS + 1`
counts of 2 bytes each, oldest first. A policy that changes a window's length reads the old counts
in its new slots, once.
"""

import struct
from collections.abc import Iterable, Sequence

SLOTS = 12
_PACKED = struct.Struct(f">II{SLOTS + 1}H")
EMPTY = bytes(_PACKED.size)
"""The window in which nothing was ever counted."""
MOST_IN_A_SLOT = 0xFFFF


def pack(events_ms: Iterable[int], now_ms: int, slot_ms: int) -> bytes:
    """The packed window that holds these event times; `EMPTY` when none of them still counts.

    Events later than `now_ms` (the clock went back) keep the window where they are.
    """
    times = list(events_ms)
    current = max(at_ms // slot_ms for at_ms in (now_ms, *times))
    counts = [0] * (SLOTS + 1)
    for at_ms in times:
        age = current - at_ms // slot_ms
        if age <= SLOTS:
            counts[SLOTS - age] = min(counts[SLOTS - age] + 1, MOST_IN_A_SLOT)
    if not any(counts):
        return EMPTY
    return _PACKED.pack(current * slot_ms // 1000, sum(counts), *counts)


def unpack(packed: bytes, now_ms: int, slot_ms: int) -> tuple[int, Sequence[int]]:
    """(current slot, counts oldest first) of a packed window, moved forward to `now_ms`.

    A clock that went back leaves the window where it was.
    """
    current = now_ms // slot_ms
    began_s, _, *counts = _PACKED.unpack(packed)
    last = began_s * 1000 // slot_ms
    shift = current - last
    if shift <= 0:
        return last, tuple(counts)
    return current, (*counts, *(0,) * min(shift, SLOTS + 1))[-(SLOTS + 1) :]


def resets_at_ms(current: int, counts: Sequence[int], now_ms: int, slot_ms: int) -> int:
    """When everything counted now will have left the window; `now_ms` when it is empty."""
    newest = max((i for i, count in enumerate(counts) if count), default=None)
    if newest is None:
        return now_ms
    return (current - SLOTS + newest + SLOTS + 1) * slot_ms
