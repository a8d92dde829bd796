"""What was asked of the detection, beside what came out."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Results = Mapping[str, Any]
Value = float | None
AT_LEAST, AT_MOST = "≥", "≤"


class Wanted(NamedTuple):
    """One figure: `before` is what the reference design reached, `share` whether it is one."""

    name: str
    sense: str
    wanted: float
    before: str
    ours: Callable[[Results], Value]
    share: bool = True

    def is_met(self, results: Results) -> bool | None:
        """None where it was not measured."""
        ours = self.ours(results)
        if ours is None:
            return None
        return ours >= self.wanted if self.sense == AT_LEAST else ours <= self.wanted


def row_of(rows: list[dict[str, Any]], key: str, name: object) -> Mapping[str, Any]:
    """The row with that name; an empty one where there is none."""
    return next((row for row in rows if row[key] == name), {})


def _method(level: str, figure: str) -> Callable[[Results], Value]:
    def ours(results: Results) -> Value:
        value: Value = row_of(results["methods"], "method", level).get(figure)
        return value

    return ours


def _of_class(name: str, level: str) -> Callable[[Results], Value]:
    def ours(results: Results) -> Value:
        value: Value = row_of(results["classes"], "class", name).get(level, {}).get("found")
        return value

    return ours


def _adds(results: Results) -> Value:
    value: Value = row_of(results["methods"], "method", "enforce").get("adds", [None])[0]
    return value


def _auc(results: Results) -> Value:
    value: Value = row_of(results["first_adds"], "adds", 20).get("ours")
    return value


def _bots(results: Results) -> Value:
    found = (results.get("real") or {}).get("reddit")
    return found["bots"]["flagged"] / found["bots"]["accounts"] if found else None


def _people(results: Results) -> Value:
    found = (results.get("real") or {}).get("reddit")
    return float(found["people"]["flagged"]) if found else None


def _time(results: Results) -> Value:
    value: Value = results["cost"]["patterns"]
    return value


def _bytes(figure: str) -> Callable[[Results], Value]:
    return lambda results: float(results["cost"]["size"][figure])


WANTED = (
    Wanted("enforced: found", AT_LEAST, 0.93, ".833", _method("enforce", "found")),
    Wanted("enforced: false", AT_MOST, 0.0003, ".0004", _method("enforce", "false")),
    Wanted(
        "enforced: precision in this traffic",
        AT_LEAST,
        0.998,
        ".998",
        _method("enforce", "precision"),
    ),
    Wanted("slow drip found, enforced", AT_LEAST, 0.75, ".25", _of_class("slow_drip", "enforce")),
    Wanted("adds until enforced, median", AT_MOST, 50, "67", _adds, share=False),
    Wanted("reviewed: found", AT_LEAST, 0.98, ".935", _method("review", "found")),
    Wanted("reviewed: false", AT_MOST, 0.003, ".0068", _method("review", "false")),
    Wanted("telesales reviewed", AT_MOST, 0.01, ".063", _of_class("telesales", "review")),
    Wanted("AUC after 20 adds", AT_LEAST, 0.93, ".85–.90, acceptance alone", _auc),
    Wanted("timing, real accounts: bots flagged", AT_LEAST, 0.5, "", _bots),
    Wanted("timing, real accounts: people flagged", AT_MOST, 0, "", _people, share=False),
    Wanted("all patterns, µs an event", AT_MOST, 25, "", _time, share=False),
    Wanted("state of a member, mean bytes", AT_MOST, 1_200, "", _bytes("mean"), share=False),
    Wanted("an open add, bytes", AT_MOST, 16, "", _bytes("open_add"), share=False),
)
