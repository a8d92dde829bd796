"""Sequential numbers: phone numbers searched one after the other (DOMAIN §5).

Counted are neighbours: of the last different numbers searched, put in order, those at most `gap`
above the one before them in the same block of 10,000; one that nobody has counts double. Beside it,
how much of a longer window lies in its densest blocks. Blocks are known by their hash, of which
the state keeps three characters; the last four digits are known. [Enumeration of address books:
Hagen et al., All the numbers are US, NDSS 2021]
"""

from collections import Counter
from itertools import pairwise
from typing import Any

from scoring.patterns import recent
from scoring.patterns.policy import Patterns, SequentialNumbers
from scoring.patterns.shape import Search, Signal
from scoring.views import MemberView

NAME = "sequential_numbers"

_BLOCK, _TAIL = 3, 4
"""Characters of a block's hash, and digits of a number."""


def begin() -> dict[str, Any]:
    """The state of an account without searches; `n` is the statistic, `dense` the blocks' share.

    Texts of fixed-width entries, oldest first: `blocks`, and of the shorter window `tails` and
    `missed`.
    """
    return {"n": 0, "dense": 0.0, "blocks": "", "tails": "", "missed": ""}


def observe(search: Search, view: MemberView, policy: Patterns) -> Signal | None:
    """Takes in one search; a signal where neighbours, or the densest blocks, reach a threshold."""
    numbers = policy.sequential_numbers
    state = view.patterns.get(NAME)
    if state is None:
        state = view.patterns[NAME] = begin()
    block = search.block.rpartition(".")[2][:_BLOCK].ljust(_BLOCK)
    if _is_known(block, search.tail, state):
        return None
    state["blocks"] = (state["blocks"] + block)[-_BLOCK * numbers.block_window :]
    state["tails"] = (state["tails"] + search.tail)[-_TAIL * numbers.window :]
    state["missed"] = (state["missed"] + "01"[search.missed])[-numbers.window :]
    again = state["blocks"].count(block)
    if again > 1 or state["n"]:
        state["n"] = _neighbours(state, numbers)
    least = numbers.block_share * numbers.block_window / numbers.densest
    state["dense"] = _dense(state["blocks"], numbers) if again >= least else 0.0
    if state["n"] >= numbers.threshold:
        reached = numbers.mode, float(state["n"]), numbers.threshold
    elif state["dense"] >= numbers.block_share:
        mode = "review" if numbers.mode == "enforce" else numbers.mode
        reached = mode, state["dense"], numbers.block_share
    else:
        return None
    said, events = recent.adds(view)
    evidence = (in_words(state, numbers), *said)
    view.patterns[NAME] = begin()
    own = (search.event_id,) if search.event_id and search.event_id not in events else ()
    return Signal(NAME, *reached, evidence, (*events, *own))


def _split(text: str, width: int) -> list[str]:
    return [text[start : start + width] for start in range(0, len(text), width)]


def _is_known(block: str, tail: str, state: dict[str, Any]) -> bool:
    """Whether the number was searched lately: a client that tries again enumerates nothing."""
    if block not in state["blocks"]:
        return False
    tails = _split(state["tails"], _TAIL)
    return (block, tail) in zip(_split(state["blocks"], _BLOCK)[-len(tails) :], tails, strict=False)


def _neighbours(state: dict[str, Any], numbers: SequentialNumbers) -> int:
    tails = _split(state["tails"], _TAIL)
    blocks = _split(state["blocks"], _BLOCK)
    known = min(len(tails), len(blocks))  # another policy's windows may have cut either
    searched = zip(blocks[-known:], map(int, tails[-known:]), state["missed"][-known:], strict=True)
    ordered = sorted(searched)
    count = 0
    for (block, low, _), (same, high, missed) in pairwise(ordered):
        if block == same and high - low <= numbers.gap:
            count += numbers.missed if missed == "1" else 1
    return count


def _dense(blocks: str, numbers: SequentialNumbers) -> float:
    """Share of a full window in its densest blocks; 0 before it is full."""
    if len(blocks) < _BLOCK * numbers.block_window:
        return 0.0
    found = Counter(_split(blocks, _BLOCK)).most_common(numbers.densest)
    return sum(count for _, count in found) / numbers.block_window


def in_words(state: dict[str, Any], numbers: SequentialNumbers) -> str:
    """The statistic as a sentence."""
    searched, missed = len(state["tails"]) // _TAIL, state["missed"].count("1")
    dense = (
        f"; {state['dense']:.0%} of the last {numbers.block_window} lie in {numbers.densest} "
        "blocks of 10,000"
        if state["dense"]
        else ""
    )
    return (
        f"of the last {searched} numbers searched, {missed} of which nobody has, {state['n']} "
        f"(those that nobody has count {numbers.missed} times) lie within {numbers.gap} of the "
        f"next lower one{dense}"
    )
