"""The garbage collector of a process that folds, or serves."""

from __future__ import annotations

import gc

YOUNG, MIDDLE, OLD = 200_000, 20, 100


def collect_seldom() -> None:
    """Lets the collector look for cycles seldom; what was imported by now it never looks at.

    A batch makes some hundred thousand values, most of which live until its commit, and the views
    that are remembered live on. None of them is part of a cycle: reference counts free them all,
    and by default a sixth of a worker's time went into looking at them. Where the same process
    serves, everybody waited for that, a tenth of a second at a time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
