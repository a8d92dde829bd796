"""Worlds of enforcement that chance makes: everything about the edges of a short period."""

from dataclasses import replace
from random import Random
from typing import Any

from penalties.catalogue import Track
from penalties.restrictions import OF_ENTERPRISE, Scope
from server.records.accounts import Enterprise
from server.records.transparency import Period
from tests.enforced import World, case, deed, flag, reported, request
from tests.penalties.build import penalty

PERIOD = Period(1_000, 1_060)
_TYPES = ("T1.HARASSING_CONTENT", "T1.MALICIOUS_ADD", "T2.LINKED_WECHAT_BLOCKED", "T3.FRAUD")
_SOURCES = ("user_report", "own_initiative", "automated")
_ENDS = {
    "appeal": ("overturned", "modified", "rejected", "withdrawn", "expired", "under_review"),
    "application": ("approved", "rejected", "withdrawn", "expired", "submitted"),
}


def random_world(seed: int, size: int = 40) -> World:
    """`size` of everything, its times within the period or up to as long as it before or after."""
    dice, world = Random(seed), World()
    for n in range(size):
        _violation(dice, world, n)
        _penalty(dice, world, n)
        _case(dice, world, n)
        mode = dice.choice(("review", "enforce", "shadow"))
        world.flags.append(flag(f"f{n}", _at_ms(dice), dice.choice("pqr"), mode))
        seen_ms = _at_ms(dice)
        world.enterprises.append(Enterprise(f"e{n}", seen_ms, seen_ms))
    world.deeds.sort(key=lambda one: one.at_ms)
    return world


def _at_ms(dice: Random, since_ms: int = 940) -> int:
    """Often an edge: what is at the end of a period falls into the next one."""
    edges = [at for at in (999, 1_000, 1_059, 1_060) if at >= since_ms]
    return dice.choice(edges) if edges and dice.random() < 0.3 else dice.randint(since_ms, 1_120)


def _violation(dice: Random, world: World, n: int) -> None:
    id_, at_ms = f"v{n}", _at_ms(dice)
    without = dice.choice((None, 0, 3, 7))
    what = {"type": dice.choice(_TYPES), "source": dice.choice(_SOURCES), "without": without}
    world.violations.append(reported(id_, at_ms, **what))
    ways = (("upheld",), ("upheld", "upheld", "overturned"), ("dismissed",), ())
    before = dice.choice((None, "reported"))
    for change in dice.choice(ways):
        at_ms = _at_ms(dice, at_ms)
        world.deeds.append(deed(f"violation.{change}", id_, at_ms, before))
        before = change


def _penalty(dice: Random, world: World, n: int) -> None:
    scope = dice.choice(list(Scope))
    starts_ms = _at_ms(dice)
    what: dict[str, Any] = {
        "scope": scope,
        "violation_id": dice.choice((None, f"v{n}")),
        "type": dice.choice(_TYPES),
        "track": dice.choice(list(Track)),
        "source": dice.choice(_SOURCES),
        "automated": dice.random() < 0.5,
        "is_hold": dice.random() < 0.3,
        "enterprise_id": f"e{dice.randint(0, 3)}" if scope in OF_ENTERPRISE else f"e{n}",
        "starts_ms": starts_ms,
        "overturned_ms": dice.choice((None, None, _at_ms(dice, starts_ms))),
    }
    made = penalty(f"p{n}", **what)
    world.penalties.append(made)
    for kind, number in (("appeal", 1), ("appeal", 2), ("application", 1)):
        if dice.random() < 0.6:
            _request(dice, world, made.id, kind, number, made.overturned_ms)


def _request(
    dice: Random, world: World, penalty_id: str, kind: str, number: int, overturned_ms: int | None
) -> None:
    created_ms = _at_ms(dice)
    changed_ms = _at_ms(dice, created_ms)
    if overturned_ms is not None and overturned_ms >= created_ms and dice.random() < 0.3:
        changed_ms = overturned_ms
    state = dice.choice(_ENDS[kind])
    is_decided = state not in {"withdrawn", "under_review", "submitted"}
    made = request(
        f"{kind}-{penalty_id}-{number}",
        kind=kind,
        penalty_id=penalty_id,
        number=number,
        state=state,
        created_ms=created_ms,
        changed_ms=changed_ms,
        due_ms=created_ms + 20,
    )
    world.requests.append(replace(made, decided_ms=changed_ms) if is_decided else made)


def _case(dice: Random, world: World, n: int) -> None:
    opened_ms = _at_ms(dice)
    id_ = f"c{n}"
    world.cases.append(case(id_, dice.choice((0, n + 1)), opened_ms=opened_ms))
    ways: tuple[tuple[str, ...], ...] = (
        (),
        ("dismissed",),
        ("confirmed",),
        ("awaiting_second", "confirmed"),
        ("confirmed", "awaiting_second", "confirmed"),
    )
    at_ms, before = opened_ms, "open"
    for state in dice.choice(ways):
        at_ms = _at_ms(dice, at_ms)
        world.deeds.append(deed(f"case.{state}", id_, at_ms, before))
        before = state
