"""The tables of a load: full speed, a third of it, what a check added, the books."""

from collections.abc import Mapping, Sequence

from rich.table import Table

from benchmarks.load_books import Entry
from benchmarks.load_measured import Driven
from benchmarks.load_scene import checked
from benchmarks.speed.report import shown, shown_ratio, table
from benchmarks.speed.rounds import median, ratio

Rounds = Mapping[str, Sequence[Driven]]
"""What each subject gave in each round."""
LATENCIES = ("p50_ms", "p95_ms", "p99_ms", "p999_ms")
HEADS = ("p50", "p95", "p99", "p99.9")
WANTED_MS = 5.0
"""The most that a check may add to the 99th percentile, at a third of full speed."""
LATE_MS = 1.0
"""A generator later than this at its own 99th percentile is part of what it measured."""


def full_speed(rounds: Rounds) -> Table:
    """Requests a second, and the CPU that each of them took where."""
    parts = list(dict.fromkeys(part for given in rounds.values() for part in given[0].cpu_us))
    parts.sort(key=lambda part: part != "gateway")
    rows = [
        [
            name,
            shown(_values(given, "per_s")),
            f"{median(_values(given, 'p99_ms')):.1f}",
            *(_cpu(given, part) for part in parts),
        ]
        for name, given in rounds.items()
    ]
    columns = ["closed loop", "requests/s", "p99 ms", *(f"{one} µs" for one in parts)]
    return table("Full speed; CPU µs a request", columns, rows)


def _cpu(given: Sequence[Driven], part: str) -> str:
    taken = [one.cpu_us[part] for one in given if part in one.cpu_us]
    return f"{median(taken):.0f}" if taken else ""


def third(rounds: Rounds) -> Table:
    """Latencies at a fixed rate, each counted from when its request was due."""
    rows = [
        [
            name,
            f"{median(_values(given, 'per_s')):,.0f}",
            *(f"{median(_values(given, which)):.2f}" for which in LATENCIES),
            _late(given),
        ]
        for name, given in rounds.items()
    ]
    columns = ["open loop", "requests/s", *HEADS, "late p99"]
    return table(
        "A third of full speed, at fixed instants; ms from when a request was due", columns, rows
    )


def _late(given: Sequence[Driven]) -> str:
    late_ms = median(_values(given, "late_p99_ms"))
    return f"{late_ms:.2f}" + (" (late!)" if late_ms > LATE_MS else "")


def added(full: Rounds, fixed: Rounds, gateways: Sequence[str]) -> Table:
    """What a check added: differences round by round, and the share of full speed that is left."""
    rows = []
    for name in gateways:
        more = added_ms(fixed, name).values()
        left = ratio(_values(full[checked(name)], "per_s"), _values(full[name], "per_s"))
        rows.append([name, *map(_range, more), shown_ratio(left)])
    columns = ["a check adds, ms", *HEADS, "speed left"]
    return table(
        f"With the check − without; wanted: p99 ≤ {WANTED_MS:.0f} ms. Full speed with ÷ without",
        columns,
        rows,
    )


def added_ms(fixed: Rounds, gateway: str) -> dict[str, list[float]]:
    """What the check added behind a gateway: by percentile, ms of every round."""
    return {which: _more(fixed[checked(gateway)], fixed[gateway], which) for which in LATENCIES}


def _values(given: Sequence[Driven], which: str) -> list[float]:
    """One figure of every round."""
    return [float(getattr(one.run, which)) for one in given]


def _more(given: Sequence[Driven], than: Sequence[Driven], which: str) -> list[float]:
    """By how much a figure is larger, each round's than the same round's."""
    pairs = zip(_values(given, which), _values(than, which), strict=True)
    return [one - other for one, other in pairs]


def _range(values: Sequence[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def books(entries: Sequence[Entry]) -> Table:
    """The books, line by line."""
    rows = [
        [
            one.what,
            f"{one.expected:,}",
            f"{one.found:,}",
            "balances" if one.balances else f"off by {one.found - one.expected:,}",
        ]
        for one in entries
    ]
    return table("The books", ["what = what", "right", "left", ""], rows)
