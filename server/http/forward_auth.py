"""Pre-checks for gateways that ask with a sub-request: nginx, Envoy, Traefik, Caddy.

The gateway's own path, query and method come along and mean nothing here; headers ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from aiohttp import web

from quota.adds import Decision
from server.http import ratelimit
from server.http.bodies import validated
from server.http.decisions import decision_shape
from server.http.fields import ID_PATTERN
from server.http.precheck import decide, to_add
from server.http.problems import Problem, invalid, invalid_at
from server.http.requests import PrecheckBody
from server.http.routing import Call, reply

FIELDS = MappingProxyType(
    {
        "X-Enterprise-Id": "enterprise_id",
        "X-Member-Id": "member_id",
        "X-Target-Id": "target_id",
        "X-Add-Way": "way",
        "X-Initiated-By": "initiated_by",
        "Idempotency-Key": "request_id",
    }
)
"""The headers that ask, and the field of a pre-check each one stands for."""

_KNOWN_AS = MappingProxyType(
    {"way": {"type": "string"}, "initiated_by": {"enum": ["member", "contact"]}}
)
PARAMETERS: tuple[Mapping[str, Any], ...] = (
    *(
        {
            "name": header,
            "in": "header",
            "required": field in {"enterprise_id", "member_id", "target_id"},
            "schema": _KNOWN_AS.get(field, {"type": "string", "pattern": ID_PATTERN}),
        }
        for header, field in FIELDS.items()
    ),
    {"name": "deny", "in": "query", "required": False, "schema": {"enum": ["403"]}},
)
"""The same as OpenAPI parameters."""

ANSWERS_WITH: Mapping[str, Any] = MappingProxyType(
    {
        **ratelimit.HEADERS,
        "X-Quota-Reason": {
            "description": "The decision's `reason`.",
            "schema": {"type": "string"},
        },
        "X-Quota-Decision-Id": {
            "description": "The decision's id, for commit and cancel.",
            "schema": {"type": "string"},
        },
        "X-Quota-Status": {
            "description": "On a denial with `?deny=403`: the status it would have had.",
            "schema": {"enum": ["403", "429"]},
        },
    }
)
"""The headers of its answers, as OpenAPI headers."""

FOR_GOOD_OR_LONG = frozenset({"enterprise_restricted", "member_restricted", "contact_cooldown"})


async def forward_auth(call: Call[None, None]) -> web.Response:
    """200 lets the request through; 429 is a cap or burst, 403 a restriction or cool-down.

    Every method means the same (HEAD, POST, PUT, DELETE, OPTIONS, PROPFIND, …), and so does every
    path below this one: gateways pass on what they were asked. No body is read, of whatever length.

    With `?deny=403` every denial is 403 and `X-Quota-Status` has the status it would have had:
    nginx turns any other status of an `auth_request` into 500.
    """
    decision = await decide(call.services, to_add(asked(call.request), call.services))
    status = status_of(decision)
    headers = ratelimit.headers(decision, call.services.clock_ms())
    headers["X-Quota-Reason"] = decision.reason
    headers["X-Quota-Decision-Id"] = decision.decision_id
    if status != 200 and call.request.query.get("deny") == "403":
        headers["X-Quota-Status"] = str(status)
        status = 403
    return reply(decision_shape(decision), status, headers)


def status_of(decision: Decision) -> int:
    """The status by which a gateway lets through or refuses."""
    if decision.allowed:
        return 200
    return 403 if decision.reason in FOR_GOOD_OR_LONG else 429


def asked(request: web.Request) -> PrecheckBody:
    """The pre-check in the headers. Raises Problem 400 that names headers, not fields.

    A header given twice is refused: what passes the other one on would add whom nobody asked about.
    """
    for header in FIELDS:
        if len(request.headers.getall(header, ())) > 1:
            raise invalid_at(["header", header], "given more than once")
    given = {
        field: request.headers[header].strip().strip('"')
        for header, field in FIELDS.items()
        if header in request.headers
    }
    try:
        return validated(PrecheckBody, given, "header")
    except Problem as problem:
        by_field = {field: header for header, field in FIELDS.items()}
        for error in problem.errors:
            error["loc"] = [by_field.get(str(part), part) for part in error["loc"]]
        raise invalid("The headers do not make a pre-check.", problem.errors) from problem
