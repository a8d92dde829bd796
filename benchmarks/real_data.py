"""Turns two public data sets into replay files: messages of a college, ratings of a market.

    python benchmarks/real_data.py collegemsg  collegemsg.txt.gz  college.ndjson
    python benchmarks/real_data.py bitcoin-otc bitcoin_otc.csv.gz market.ndjson

docs/real-data.md says where the data are, how they are read, and what came out.
"""

import csv
import gzip
import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ANSWER_WITHIN_S = 7 * 86_400
Line = dict[str, Any]


@dataclass(slots=True)
class Organisation:
    """Spreads people over enterprises, which are described at their first event."""

    name: str
    time_zone: str
    verification: str = "verified"
    enterprises: int = 1
    _described: set[str] = field(default_factory=set)

    def event(self, kind: str, at_s: int, member: str, contact: str) -> Iterator[Line]:
        """A member's event, after its enterprise's description where that is the first."""
        enterprise_id = f"{self.name}-{int(member) % self.enterprises}"
        common = {"at": _instant(at_s), "enterprise_id": enterprise_id}
        if enterprise_id not in self._described:
            self._described.add(enterprise_id)
            about = {"time_zone": self.time_zone, "verification": self.verification}
            yield {"type": "enterprise.updated", **common, **about}
        yield {"type": kind, **common, "member_id": f"m{member}", "target_id": f"c{contact}"}


def college(messages: Iterable[str], people: Organisation) -> Iterator[Line]:
    """Lines out of `sender receiver unix_s`, by time: members are the senders.

    The first message between two people is an add by its sender. The first message back within
    seven days is `contact.accepted`; one that comes later is neither an answer nor an add.
    """
    asked: dict[tuple[str, str], int] = {}
    answered: set[tuple[str, str]] = set()
    for sender, receiver, at in (message.split() for message in messages):
        at_s, pair, asked_by = int(at), (sender, receiver), (receiver, sender)
        if asked_by in asked:
            if asked_by not in answered and at_s <= asked[asked_by] + ANSWER_WITHIN_S:
                yield from people.event("contact.accepted", at_s, receiver, sender)
            answered.add(asked_by)
        elif pair not in asked:
            asked[pair] = at_s
            yield from people.event("add.requested", at_s, sender, receiver)


def market(ratings: Iterable[str], people: Organisation) -> Iterator[Line]:
    """Lines out of `Source,Target,Weight,Timestamp`, by time, under a heading.

    A rating is an add of its source, as a contact, by the person who was rated, with its outcome.
    """
    for row in csv.DictReader(ratings):
        at_s, result = int(row["Timestamp"]), outcome(int(row["Weight"]))
        for line in people.event("add.requested", at_s, row["Target"], row["Source"]):
            yield line | {"outcome": result} if line["type"] == "add.requested" else line


def outcome(weight: int) -> str:
    """The outcome that a rating stands for.

    −10 is the market's word for a fraudster: complained. −9 … −4 is strong distrust: blocked.
    −3 … −1 is mild distrust: deleted. There is no 0.
    """
    if weight > 0:
        return "accepted"
    if weight > -4:
        return "deleted"
    return "blocked" if weight > -10 else "complained"


def _instant(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


READERS = {
    "collegemsg": (college, "college", "America/Los_Angeles"),
    "bitcoin-otc": (market, "market", "UTC"),
}
"""How each data set is read, what its enterprises are called, and where they are."""


def convert(
    data_set: str, source: Path, target: Path, verification: str = "verified", enterprises: int = 1
) -> int:
    """Writes the replay file; how many lines it has."""
    reader, name, time_zone = READERS[data_set]
    people = Organisation(name, time_zone, verification, enterprises)
    count = 0
    with gzip.open(source, "rt", encoding="ascii") as read, target.open("w") as written:
        for line in reader(read, people):
            written.write(json.dumps(line, separators=(",", ":")) + "\n")
            count += 1
    return count


def main() -> None:
    """The command line of this script."""
    parser = ArgumentParser(description="Turn a public data set into a replay file.")
    parser.add_argument("data_set", choices=sorted(READERS))
    parser.add_argument("source", type=Path, help="the data set, compressed by gzip")
    parser.add_argument("target", type=Path, help="the replay file to write")
    parser.add_argument(
        "--verification", choices=["none", "verified", "certified"], default="verified"
    )
    parser.add_argument("--enterprises", type=int, default=1, help="to spread the members over")
    given = parser.parse_args()
    source, target = given.source, given.target
    count = convert(given.data_set, source, target, given.verification, given.enterprises)
    print(f"{target}: {count:,} lines")


if __name__ == "__main__":
    main()
