"""The outermost layer: request ids, and every failure as a problem that leaks nothing."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from itertools import count

from aiohttp import web

from quota.adds import StoreUnavailable
from server.http import problems
from server.http.metrics import problem_answered
from server.http.problems import Problem
from server.http.same_site import cookie_of
from server.records.engine import RecordsUnavailable

log = logging.getLogger(__name__)

REQUEST_ID = "X-Request-Id"
SERVER = "contact-quota"
"""Without a version: nobody needs to know which one to attack."""
_VALID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_PROCESS = secrets.token_hex(5)
_numbers = count(1)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def request_id(request: web.BaseRequest) -> str:
    """The caller's `X-Request-Id` where it has the form of an identifier, else one made here."""
    given = request.headers.get(REQUEST_ID)
    if given is not None and _VALID.fullmatch(given):
        return given
    return new_request_id()


def new_request_id() -> str:
    """An id for a request whose caller gave none."""
    return f"{_PROCESS}-{next(_numbers):x}"


@web.middleware
async def edge(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers every request: with the handler's response or with a problem."""
    made = request_id(request)
    try:
        response = await handler(request)
    except Exception as error:  # noqa: BLE001  the last place where a failure can be told
        response = as_problem(error, f"{request.method} {request.path}", made).response()
    response.headers[REQUEST_ID] = made
    response.headers["Server"] = SERVER
    if request.path.startswith("/v1/") and cookie_of(request) is not None:
        # A browser's: nothing may stay there after signing out, nor be taken for a page.
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def as_problem(error: BaseException, asked: str, made: str) -> Problem:
    """What the caller learns of a failure, which counts as one that was answered with a problem.

    The rest goes to the log under the request id.

    A store that is away is told of once, by whoever watches it: a line for each request would be
    thousands a second.
    """
    problem = _problem_of(error, asked, made)
    problem_answered(asked, problem.status)
    return problem


def _problem_of(error: BaseException, asked: str, made: str) -> Problem:
    match error:
        case Problem():
            return error
        case web.HTTPException():
            return problems.from_http(error)
        case StoreUnavailable():
            log.debug("request %s: %s", made, error.detail)
            return problems.unavailable(_away(asked), error.retry_after_s)
        case RecordsUnavailable():
            log.debug("request %s: %s", made, error)
            return problems.unavailable("The record is out of reach.", error.retry_after_s)
        case _:
            log.error("request %s: %s failed", made, asked, exc_info=error)
            return Problem(500, f"The service failed; its log has more under request {made}.")


def _away(asked: str) -> str:
    """Whoever only reads waits for no decision; a gateway's sub-request does, by any method."""
    method, _, path = asked.partition(" ")
    if method in {"GET", "HEAD"} and not path.startswith("/v1/forward-auth"):
        return "The quota store is out of reach."
    return "The quota store is out of reach; nothing was decided."
