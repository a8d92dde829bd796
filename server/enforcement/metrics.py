"""What decisions tell Prometheus. No label holds an id: the number of series is bounded."""

from __future__ import annotations

from prometheus_client import Counter

from penalties.catalogue import Track
from penalties.penalty import Penalty
from penalties.restrictions import Scope

TRACKS = tuple(str(int(track)) for track in Track)
SCOPES = tuple(str(scope) for scope in Scope)
HOLDS = ("false", "true")
WAYS = ("expired", "lifted", "overturned")

IMPOSED = Counter(
    "contact_quota_penalties_imposed_total",
    "Restrictions imposed; hold: until somebody has decided",
    ["track", "scope", "hold"],
)
ENDED = Counter(
    "contact_quota_penalties_ended_total",
    "Restrictions that ended: by their time, before it, or because they never were right",
    ["track", "scope", "way"],
)

for _track in TRACKS:
    for _scope in SCOPES:
        for _hold in HOLDS:
            IMPOSED.labels(_track, _scope, _hold)
        for _way in WAYS:
            ENDED.labels(_track, _scope, _way)


def imposed(penalty: Penalty) -> None:
    """Counts a restriction that was imposed."""
    IMPOSED.labels(_track_of(penalty), str(penalty.scope), str(penalty.is_hold).lower()).inc()


def ended(penalty: Penalty, way: str) -> None:
    """Counts a restriction that ended in one of `WAYS`."""
    ENDED.labels(_track_of(penalty), str(penalty.scope), way).inc()


def _track_of(penalty: Penalty) -> str:
    return str(int(penalty.track))
