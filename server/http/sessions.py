"""Signing in to the dashboard with an API key, and out again."""

from __future__ import annotations

import secrets
from typing import Annotated

from aiohttp import web
from pydantic import Field, SecretStr
from typing_extensions import TypedDict

from server.http.fields import Body, instant
from server.http.routing import Call, reply, unauthorized
from server.http.same_site import COOKIE, check_site, cookie_of, csrf_token, is_secure
from server.http.session_ring import SESSIONS, SignedIn
from server.records.sessions import LASTS_S

NOT_KEPT = {"Cache-Control": "no-store"}


class SignInBody(Body):
    """The API key of whoever signs in."""

    key: Annotated[SecretStr, Field(min_length=1, max_length=1_000)]


class SessionShape(TypedDict):
    """Who is signed in; `csrf_token` goes with whatever may change something, as `X-CSRF-Token`."""

    holder: str
    key_id: str
    scopes: list[str]
    csrf_token: str
    expires_at: str


async def sign_in(call: Call[SignInBody, None]) -> web.Response:
    """Exchanges an API key for a session of 12 hours, whose cookie every `/v1` route takes.

    The cookie is `HttpOnly` and `SameSite=Strict`, and `Secure` where this was asked by https. A
    session that the request came with ends. Another site's page cannot sign anybody in.
    """
    request, services = call.request, call.services
    check_site(request)
    caller = await services.keys.find(call.body.key.get_secret_value().strip())
    if caller is None:
        raise unauthorized("This is no live key.")
    await services.throttle.admit(caller)
    before, cookie = cookie_of(request), secrets.token_urlsafe(32)
    if before is not None:
        await request.app[SESSIONS].end(before)
    signed_in = await request.app[SESSIONS].begin(cookie, caller)
    response = reply(_shape(signed_in, cookie), headers=NOT_KEPT)
    _set_cookie(response, request, cookie, LASTS_S)
    return response


async def get_session(call: Call[None, None]) -> web.Response:
    """Who is signed in with the request's cookie, null for nobody; no bearer key is looked at.

    Nobody is no mistake: a page asks this first of all, and a browser would show one.
    """
    cookie = cookie_of(call.request)
    signed_in = None if cookie is None else await call.request.app[SESSIONS].find(cookie)
    if cookie is None or signed_in is None:
        return reply(None, headers=NOT_KEPT)
    await call.services.throttle.admit(signed_in.caller)
    return reply(_shape(signed_in, cookie), headers=NOT_KEPT)


async def sign_out(call: Call[None, None]) -> web.Response:
    """Ends the session and its cookie: here at once, in other processes within two seconds.

    Needs no `X-CSRF-Token`, but another site's page cannot sign anybody out.
    """
    request = call.request
    check_site(request)
    cookie = cookie_of(request)
    if cookie is not None:
        await request.app[SESSIONS].end(cookie)
    response = web.Response(status=204, headers=NOT_KEPT)
    _set_cookie(response, request, "", 0)
    return response


def _set_cookie(response: web.Response, request: web.Request, value: str, lasts_s: int) -> None:
    """Sets the session's cookie, or takes it away by giving it no time."""
    response.set_cookie(
        COOKIE,
        value,
        max_age=lasts_s,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="Strict",
    )


def _shape(signed_in: SignedIn, cookie: str) -> SessionShape:
    caller = signed_in.caller
    return {
        "holder": caller.holder,
        "key_id": caller.key_id,
        "scopes": [str(grant) for grant in caller.grants],
        "csrf_token": csrf_token(cookie),
        "expires_at": instant(signed_in.expires_ms),
    }
