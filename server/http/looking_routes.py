"""Routes of what people look up: a member's timeline, and which policies there were."""

from __future__ import annotations

from server.http import policy_versions, timeline
from server.http.policies import PolicyShape
from server.http.routing import Route
from server.http.scopes import Scope

_ADMIN = frozenset({Scope.ADMIN})
_PERSON = _ADMIN | {Scope.REVIEWER, Scope.ENTERPRISE, Scope.MEMBER}

LOOKING = (
    Route(
        "GET",
        "/v1/enterprises/{enterprise_id}/members/{member_id}/timeline",
        timeline.member_timeline,
        "What happened to a member",
        scopes=_PERSON,
        query=timeline.TimelineQuery,
        response=timeline.TimelineShape,
        problems=(404,),
    ),
    Route(
        "GET",
        "/v1/policy/versions",
        policy_versions.list_versions,
        "Policy versions",
        scopes=_ADMIN,
        query=policy_versions.VersionsQuery,
        response=policy_versions.VersionsShape,
    ),
    Route(
        "GET",
        "/v1/policy/versions/{version}",
        policy_versions.get_version,
        "A policy version",
        scopes=_ADMIN,
        response=PolicyShape,
        problems=(404,),
    ),
)
