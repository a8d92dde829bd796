"""Made-up traffic as tests look at it: lines by member, and what came of adds."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from benchmarks.workload import Enterprise, Label, Plan, generate

Line = dict[str, Any]
FIRST = ("accepted", "declined", "blocked", "complained")


def instant_s(line: Line) -> float:
    """Epoch seconds of a line."""
    return datetime.fromisoformat(line["at"]).timestamp()


def local_day(line: Line) -> int:
    """The day in Shanghai, counted from 1970."""
    return int(instant_s(line) + 8 * 3_600) // 86_400


class Traffic:
    """Everything that a plan makes, small enough to be kept."""

    def __init__(self, plan: Plan, seed: int = 7) -> None:
        self.plan = plan
        self.enterprises: list[tuple[Enterprise, list[Line]]] = [
            (each, list(each.lines)) for each in generate(plan, seed)
        ]
        self.labels: list[Label] = [label for each, _ in self.enterprises for label in each.labels]
        self.by_member: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines():
            if "member_id" in line:
                self.by_member[line["member_id"]].append(line)

    def lines(self) -> Iterator[Line]:
        """Every line, in order."""
        for _, lines in self.enterprises:
            yield from lines

    def members(self, *class_names: str, note: str = "") -> list[Label]:
        """The labels of these classes, or of all honest ones, with this word in their note."""
        return [
            label
            for label in self.labels
            if (label.class_name in class_names or (not class_names and not label.abusive))
            and note in label.note
        ]

    def adds(self, labels: Iterable[Label], by: str = "member") -> list[Line]:
        """The adds of these members, hand-overs left out."""
        return [
            line
            for label in labels
            for line in self.by_member[label.member_id]
            if line["type"] == "add.requested"
            and line["initiated_by"] == by
            and line["way"] not in {"shared_by_member", "admin_assigned"}
        ]

    def rates(self, labels: Iterable[Label], ways: Iterable[str]) -> dict[str, float]:
        """What share of the adds by these ways came to which first answer."""
        adds, answers, wanted = 0, Counter[str](), set(ways)
        for label in labels:
            asked: dict[str, str] = {}
            for line in self.by_member[label.member_id]:
                if line["type"] == "add.requested":
                    asked[line["target_id"]] = line["way"]
                    adds += line["way"] in wanted
                elif asked.get(line.get("target_id", "")) in wanted:
                    answers[line["type"].removeprefix("contact.")] += 1
        return {answer: answers[answer] / adds for answer in FIRST}
