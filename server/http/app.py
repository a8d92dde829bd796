"""The application: every route of the table behind the edge."""

from __future__ import annotations

import pydantic_core
from aiohttp import web

from server.http import openapi
from server.http.bodies import MAX_BODY
from server.http.edge import edge
from server.http.operations import OPENAPI
from server.http.protocol import CONNECTION
from server.http.routes import ROUTES
from server.http.services import SERVICES, Services


def build_app(services: Services) -> web.Application:
    """The service over opened stores; whoever opened them closes them."""
    app = web.Application(middlewares=[edge], client_max_size=MAX_BODY, handler_args=CONNECTION)
    app[SERVICES] = services
    app[OPENAPI] = pydantic_core.to_json(openapi.document(ROUTES))
    for route in ROUTES:
        resource = app.router.add_resource(route.path)
        resource.add_route(route.method, route.handle)
        if route.method == "GET":
            resource.add_route("HEAD", route.handle)
    return app
