"""The routes of the dashboard's first page: the platform at a glance, and what changes live."""

from __future__ import annotations

from server.http import live, overview, topics
from server.http.overview_shapes import OverviewShape
from server.http.routing import Route
from server.http.scopes import Scope

_REVIEW = frozenset({Scope.REVIEWER, Scope.ADMIN})

_TOPIC = {
    "name": "topic",
    "in": "query",
    "required": True,
    "description": f"What to watch: {topics.FORMS}.",
    "schema": {"type": "array", "items": {"type": "string"}, "maxItems": topics.MOST},
    "explode": True,
}

OVERVIEW = (
    Route(
        "GET",
        "/v1/overview",
        overview.get_overview,
        "The platform at a glance",
        scopes=_REVIEW,
        response=OverviewShape,
    ),
    Route(
        "GET",
        "/v1/live",
        live.watch,
        "What changes, as it does",
        scopes=_REVIEW | {Scope.ENTERPRISE, Scope.MEMBER},
        response_type=live.EVENT_STREAM,
        problems=(400, 404),
        headers=(_TOPIC,),
        owned=True,
        free=True,
    ),
)
