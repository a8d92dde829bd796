"""The routes of the dashboard: its session, its page, its files."""

from __future__ import annotations

from server.http import dashboard, sessions
from server.http.routing import Route

_SESSION = "/dashboard/session"

DASHBOARD = (
    Route(
        "POST",
        _SESSION,
        sessions.sign_in,
        "Sign in to the dashboard",
        body=sessions.SignInBody,
        response=sessions.SessionShape,
        problems=(401, 403, 429, 503),
        most=8_192,
    ),
    Route(
        "GET",
        _SESSION,
        sessions.get_session,
        "Who is signed in",
        response=sessions.SessionShape | None,
        problems=(429, 503),
    ),
    Route(
        "DELETE",
        _SESSION,
        sessions.sign_out,
        "Sign out",
        status=204,
        problems=(403, 503),
    ),
    Route(
        "GET",
        "/dashboard/assets/{name:.*}",
        dashboard.asset,
        "A file of the dashboard",
        free=True,
        documented=False,
    ),
    Route("GET", "/", dashboard.home, "The way to the dashboard", status=302, documented=False),
    *(
        Route(
            "GET",
            path,
            dashboard.page,
            "The dashboard",
            response_type="text/html",
            problems=(503,),
            free=True,
            documented=path == "/dashboard",
        )
        for path in ("/dashboard", "/dashboard/", "/dashboard/{tail:.*}")
    ),
)
