"""How good the malicious-addition patterns are: found, false, how soon, at what cost.

    python benchmarks/detection.py --out results.json
    python benchmarks/detection.py --from results.json --page docs/patterns.md

folds the made-up, labelled traffic of benchmarks/workload.py enterprise by enterprise, and real
data where REAL_DATA_SETS names a directory with them; prints tables, keeps the figures as JSON,
and puts tables and plots into the page.
"""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from dataclasses import replace
from os import cpu_count
from pathlib import Path

from rich.console import Console
from rich.table import Table as Shown

from benchmarks.detection_page import PageError, rewrite
from benchmarks.detection_run import run
from benchmarks.detection_scenarios import QUICK, Size
from benchmarks.detection_summary import Figures
from benchmarks.detection_tables import all_of
from benchmarks.workload import WorkloadError
from server.policy import PolicyError, default_policy, load_policy

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of this script; its exit code."""
    given = _parser().parse_args(arguments)
    try:
        results = _results(given)
        if given.out:
            given.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        _show(results)
        if given.page:
            rewrite(given.page, results)
    except (WorkloadError, PolicyError, PageError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; nothing was written", file=sys.stderr)
        return INTERRUPTED
    return 0


def _results(given: Namespace) -> Figures:
    """What was measured before, or is measured now."""
    if given.results is not None:
        found: Figures = json.loads(given.results.read_text(encoding="utf-8"))
        return found
    usual = QUICK if given.quick else Size()
    wanted = {
        name: value
        for name in ("seeds", "members", "stress_members", "days")
        if (value := getattr(given, name)) is not None
    }
    policy = load_policy(given.policy) if given.policy else default_policy()
    return run(replace(usual, **wanted), policy, given.processes, Console(stderr=True))


def _show(results: Figures) -> None:
    """Prints every table as wide as it needs to be."""
    console = Console(width=200)
    for table in all_of(results):
        shown = Shown(title=table.title, caption=table.note or None, title_justify="left")
        for place, name in enumerate(table.columns):
            shown.add_column(name, justify="right" if place else "left")
        for row in table.rows:
            shown.add_row(*row)
        console.print(shown)


def _seeds(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(seed) for seed in text.split(","))
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a list of seeds such as 11,12") from None


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def _parser() -> ArgumentParser:
    usual = Size()
    parser = ArgumentParser(
        description=__doc__, formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False
    )
    seeds = ",".join(map(str, usual.seeds))
    parser.add_argument("--seeds", type=_seeds, help=f"of the pool (default: {seeds})")
    parser.add_argument(
        "--members", type=_count, help=f"honest ones of a seed (default: {usual.members})"
    )
    parser.add_argument(
        "--stress-members",
        type=_count,
        help=f"honest ones of each variant (default: {usual.stress_members})",
    )
    parser.add_argument("--days", type=_count, help=f"of adds (default: {usual.days})")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="instead of the shipped one")
    parser.add_argument(
        "--processes", type=_count, default=cpu_count() or 1, help="(default: one for each core)"
    )
    parser.add_argument("--quick", action="store_true", help="a small run, to see that all works")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the figures as JSON")
    parser.add_argument(
        "--from",
        dest="results",
        type=Path,
        metavar="FILE",
        help="figures that --out wrote; nothing is measured",
    )
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="puts tables and plots between its markers"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
