"""How fast a replay goes, and how much memory it takes: a made-up file through the real command.

python benchmarks/replay_speed.py [--events 1000000] [--members 10000] [--enforce]
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

SEATS = 50
"""Members of an enterprise."""
EVENTS_A_DAY = 8
"""Of a member, on average."""
START_S = 1_767_225_600
"""2026-01-01."""
OUTCOMES = ("accepted", "declined", "deleted", "blocked", "complained", None)
WEIGHTS = (45, 8, 3, 1.5, 0.5, 42)
WAYS = ("phone_search", "group_chat", "qr_code", "card_share", "wechat_contact")


def events(members: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Lines without end, by time: adds, what their contacts do hours later, and usage reports."""
    draw = random.Random(seed)
    at_s, contact = float(START_S), 0
    waiting: deque[dict[str, Any]] = deque()
    while True:
        at_s += draw.expovariate(members * EVENTS_A_DAY / 86_400)
        while waiting and waiting[0]["at_s"] <= at_s:
            yield _line(waiting.popleft())
        number = draw.randrange(members)
        account = {"enterprise_id": f"e{number // SEATS}", "member_id": f"m{number}"}
        if draw.random() < 0.1:
            report = {"type": "usage.reported", "chat_cnt": draw.randrange(20)}
            yield _line(account | report | {"at_s": at_s, "stat_date": _date(at_s)})
            continue
        contact += 1
        target = account | {"at_s": at_s, "target_id": f"c{contact}"}
        way = draw.choice(WAYS)
        by = "contact" if way == "qr_code" else "member"
        yield _line({"type": "add.requested", **target, "way": way, "initiated_by": by})
        (outcome,) = draw.choices(OUTCOMES, WEIGHTS)
        if outcome is not None:
            waiting.append(target | {"type": f"contact.{outcome}", "at_s": at_s + 3_600})


def _line(event: dict[str, Any]) -> dict[str, Any]:
    at_s = event.pop("at_s")
    return event | {"at": datetime.fromtimestamp(int(at_s), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def _date(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%d")


def main() -> None:
    """Makes the file, runs the command, prints what it printed and what it took."""
    parser = ArgumentParser(description="Measure a replay of a made-up file.")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--enforce", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        path, out = Path(directory, "events.ndjson"), Path(directory, "out")
        with path.open("w") as file:
            for event in islice(events(given.members), given.events):
                file.write(json.dumps(event, separators=(",", ":")) + "\n")
        command = [str(Path(sys.executable).with_name("contact-quota")), "replay", str(path)]
        command += ["--out", str(out), "--enforce" if given.enforce else "--observe"]
        started = time.perf_counter()
        subprocess.run(command, check=True)
        seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = used.ru_utime + used.ru_stime
    print(f"the whole command: {seconds:.1f} s, {given.events / seconds:,.0f} events/s")
    print(f"on one core of its own: {cpu_s:.1f} s, {given.events / cpu_s:,.0f} events/s")
    print(f"peak memory: {used.ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
