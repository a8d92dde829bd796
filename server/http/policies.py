"""The policy in force: read, checked, replaced."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from pydantic import RootModel
from typing_extensions import TypedDict

from server.http.active_policy import InForce
from server.http.bodies import JSON, parse_json
from server.http.fields import Body, instant
from server.http.problems import FieldError, Problem, invalid, invalid_at
from server.http.routing import Call, reply
from server.policy import Policy, PolicyError, parse_policy, policy_from_object

TOML = "application/toml"


class WrappedPolicy(Body):
    """A policy under its name, as `GET /v1/policy` sends it."""

    policy: dict[str, Any]


class BarePolicy(RootModel[dict[str, Any]]):
    """A policy itself: an object of its tables, such as `quota` and `scoring`."""


class PolicyBody(RootModel[WrappedPolicy | BarePolicy]):
    """A policy, wrapped or bare: what it leaves out is as in the shipped one."""


class PolicyShape(TypedDict):
    """A policy with its version and when it came into force; null: it never did."""

    version: int
    activated_at: str | None
    policy: dict[str, Any]


class CheckedShape(TypedDict):
    """A policy that the service would take; `policy` is all of it, with what was left out."""

    valid: bool
    digest: str
    policy: dict[str, Any]


async def get_policy(call: Call[None, None]) -> web.Response:
    """The policy in force."""
    return reply(_shape(call.services.policy.now))


async def put_policy(call: Call[bytes, None]) -> web.Response:
    """Validates a policy, versions it and puts it into force; elsewhere within two seconds."""
    policy, who = _read(call.request, call.body), call.caller
    return reply(_shape(await call.services.policy.activate(policy, who.key_id, who.holder)))


async def check_policy(call: Call[bytes, None]) -> web.Response:
    """Says whether the service would take a policy."""
    policy = _read(call.request, call.body)
    shape: CheckedShape = {
        "valid": True,
        "digest": policy.digest,
        "policy": policy.model_dump(mode="json"),
    }
    return reply(shape)


def _read(request: web.Request, raw: bytes) -> Policy:
    try:
        if request.content_type != JSON:
            return parse_policy(_text(raw), "body")
        written = parse_json(raw)
        if not isinstance(written, dict):
            raise invalid_at(["body"], "must be an object")
        wrapped = set(written) == {"policy"} and isinstance(written["policy"], dict)
        return policy_from_object(written["policy"] if wrapped else written)
    except PolicyError as error:
        raise _mistaken(error) from error


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise invalid_at(["body"], f"is not UTF-8 at byte {error.start}") from error


def _mistaken(error: PolicyError) -> Problem:
    errors: list[FieldError] = [
        {
            "loc": ["body", *problem.path],
            "msg": f"line {problem.line}: {problem.message}" if problem.line else problem.message,
        }
        for problem in error.problems
    ]
    return invalid("The policy cannot be used.", errors)


def _shape(in_force: InForce) -> PolicyShape:
    return {
        "version": in_force.version,
        "activated_at": instant(in_force.activated_ms),
        "policy": in_force.policy.model_dump(mode="json"),
    }
