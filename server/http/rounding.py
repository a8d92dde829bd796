"""What enterprises and members see of figures that are made of what contacts did (DOMAIN §7).

One deletion can move an exact score by a point, and whoever looks before and after knows who it
was. So for these scopes:

- feedback and acceptance have their `value` in steps of .1, and `points` of that value;
- the score of a quota is the rounded sum of the points that are shown beside it. It is made of
  nothing else, so it cannot tell more than they do: the true score less the other parts, which are
  exact, would be feedback and acceptance to a fraction of a point;
- lists and history have no parts beside them, so their scores are in steps of 5, as wide as a step
  of both parts together (3.5 + .5 points) and one more. Lists sort by what they show, and so do
  their cursors;
- guidance gives the days until old complaints no longer count, and those of clean days that the
  score still needs, in the widest way that is true: the day of a complaint follows from the first,
  the exact score from the second;
- a standing is told since the local midnight before: it may begin with one complaint or block;
- history has neither what contacts declined nor how they gave negatives.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from quota.days import local_day, midnight_ms
from scoring.guidance import Guidance
from scoring.policy import ScoringPolicy
from scoring.standing import Standing
from scoring.trust import Part
from server.http.scopes import Scope
from server.records.listing_pages import COARSE_STEP

HIDDEN_FROM = frozenset({Scope.ENTERPRISE, Scope.MEMBER})
"""Scopes that never see which contact gave a negative, nor on which day."""
OF_CONTACTS = frozenset({"feedback", "acceptance"})
"""Parts that are made of what contacts did."""
VALUE_DIGITS = 1
CLEAN_STEP_DAYS = 30
"""Clean days of guidance; by default so many are a third of half the points of compliance."""


def shown_part(part: Part) -> Part:
    """A part without its inputs, and in steps, where it is made of what contacts did."""
    if part.name not in OF_CONTACTS:
        return part
    value = round(part.value, VALUE_DIGITS)
    return replace(part, value=value, points=round(part.weight * value, 2), inputs={})


def shown_score(parts: Iterable[Part]) -> float:
    """The score that belongs to these parts: a whole number."""
    return float(round(sum(part.points for part in parts)))


def coarse_score(score: float) -> float:
    """A score that stands alone; half a step is rounded up, as lists do."""
    return float(math.floor(score / COARSE_STEP + 0.5) * COARSE_STEP)


def shown_standing(standing: Standing, zone: str) -> Standing:
    """A standing since the midnight before; when a restriction began its statement says anyway."""
    if standing.state == "restricted":
        return standing
    day = local_day(zone, standing.since_ms)
    return replace(standing, since_ms=midnight_ms(zone, day))


def shown_guidance(way: Guidance, policy: ScoringPolicy, day: int) -> Guidance:
    """Guidance whose days tell neither when somebody complained nor the exact score."""
    window, days = policy.ceilings.complaints.window_days, way.effective_day - day
    widest = {
        "no_complaints": f"no complaint in the next {window} days",
        "keep_clean": f"no violation in the next {_wide(days)} days",
    }
    conditions = list(way.conditions)
    for number, action in enumerate(way.actions):
        conditions[number] = widest.get(action, conditions[number])
    if "keep_clean" in way.actions:
        days = _wide(days)
    if "no_complaints" in way.actions:
        days = max(days, window)
    return replace(way, conditions=tuple(conditions), effective_day=day + days)


def _wide(days: int) -> int:
    return -(-days // CLEAN_STEP_DAYS) * CLEAN_STEP_DAYS
