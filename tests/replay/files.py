"""Replay files as tests write them."""

import asyncio
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from server.policy import Policy
from server.replay.run import Summary, replay

Line = dict[str, Any]
Replaying = Callable[..., "Run"]
"""The fixture `run`: replays lines, as `Run` takes them."""

START = "2026-11-22T04:00:00Z"
"""Noon in Shanghai."""


def line(kind: str, at: str = START, member: str | None = "li", **more: Any) -> Line:
    """An event of `acme`."""
    common: Line = {"type": kind, "at": at, "enterprise_id": "acme"}
    if member is not None:
        common["member_id"] = member
    return common | more


def add(contact: str, at: str = START, member: str = "li", **more: Any) -> Line:
    """An add, by the member unless said otherwise."""
    return line("add.requested", at, member, target_id=contact, **more)


def write(path: Path, lines: Iterable[Line]) -> Path:
    """A file of these lines."""
    path.write_text("".join(json.dumps(each) + "\n" for each in lines))
    return path


def read(path: Path) -> list[Line]:
    """The objects of a file of lines."""
    return [json.loads(each) for each in path.read_text().splitlines()]


class Run:
    """A replay of lines, and what it wrote."""

    def __init__(
        self,
        place: Path,
        lines: Iterable[Line],
        *,
        enforce: bool = False,
        policy: Policy | None = None,
    ) -> None:
        self.out = place / "out"
        source = write(place / "events.ndjson", lines)
        self.summary: Summary = asyncio.run(
            replay([source], self.out, enforce=enforce, policy=policy)
        )

    @property
    def scores(self) -> dict[tuple[str, str], Line]:
        """The members' lines by (enterprise, member)."""
        found = read(self.out / "scores.ndjson")
        return {(each["enterprise_id"], each["member_id"]): each for each in found}

    @property
    def decisions(self) -> list[Line]:
        """What was decided, in order."""
        return read(self.out / "decisions.ndjson")

    @property
    def flags(self) -> list[Line]:
        """The flags, in order."""
        return read(self.out / "flags.ndjson")

    @property
    def cases(self) -> list[Line]:
        """The lines of cases, in order."""
        return read(self.out / "cases.ndjson")

    @property
    def penalties(self) -> list[Line]:
        """The lines of penalties, in order."""
        return read(self.out / "penalties.ndjson")
