"""How Python runs a process that folds, or serves."""

from __future__ import annotations

import gc
import sys

YOUNG, MIDDLE, OLD = 200_000, 20, 100
SWITCH_S = 0.0005


def set_up_interpreter() -> None:
    """Collects seldom, and lets the thread of SQLite have its turn soon.

    A batch makes some hundred thousand values, most of which live until its commit, and the views
    that are remembered live on. None of them is part of a cycle: reference counts free them all,
    and by default a sixth of a worker's time went into looking at them. Where the same process
    serves, everybody waited for that, a tenth of a second at a time. What was imported by now is
    never looked at.

    A statement of SQLite runs in a thread that needs the interpreter before and after. Behind a
    busy event loop it gets it after `SWITCH_S`, 5 ms by default.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    sys.setswitchinterval(SWITCH_S)
