"""Policy versions: which there were, and what each one said."""

from __future__ import annotations

import asyncio
import json
from functools import lru_cache
from typing import Annotated

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from server.http.fields import Query, instant
from server.http.policies import PolicyShape
from server.http.problems import Problem
from server.http.routing import Call, reply
from server.policy import PolicyError, policy_from_object
from server.records import policies
from server.records.policies import PolicyVersion

LARGEST = (1 << 31) - 1
UNKNOWN = "No policy has this version."


class VersionsQuery(Query):
    """Part of the list: `limit` versions before `cursor`, newest first."""

    cursor: Annotated[int, Field(ge=1, le=LARGEST)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class VersionShape(TypedDict):
    """A version; `activated_at` null: it never came into force.

    `made_by` is the id of the key, or what of the service made it; `digest` is that of
    `POST /v1/policy/check`, null where this service no longer reads that version.
    """

    version: int
    created_at: str
    activated_at: str | None
    made_by: str
    digest: str | None


class VersionsShape(TypedDict):
    """A page of versions; `next_cursor` null at the end."""

    items: list[VersionShape]
    next_cursor: str | None


async def list_versions(call: Call[None, VersionsQuery]) -> web.Response:
    """Policy versions, newest first."""
    query = call.query
    async with call.services.database.read() as connection:
        found = await policies.versions(connection, query.limit + 1, query.cursor)
    page = found[: query.limit]
    shape: VersionsShape = {
        "items": [await _in_turn(one) for one in page],
        "next_cursor": str(page[-1].version) if len(found) > query.limit else None,
    }
    return reply(shape)


async def get_version(call: Call[None, None]) -> web.Response:
    """A policy version as it was recorded."""
    number = call.path["version"]
    if not (number.isascii() and number.isdigit() and int(number) <= LARGEST):
        raise Problem(404, UNKNOWN)
    async with call.services.database.read() as connection:
        found = await policies.get(connection, int(number))
    if found is None:
        raise Problem(404, UNKNOWN)
    shape: PolicyShape = {
        "version": found.version,
        "activated_at": _instant(found.activated_ms),
        "policy": json.loads(found.body),
    }
    return reply(shape)


async def _in_turn(one: PolicyVersion) -> VersionShape:
    """Others have a turn after each: a page that nobody looked at before takes a while to read."""
    shape = _shape(one)
    await asyncio.sleep(0)
    return shape


def _shape(one: PolicyVersion) -> VersionShape:
    return {
        "version": one.version,
        "created_at": instant(one.created_ms),
        "activated_at": _instant(one.activated_ms),
        "made_by": one.made_by,
        "digest": _digest(one.body),
    }


@lru_cache(maxsize=256)
def _digest(body: str) -> str | None:
    """Remembered: a version never changes, and reading one takes milliseconds."""
    try:
        return policy_from_object(json.loads(body)).digest
    except PolicyError:
        return None


def _instant(at_ms: int | None) -> str | None:
    return None if at_ms is None else instant(at_ms)
