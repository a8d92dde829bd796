"""Makes up labelled traffic of honest and abusive members, as files that a replay reads.

    python benchmarks/workload.py OUT_DIR --seed 1

writes OUT_DIR/events.ndjson, enterprise after enterprise, each by time, and OUT_DIR/labels.csv.
workload.toml says how each class behaves. The same seed gives the same bytes.
"""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks.workload_files import Written, write
from benchmarks.workload_parameters import DEFAULTS, WorkloadError, load
from benchmarks.workload_plan import PER_MEMBERS, Label, Plan, compose, make_plan
from benchmarks.workload_stress import STRESSES, stressed
from benchmarks.workload_traffic import Enterprise, generate

__all__ = ["Enterprise", "Label", "Plan", "WorkloadError", "generate", "make_plan", "stressed"]

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of this script; its exit code."""
    given = _parser().parse_args(arguments)
    try:
        parameters = load(given.classes)
        plan = make_plan(parameters, members=given.members, days=given.days, abusers=given.abusers)
        plan = stressed(plan, given.stress)
        enterprises = _shown(generate(plan, given.seed), plan, given.seed)
        written = write(enterprises, given.out_dir, zipped=given.gzip)
    except (WorkloadError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; nothing was written", file=sys.stderr)
        return INTERRUPTED
    _tell(written, plan, given)
    return 0


def _shown(enterprises: Iterable[Enterprise], plan: Plan, seed: int) -> Iterator[Enterprise]:
    """The enterprises, with a progress bar where a person watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield from enterprises
        return
    total = sum(1 for _ in compose(plan, seed))
    yield from track(enterprises, "Enterprises", total=total, console=console)


def _tell(written: Written, plan: Plan, given: Namespace) -> None:
    """What was written, by class: members, and adds a member made on average in a day."""
    print(f"{'class':<14}{'members':>9}{'adds':>12}{'adds/day':>10}")
    for name in filter(written.members.__getitem__, plan.parameters.classes):
        members, adds = written.members[name], written.adds[name]
        print(f"{name:<14}{members:>9,}{adds:>12,}{adds / members / plan.days:>10.1f}")
    print(f"{written.lines:,} lines of {written.enterprises:,} enterprises in {given.out_dir}")


def _abusers(text: str) -> float | Mapping[str, int]:
    """A share, or counts such as `blaster=10,swarm=1`."""
    try:
        if "=" not in text:
            return float(text)
        pairs = [pair.partition("=") for pair in text.split(",")]
        return {name.strip(): int(count) for name, _, count in pairs}
    except ValueError:
        raise ArgumentTypeError(
            f"{text!r} is neither a share such as 0.05 nor counts such as blaster=10,swarm=1"
        ) from None


def _parser() -> ArgumentParser:
    known = "\n".join(f"  {name:<18}{each.__doc__}" for name, each in STRESSES.items())
    parser = ArgumentParser(
        description=f"{__doc__}\nstress variants:\n{known}",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("out_dir", type=Path, metavar="OUT_DIR", help="made where it is missing")
    parser.add_argument("--seed", type=int, default=1, help="of all randomness (default: 1)")
    parser.add_argument(
        "--members",
        type=int,
        default=PER_MEMBERS,
        help=f"legitimate members (default: {PER_MEMBERS})",
    )
    parser.add_argument("--days", type=int, default=30, help="of adds (default: 30)")
    parser.add_argument(
        "--classes", type=Path, metavar="FILE", help=f"TOML that is laid over {DEFAULTS.name}"
    )
    parser.add_argument(
        "--abusers",
        type=_abusers,
        metavar="SHARE|CLASS=N,…",
        help="abusive members: their share of --members, or counts by class, of enterprises for "
        "swarm and rotator (default: those of the TOML, scaled with --members, at least 1 each)",
    )
    parser.add_argument(
        "--stress",
        action="append",
        default=[],
        choices=sorted(STRESSES),
        metavar="NAME",
        help="a variant below; may be given several times",
    )
    parser.add_argument("--gzip", action="store_true", help="compress the events")
    return parser


if __name__ == "__main__":
    sys.exit(main())
