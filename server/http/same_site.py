"""Whether the dashboard itself sent a request: its session's cookie, the token, the page's site.

A browser adds the cookie to what any page makes it send, so the cookie alone proves nothing where
something may change.
"""

from __future__ import annotations

import hmac
import re

from aiohttp import web

from server.http.problems import CROSS_SITE, Problem

COOKIE = "contact_quota_session"
CSRF_TOKEN = "X-CSRF-Token"  # noqa: S105  the header's name
_LABEL = b"contact-quota csrf token"
_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")
"""What `secrets.token_urlsafe(32)` makes: nothing else is worth a look at the record."""


def cookie_of(request: web.BaseRequest) -> str | None:
    """The session's cookie; None where none came that can be one.

    Several that differ are none: a neighbouring host can add one of its own, and somebody would
    work in a session that is not theirs.
    """
    given = set()
    for header in request.headers.getall("Cookie", ()):
        for pair in header.split(";"):
            name, _, value = pair.partition("=")
            if name.strip() == COOKIE:
                given.add(value.strip())
    value = given.pop() if len(given) == 1 else ""
    return value if _VALUE.fullmatch(value) else None


def csrf_token(cookie: str) -> str:
    """What proves that whoever sends it could read what the session was answered: 64 digits."""
    return hmac.digest(cookie.encode(), _LABEL, "sha256").hex()


def check_token(request: web.BaseRequest, cookie: str) -> None:
    """Raises Problem 403 where the request has not the session's token."""
    sent = request.headers.get(CSRF_TOKEN, "").encode("utf-8", "replace")
    if not hmac.compare_digest(sent, csrf_token(cookie).encode()):
        raise Problem(403, f"Send the session's csrf_token as {CSRF_TOKEN}.", kind=CROSS_SITE)


def check_site(request: web.BaseRequest) -> None:
    """Raises Problem 403 where a browser says that the page of another site sent the request.

    `Sec-Fetch-Site` counts where it was sent, which is to safe origins only, else `Origin`. Where
    neither came, no browser's page sent it.
    """
    sites = request.headers.getall("Sec-Fetch-Site", ())
    origins = request.headers.getall("Origin", ())
    ours = {"same-origin", "none"} if sites else _origins(request)
    if not ours.issuperset(sites or [origin.lower() for origin in origins]):
        raise Problem(403, "Another site's page sent this.", kind=CROSS_SITE)


def is_secure(request: web.BaseRequest) -> bool:
    """Whether it came by https, here or to the proxy in front."""
    forwarded = request.headers.get("X-Forwarded-Proto", "").partition(",")[0]
    return request.scheme == "https" or forwarded.strip().lower() == "https"


def _origins(request: web.BaseRequest) -> set[str]:
    """Which origins are this host's; a proxy may keep to itself that it was asked by https."""
    schemes = ("https",) if is_secure(request) else ("https", "http")
    host = request.headers.get("Host", "").lower()
    return {f"{scheme}://{host}" for scheme in schemes}
