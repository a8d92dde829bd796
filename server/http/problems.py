"""Errors on the wire: RFC 9457 problem details, one table of kinds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import NotRequired

from aiohttp import web
from typing_extensions import TypedDict

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 100
MAX_MESSAGE = 400


class FieldError(TypedDict):
    """One mistake in what was sent: `loc` leads to it, from `body`, `query`, `path` or `header`."""

    loc: list[str | int]
    msg: str


class ProblemBody(TypedDict):
    """Problem details (RFC 9457); `errors` lists the single mistakes of bad input."""

    type: str
    title: str
    status: int
    detail: NotRequired[str]
    errors: NotRequired[list[FieldError]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: `slug` ends its `type`, which leads to the documentation page."""

    slug: str
    status: int
    title: str


KINDS = MappingProxyType(
    {
        kind.status: kind
        for kind in (
            Kind("invalid-input", 400, "The request is malformed or invalid"),
            Kind("unauthorized", 401, "A valid key is needed"),
            Kind("forbidden", 403, "The key's scopes do not allow this"),
            Kind("not-found", 404, "There is no such thing here"),
            Kind("method-not-allowed", 405, "The method is not allowed here"),
            Kind("conflict", 409, "This conflicts with what is on record"),
            Kind("gone", 410, "It was here, and was deleted"),
            Kind("too-large", 413, "The body is too large"),
            Kind("unsupported-media-type", 415, "The body's media type is not supported"),
            Kind("too-many-requests", 429, "Too many requests with this key"),
            Kind("internal", 500, "The service failed"),
            Kind("unavailable", 503, "A store is out of reach"),
        )
    }
)


NEW_ACCOUNTS = Kind("too-many-new-accounts", 503, "Too many new accounts")
"""More accounts never seen before than a minute may begin (DOMAIN §2)."""

CROSS_SITE = Kind("cross-site", 403, "The dashboard did not send this")
"""A session's request that may change something, and might be another page's doing."""

NOT_BUILT = Kind("dashboard-not-built", 503, "The dashboard is not built")

TOO_MANY_STREAMS = Kind("too-many-streams", 503, "Too many live streams")

ALL_KINDS = (*KINDS.values(), NEW_ACCOUNTS, CROSS_SITE, NOT_BUILT, TOO_MANY_STREAMS)


class Problem(Exception):  # noqa: N818  RFC 9457's word
    """Ends the handling of a request; becomes a problem response.

    `kind` is its status's own in `KINDS`, unless another one is given.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
        kind: Kind | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind or KINDS.get(status) or _other(status)
        self.detail = detail
        self.errors: Sequence[FieldError] = list(errors)
        self.headers = headers

    def body(self) -> ProblemBody:
        """The problem as the JSON object that is sent."""
        body: ProblemBody = {
            "type": f"/docs#problem-{self.kind.slug}",
            "title": self.kind.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = [
                {"loc": error["loc"], "msg": error["msg"][:MAX_MESSAGE]}
                for error in self.errors[:MAX_ERRORS]
            ]
        return body

    def content(self) -> bytes:
        """The JSON that is sent."""
        # Lone surrogates can reach a message through JSON escapes; "replace" keeps them harmless.
        return json.dumps(self.body(), ensure_ascii=False).encode("utf-8", "replace")

    def response(self) -> web.Response:
        """The problem as a response."""
        headers = dict(self.headers)
        return web.Response(
            status=self.status, body=self.content(), content_type=MEDIA_TYPE, headers=headers
        )


def _other(status: int) -> Kind:
    try:
        title = HTTPStatus(status).phrase
    except ValueError:
        title = "Error"
    return Kind(f"http-{status}", status, title)


def invalid(detail: str, errors: Iterable[FieldError] = ()) -> Problem:
    """400: malformed or invalid input."""
    return Problem(400, detail, errors=errors)


def invalid_at(loc: Sequence[str | int], msg: str) -> Problem:
    """400 for one mistake at one place."""
    return invalid("The request has 1 mistake.", [{"loc": list(loc), "msg": msg}])


def unavailable(detail: str, retry_after_s: int) -> Problem:
    """503: a store is out of reach; nothing was decided or stored."""
    return Problem(503, detail, headers={"Retry-After": str(retry_after_s)})


def from_http(error: web.HTTPException) -> Problem:
    """One of aiohttp's own errors as a problem; `Allow` survives."""
    headers = {name: error.headers[name] for name in ("Allow",) if name in error.headers}
    details = {
        404: "No resource has this path.",
        405: f"Use one of: {headers.get('Allow', '')}.",
        413: "The body is larger than this path takes.",
    }
    return Problem(error.status, details.get(error.status, error.reason), headers=headers)
