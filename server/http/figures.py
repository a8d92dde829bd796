"""The shape of what is published about enforcement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from typing_extensions import TypedDict

from server.http.fields import instant
from server.records.figures import Blocked, Cases, Ended, Figures, Imposed, Judged, Requests
from server.records.transparency import ANSWERS, CASE_DECISIONS, VIOLATION_CHANGES, Period

HOUR_MS = 3_600_000


class ImposedPartShape(TypedDict):
    """Those of one sort; `automated_decision`: no person had a part in it."""

    track: int
    type: str
    scope: str
    source: str
    automated_decision: bool
    imposed: int


class ImposedShape(TypedDict):
    """What was imposed, in all and by sort."""

    imposed: int
    by_sort: list[ImposedPartShape]


class EndedPartShape(TypedDict):
    """What a decision on a request, or an overturn, ended before its time."""

    ended_by: str
    penalties: int
    holds: int


class EndedShape(TypedDict):
    """What did not last as it was imposed, by `application`, `modification` and `overturn`."""

    by_decision: list[EndedPartShape]


class ChangesShape(TypedDict):
    """Violations by what became of them in the period, whenever they were reported."""

    reported: int
    upheld: int
    dismissed: int
    overturned: int


class ViolationsPartShape(ChangesShape):
    """Those of one type, known from one source."""

    track: int
    type: str
    source: str


class ViolationsShape(ChangesShape):
    """In all, and by type and source."""

    by_type: list[ViolationsPartShape]


class CountsShape(TypedDict):
    """Cases by what became of them in the period, whenever they were opened."""

    opened: int
    confirmed: int
    dismissed: int


class CasesPartShape(CountsShape):
    """Those that `patterns` or `reports` opened."""

    origin: str


class CasesShape(CountsShape):
    """In all, and by what opened them; null hours: none was decided."""

    median_hours_until_decided: float | None
    by_origin: list[CasesPartShape]


class RequestsShape(TypedDict):
    """Requests by what became of them in the period, whenever they were filed.

    `median_hours_until_decided` and `beyond_target` are of those that a reviewer decided; null
    where that is none.
    """

    filed: int
    rejected: int
    withdrawn: int
    expired: int
    median_hours_until_decided: float | None
    beyond_target: int


class AppealsShape(RequestsShape):
    """Appeals; `share_overturned` is of those that a reviewer decided, null where that is none."""

    overturned: int
    modified: int
    share_overturned: float | None


class ApplicationsShape(RequestsShape):
    """Applications for unblocking."""

    approved: int


class EnterprisesShape(TypedDict):
    """Blocks of whole enterprises; `share_blocked` null: no enterprise is on record."""

    blocked: int
    on_record: int
    share_blocked: float | None
    members_hit_without_violation: int


class FlagsPartShape(TypedDict):
    """Those that one pattern raised in one mode."""

    pattern: str
    mode: str
    raised: int


class RaisedShape(TypedDict):
    """Flags in all, and by pattern and mode."""

    raised: int
    by_pattern: list[FlagsPartShape]


PeriodShape = TypedDict("PeriodShape", {"from": str, "to": str})


class TransparencyShape(PeriodShape):
    """Figures of the period from `from` up to, but not including, `to`."""

    penalties: ImposedShape
    holds: ImposedShape
    ended_early: EndedShape
    violations: ViolationsShape
    cases: CasesShape
    appeals: AppealsShape
    applications: ApplicationsShape
    enterprises: EnterprisesShape
    flags: RaisedShape


def transparency_shape(period: Period, found: Figures) -> TransparencyShape:
    """Figures as they are sent."""
    return {
        "from": instant(period.from_ms),
        "to": instant(period.to_ms),
        "penalties": _imposed(one for one in found.imposed if not one.is_hold),
        "holds": _imposed(one for one in found.imposed if one.is_hold),
        "ended_early": _ended(found.ended),
        "violations": _violations(found.violations),
        "cases": _cases(found.cases),
        "appeals": _appeals(found.appeals),
        "applications": _applications(found.applications),
        "enterprises": _enterprises(found.blocked),
        "flags": {
            "raised": sum(one.count for one in found.flags),
            "by_pattern": [
                {"pattern": one.pattern, "mode": one.mode, "raised": one.count}
                for one in found.flags
            ],
        },
    }


def _imposed(every: Iterable[Imposed]) -> ImposedShape:
    parts: list[ImposedPartShape] = [
        {
            "track": one.track,
            "type": one.type,
            "scope": one.scope,
            "source": one.source,
            "automated_decision": one.automated,
            "imposed": one.count,
        }
        for one in every
    ]
    return {"imposed": sum(part["imposed"] for part in parts), "by_sort": parts}


def _ended(ended: Mapping[str, Ended]) -> EndedShape:
    return {
        "by_decision": [
            {"ended_by": name, "penalties": one.penalties, "holds": one.holds}
            for name, one in ended.items()
        ]
    }


def _violations(every: Iterable[Judged]) -> ViolationsShape:
    known = list(every)
    names = ("reported", *VIOLATION_CHANGES)
    totals = {name: sum(one.counts[name] for one in known) for name in names}
    parts = [
        {"track": one.track, "type": one.type, "source": one.source, **one.counts} for one in known
    ]
    return cast("ViolationsShape", {**totals, "by_type": parts})


def _cases(found: Cases) -> CasesShape:
    origins = {"patterns": found.patterns, "reports": found.reports}
    names = ("opened", *CASE_DECISIONS)
    shape = {
        **{name: found.patterns[name] + found.reports[name] for name in names},
        "median_hours_until_decided": _hours(found.median_ms),
        "by_origin": [{"origin": name, **counts} for name, counts in origins.items()],
    }
    return cast("CasesShape", shape)


def _appeals(found: Requests) -> AppealsShape:
    answered = sum(found.closed[state] for state in ANSWERS["appeal"])
    share = _share(found.closed["overturned"], answered)
    return cast("AppealsShape", {**_requests(found), "share_overturned": share})


def _applications(found: Requests) -> ApplicationsShape:
    return cast("ApplicationsShape", _requests(found))


def _requests(found: Requests) -> dict[str, float | None]:
    return {
        "filed": found.filed,
        **found.closed,
        "median_hours_until_decided": _hours(found.median_ms),
        "beyond_target": found.beyond_target,
    }


def _enterprises(found: Blocked) -> EnterprisesShape:
    return {
        "blocked": found.enterprises,
        "on_record": found.of,
        "share_blocked": _share(found.enterprises, found.of),
        "members_hit_without_violation": found.without,
    }


def _share(part: int, whole: int) -> float | None:
    """In six places: one enterprise of a million is not none."""
    return round(part / whole, 6) if whole else None


def _hours(duration_ms: float | None) -> float | None:
    """In steps of a hundredth."""
    return None if duration_ms is None else round(duration_ms / HOUR_MS, 2)
