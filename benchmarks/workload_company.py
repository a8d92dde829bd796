"""What the members of an enterprise have in common while its made-up traffic comes about."""

from collections.abc import Sequence
from random import Random
from typing import Any

from benchmarks.workload_habits import mobile, template
from benchmarks.workload_plan import Plan

Line = dict[str, Any]
WITHIN_DAYS = 7
"""How long a colleague's add counts as recent."""
_REMEMBERED = 1_000


class Company:
    """Collects the lines of an enterprise, with `at` in epoch ms, and numbers its contacts."""

    def __init__(self, number: int, plan: Plan, pool: int, draw: Random) -> None:
        colleagues = plan.parameters.colleagues
        self.plan = plan
        self.number = number
        self.enterprise_id = f"e{number}"
        self.lines: list[Line] = []
        self.overlap = draw.uniform(*colleagues.overlap)
        self.greetings = [template(draw, "Your team") for _ in range(colleagues.greetings)]
        self._contacts = 0
        self.pool: Sequence[tuple[str, str]] = [
            (self.new_contact(), mobile(draw)) for _ in range(pool)
        ]
        self._recent: list[tuple[str, str, int]] = []
        self._oldest = 0

    def new_contact(self) -> str:
        """The id of a contact whom nobody knows yet."""
        self._contacts += 1
        return f"c{self.number}-{self._contacts}"

    def remember(self, contact: str, member_id: str, day: int) -> None:
        """An active add that colleagues may repeat; the last thousand are kept."""
        if len(self._recent) < _REMEMBERED:
            self._recent.append((contact, member_id, day))
            return
        self._recent[self._oldest] = (contact, member_id, day)
        self._oldest = (self._oldest + 1) % _REMEMBERED

    def of_colleague(self, member_id: str, day: int, draw: Random) -> str | None:
        """A contact whom another member added within a week, if one is found."""
        if not self._recent:
            return None
        contact, added_by, added_on = draw.choice(self._recent)
        recent = added_on > day - WITHIN_DAYS
        return contact if recent and added_by != member_id else None
