"""The dashboard's page and the files it loads: public, since what they show comes from the API."""

from __future__ import annotations

from types import MappingProxyType

from aiohttp import web

from server.http.assets import ASSETS, HASHED, IDENTITY, PAGE, Built, best_coding
from server.http.problems import NOT_BUILT, Problem
from server.http.routing import Call

YEAR_S = 31_536_000
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from elsewhere, in nobody's frame."""
_OF_PAGES = MappingProxyType(
    {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
)
_OF_HASHED = MappingProxyType({"Cache-Control": f"public, max-age={YEAR_S}, immutable"})
_OF_ALL = MappingProxyType(
    {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
)


async def page(call: Call[None, None]) -> web.Response:
    """The dashboard, a page for browsers. Its own paths below this one give the same page."""
    assets = call.request.app[ASSETS]
    built = assets.find(call.path.get("tail", "")) or assets.find(PAGE)
    if built is None:
        detail = "The dashboard is not built: run `make web`, and start the service again."
        raise Problem(503, detail, kind=NOT_BUILT)
    return _response(call.request, built)


async def home(_call: Call[None, None]) -> web.Response:
    """Leads whoever opens the service's bare address to its pages."""
    return web.Response(status=302, headers={"Location": "/dashboard"})


async def asset(call: Call[None, None]) -> web.Response:
    """A file of the page, whose name changes with its content."""
    built = call.request.app[ASSETS].find(HASHED + call.path["name"])
    if built is None:
        raise Problem(404, "The dashboard has no such file.", headers={"Cache-Control": "no-store"})
    return _response(call.request, built)


def _response(request: web.Request, built: Built) -> web.Response:
    coding = best_coding(
        ",".join(request.headers.getall("Accept-Encoding", ())), built.contents.keys()
    )
    etag = built.etag(coding)
    headers = {**_OF_ALL, **(_OF_HASHED if built.is_hashed else _OF_PAGES), "ETag": f'"{etag}"'}
    if len(built.contents) > 1:
        headers["Vary"] = "Accept-Encoding"
    if any(known.value in {etag, "*"} for known in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    if coding != IDENTITY:
        headers["Content-Encoding"] = coding
    headers["Content-Type"] = built.media_type
    return web.Response(body=built.contents[coding], headers=headers)
