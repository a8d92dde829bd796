"""The application: every route of the table behind the edge."""

from __future__ import annotations

import pydantic_core
from aiohttp import web

from server.http import live, openapi
from server.http.assets import ASSETS, Assets
from server.http.bodies import MAX_BODY
from server.http.edge import edge
from server.http.operations import OPENAPI
from server.http.protocol import CONNECTION
from server.http.routes import ROUTES
from server.http.services import SERVICES, Services
from server.http.session_ring import SESSIONS, SessionRing


def build_app(services: Services, assets: Assets | None = None) -> web.Application:
    """The service over opened stores; whoever opened them closes them.

    `assets` are the dashboard's files, by default those that the package was built with.
    """
    app = web.Application(middlewares=[edge], client_max_size=MAX_BODY, handler_args=CONNECTION)
    app[SERVICES] = services
    app[SESSIONS] = SessionRing(services.database, services.keys, services.clock_ms)
    app[ASSETS] = Assets.of_package() if assets is None else assets
    live.set_up(app, services)
    app[OPENAPI] = pydantic_core.to_json(openapi.document(ROUTES))
    for route in ROUTES:
        resource = app.router.add_resource(route.path)
        resource.add_route(route.method, route.handle)
        if route.method == "GET":
            resource.add_route("HEAD", route.handle)
    return app
