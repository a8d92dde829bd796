"""The routes of what people look at: who did what, what is published about it, how it is now."""

from __future__ import annotations

from server.http import audit, transparency
from server.http.figures import TransparencyShape
from server.http.overview_routes import OVERVIEW
from server.http.routing import Route
from server.http.scopes import Scope

_REVIEW = frozenset({Scope.REVIEWER, Scope.ADMIN})

REPORTING = (
    Route(
        "GET",
        "/v1/audit",
        audit.list_audit,
        "Who did what",
        scopes=_REVIEW,
        query=audit.AuditQuery,
        response=audit.AuditShape,
    ),
    Route(
        "GET",
        "/v1/transparency",
        transparency.get_transparency,
        "Figures to publish about a period",
        scopes=_REVIEW,
        query=transparency.TransparencyQuery,
        response=TransparencyShape,
        response_also=(transparency.CSV,),
        answers_with=transparency.ANSWERS_WITH,
    ),
    *OVERVIEW,
)
