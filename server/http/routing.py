"""What a route is, and what happens before its handler: key, scope, throttle, path, query, body.

A session of the dashboard stands for its key.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pydantic_core
from aiohttp import web
from pydantic import BaseModel

from server.http.bodies import (
    JSON,
    MAX_BODY,
    check_announced,
    parse_json,
    read_body,
    validated,
    validated_query,
)
from server.http.fields import is_identifier
from server.http.problems import Problem, invalid_at
from server.http.same_site import check_site, check_token, cookie_of
from server.http.scopes import Caller, Scope
from server.http.services import SERVICES, Services
from server.http.session_ring import SESSIONS

BodyT = TypeVar("BodyT")
QueryT = TypeVar("QueryT")


@dataclass(frozen=True, slots=True)
class Call(Generic[BodyT, QueryT]):
    """A request that may be handled: who asks, under which scope, and what was asked, validated.

    `allowed` are the route's scopes. Where its subject is `owned`, `scope` is the widest one that
    could open it, and `seen_as` the one that does.
    """

    request: web.Request
    services: Services
    caller: Caller
    allowed: frozenset[Scope]
    scope: Scope | None
    path: Mapping[str, str]
    query: QueryT
    body: BodyT

    def seen_as(self, enterprise_id: str, member_id: str | None) -> Scope | None:
        """The widest of the caller's scopes that reaches what is this account's; None: none does.

        An enterprise's scope reaches what is its members', too; a member's only what is its own.
        """
        account = {"enterprise_id": enterprise_id, "member_id": member_id}
        return self.caller.scope_for(self.allowed, account)

    def may_see(self, enterprise_id: str, member_id: str | None) -> bool:
        """Whether what is this account's may be shown to the caller."""
        return self.seen_as(enterprise_id, member_id) is not None


Handler = Callable[[Call[Any, Any]], Awaitable[web.StreamResponse]]

NOBODY = Caller("", "", ())
"""Who asks where a route is open to everyone."""


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: the source of routing, scope checks, validation, OpenAPI and the scope test.

    `scopes` empty: open to everyone. `owned`: its subject is found by an id that does not say whose
    it is, so any account's key of these scopes passes, and the handler asks `ownership`. `raw`: the
    handler gets the body's bytes and validates them itself; `streamed`: it reads them, too, up to
    `most`; `body` then only describes them. `free`: neither query nor path below it is checked, nor
    what is announced as a body.
    `problems` are the statuses that this operation adds to those every one of its sort has; `also`
    are those with which it sends its response instead; `repeated` is the status of a repeat where
    it has one of its own. `response_also` are texts as which the response is sent to whoever asks.
    `headers` are OpenAPI parameters, `answers_with` the OpenAPI headers of its response.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    scopes: frozenset[Scope] = frozenset()
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    response: Any = None
    status: int = 200
    repeated: int | None = None
    media_types: tuple[str, ...] = (JSON,)
    response_type: str = JSON
    response_also: tuple[str, ...] = ()
    problems: tuple[int, ...] = ()
    also: tuple[int, ...] = ()
    headers: tuple[Mapping[str, Any], ...] = ()
    answers_with: Mapping[str, Any] | None = None
    owned: bool = False
    raw: bool = False
    streamed: bool = False
    most: int = MAX_BODY
    free: bool = False
    documented: bool = True

    @property
    def description(self) -> str:
        """What the handler's docstring says."""
        return inspect.cleandoc(self.handler.__doc__ or "")

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answers a request. Raises Problem before the handler is asked, where it must not be."""
        services = request.app[SERVICES]
        path = request.match_info
        caller, scope = NOBODY, None
        if self.scopes:
            caller = await authenticate(request, services, changes=self.method != "GET")
            await services.throttle.admit(caller)
            scope = self._scope(caller, path)
        if not self.free:
            check_announced(request, self.most)
            _check_path(path)
        query = None if self.free else validated_query(self.query, request)
        body = await self._body(request)
        call = Call(request, services, caller, self.scopes, scope, path, query, body)
        return await self.handler(call)

    def _scope(self, caller: Caller, path: Mapping[str, str]) -> Scope:
        scope = caller.scope_for(self.scopes, None if self.owned else path)
        if scope is None:
            names = ", ".join(sorted(self.scopes))
            raise Problem(403, f"This needs a key with one of these scopes: {names}.")
        return scope

    async def _body(self, request: web.Request) -> object:
        if self.body is None or self.streamed:
            return None
        raw = await read_body(request, *self.media_types)
        if self.raw:
            return raw
        now_ms = request.app[SERVICES].clock_ms()
        return validated(self.body, parse_json(raw), now_ms=now_ms)


def bearer(request: web.BaseRequest) -> str | None:
    """The key that a request was sent with."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() or None if kind.lower() == "bearer" else None


async def authenticate(
    request: web.Request, services: Services, *, changes: bool = False
) -> Caller:
    """The holder of the request's bearer key or, where it has no `Authorization`, of its session.

    `changes`: something may, so a session's request must prove that the dashboard sent it. Whoever
    goes on answering asks again now and then: keys and sessions end. Raises Problem 401, 403.
    """
    secret, cookie = bearer(request), None
    caller = None if secret is None else await services.keys.find(secret)
    if "Authorization" not in request.headers:
        cookie = cookie_of(request)
    if cookie is not None:
        signed_in = await request.app[SESSIONS].find(cookie)
        caller = None if signed_in is None else signed_in.caller
    if caller is None:
        raise unauthorized("Send a live key: Authorization: Bearer <key>.")
    if cookie is not None and changes:
        check_site(request)
        check_token(request, cookie)
    return caller


def unauthorized(detail: str) -> Problem:
    """401: nobody whom this process knows asked."""
    return Problem(401, detail, headers={"WWW-Authenticate": 'Bearer realm="contact-quota"'})


def reply(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """A JSON response."""
    return web.Response(
        body=pydantic_core.to_json(body), status=status, content_type=JSON, headers=headers
    )


def reply_text(body: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """A response whose JSON is written already."""
    return web.Response(body=body.encode(), content_type=JSON, headers=headers)


def _check_path(path: Mapping[str, str]) -> None:
    for name, value in path.items():
        if not is_identifier(value):
            raise invalid_at(["path", name], "must be 1–64 characters of A–Z a–z 0–9 _ . : -")
