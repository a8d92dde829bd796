"""What cannot be read as HTTP is answered with a problem, too: it never reaches the edge."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from aiohttp import web

from server.http.edge import REQUEST_ID, SERVER, request_id
from server.http.problems import Problem

log = logging.getLogger(__name__)

_DETAILS = {400: "The request is not HTTP/1.1 that can be read.", 500: "The service failed."}


CONNECTION: Mapping[str, Any] = MappingProxyType({"auto_decompress": False})
"""How connections are set up: `encodings` decompresses."""


class ProblemProtocol(web.RequestHandler):
    """A connection; aiohttp's own errors on it become problems."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The response to what failed outside of every route; the connection ends with it."""
        made = request_id(request)
        if status >= 500:
            log.error("request %s: %s", made, message, exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("part of a response was sent already")
        response = Problem(status, _DETAILS.get(status, "The request failed.")).response()
        response.headers[REQUEST_ID] = made
        response.headers["Server"] = SERVER
        response.force_close()
        return response
