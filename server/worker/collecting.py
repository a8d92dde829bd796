"""The garbage collector of a process that folds."""

from __future__ import annotations

import gc

YOUNG, MIDDLE, OLD = 200_000, 20, 100


def collect_seldom() -> None:
    """Lets the collector look for cycles seldom; what was imported by now it never looks at.

    A batch makes some hundred thousand values, most of which live until its commit, and the views
    that are remembered live on. None of them is part of a cycle: reference counts free them all,
    and by default a fifth of a worker's time went into looking at them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
