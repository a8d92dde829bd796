"""Shapes of what the overview shows, and how they are made of what is on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

from typing_extensions import TypedDict

from penalties.catalogue import Track
from server.enforcement.pausing import Pause
from server.http.fields import instant
from server.records.activity import Slot
from server.records.overview import Asked, Near, Undecided
from server.records.tables import DENIAL_REASONS

Counts = Mapping[str, int]
_EPOCH = date(1970, 1, 1)


class TodayShape(TypedDict):
    """The last 24 hours of all enterprises, to ten minutes; `denied` by reason."""

    requested: int
    allowed: int
    denied: dict[str, int]
    accepted: int


class SlotShape(TypedDict):
    """Ten minutes, by when the service heard of it."""

    at: str
    requested: int
    allowed: int
    denied: dict[str, int]


class PlatformDayShape(TypedDict):
    """One day of all enterprises, each by its own zone."""

    day: str
    requested: int
    allowed: int
    denied: dict[str, int]
    accepted: int
    deleted: int
    blocked: int
    complained: int


class NearShape(TypedDict):
    """An enterprise with at most a fifth of today's active cap left; `share` is of the cap used."""

    enterprise_id: str
    name: str | None
    used: int
    cap: int
    share: float


class CasesNowShape(TypedDict):
    """Cases that wait; `enforced`: active adds are held meanwhile.

    `oldest_opened_at` is of those that are open.
    """

    open: int
    awaiting_second: int
    enforced: int
    oldest_opened_at: str | None


class RequestsNowShape(TypedDict):
    """Requests that wait for a reviewer; `overdue` are those that should have been decided."""

    appeals: int
    applications: int
    overdue: int


class TrackShape(TypedDict):
    """What binds now of a track."""

    track: int
    penalties: int
    holds: int


class WorkerShape(TypedDict):
    """Events not folded yet, and how long the oldest of them waits; null while Redis is away."""

    backlog: int | None
    lag_s: float | None


class StoresShape(TypedDict):
    """Whether the stores answer; shards closed to pre-checks, null while Redis is away."""

    redis: Literal["up", "away"]
    record: Literal["up"]
    closed_shards: int | None


class PausedShape(TypedDict):
    """Whether patterns hold members; `put_off` are undecided cases whose hold has to wait.

    That is for the circuit breaker's next day, or while holds are paused.
    """

    paused: bool
    since: str | None
    by: str | None
    reason: str | None
    put_off: int


class OverviewShape(TypedDict):
    """The platform now; slots and days without an event are absent."""

    as_of: str
    today: TodayShape
    activity: list[SlotShape]
    days: list[PlatformDayShape]
    near_caps: list[NearShape]
    cases: CasesNowShape
    requests: RequestsNowShape
    penalties: list[TrackShape]
    worker: WorkerShape
    stores: StoresShape
    enforcement: PausedShape
    policy_version: int


def _denied(counts: Counts) -> dict[str, int]:
    by_reason = ((reason, counts.get(f"denied_{reason}", 0)) for reason in DENIAL_REASONS)
    return {reason: count for reason, count in by_reason if count}


def today_shape(slots: Sequence[Slot]) -> TodayShape:
    """All slots together."""
    total: dict[str, int] = {}
    for slot in slots:
        for name, count in slot.counts.items():
            total[name] = total.get(name, 0) + count
    return {
        "requested": total.get("requested", 0),
        "allowed": total.get("allowed", 0),
        "denied": _denied(total),
        "accepted": total.get("accepted", 0),
    }


def slot_shape(slot: Slot) -> SlotShape:
    """A slot as it is sent."""
    return {
        "at": instant(slot.at_ms),
        "requested": slot.counts.get("requested", 0),
        "allowed": slot.counts.get("allowed", 0),
        "denied": _denied(slot.counts),
    }


def day_shape(day: int, counts: Counts) -> PlatformDayShape:
    """A local day as it is sent."""
    return {
        "day": (_EPOCH + timedelta(days=day)).isoformat(),
        "requested": counts.get("requested", 0),
        "allowed": counts.get("allowed", 0),
        "denied": _denied(counts),
        "accepted": counts.get("accepted", 0),
        "deleted": counts.get("deleted", 0),
        "blocked": counts.get("blocked", 0),
        "complained": counts.get("complained", 0),
    }


def near_shape(one: Near) -> NearShape:
    """An enterprise near its cap as it is sent."""
    return {
        "enterprise_id": one.enterprise_id,
        "name": one.name,
        "used": one.used,
        "cap": one.cap,
        "share": round(one.used / one.cap, 4) if one.cap else 1.0,
    }


def cases_shape(found: Undecided) -> CasesNowShape:
    """Cases as they are sent."""
    oldest_ms = found.oldest_opened_ms
    return {
        "open": found.open,
        "awaiting_second": found.awaiting_second,
        "enforced": found.enforced,
        "oldest_opened_at": None if oldest_ms is None else instant(oldest_ms),
    }


def requests_shape(found: Asked) -> RequestsNowShape:
    """Requests as they are sent."""
    return {
        "appeals": found.appeals,
        "applications": found.applications,
        "overdue": found.overdue,
    }


def tracks_shape(binding: Mapping[tuple[int, str, bool], int]) -> list[TrackShape]:
    """What binds by track; `binding` is by track, scope and whether it is a hold."""

    def of(track: int, *, is_hold: bool) -> int:
        return sum(
            n for (where, _, held), n in binding.items() if (where, held) == (track, is_hold)
        )

    tracks = sorted(int(track) for track in Track)
    return [
        {"track": n, "penalties": of(n, is_hold=False), "holds": of(n, is_hold=True)}
        for n in tracks
    ]


def paused_shape(pause: Pause | None, put_off: int) -> PausedShape:
    """Whether enforcement is paused, as it is sent."""
    return {
        "paused": pause is not None,
        "since": None if pause is None else instant(pause.at_ms),
        "by": None if pause is None else pause.holder,
        "reason": None if pause is None else pause.reason,
        "put_off": put_off,
    }
